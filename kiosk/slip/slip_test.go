package slip_test

import (
	"bytes"
	"compress/zlib"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"linli/app"
	"linli/kiosk/flow"
	"linli/kiosk/flow/flowtest"
	"linli/kiosk/slip"
)

var (
	pdfStream = regexp.MustCompile(`(?s)stream\n(.*?)\nendstream`)
	pdfRange  = regexp.MustCompile(`<([0-9A-F]{4})><([0-9A-F]{4})><([0-9A-F]{4})>`)
	pdfText   = regexp.MustCompile(`\[<([0-9A-F]+)>\] TJ`)
	pdfPage   = regexp.MustCompile(`/Type\s*/Page\b`)
)

// pagesOf reads a PDF of ours back: the text of each page, line by line. It
// goes the way a reader goes, from glyphs through the fonts' own tables, so
// text that it finds can be searched and read aloud by others too.
func pagesOf(t *testing.T, pdf []byte) []string {
	t.Helper()
	if !bytes.HasPrefix(pdf, []byte("%PDF-1.")) || !bytes.Contains(pdf, []byte("%%EOF")) {
		t.Fatal("not a whole PDF")
	}
	runes := map[string]rune{}
	var contents []string
	for _, m := range pdfStream.FindAllSubmatch(pdf, -1) {
		body := m[1]
		if z, err := zlib.NewReader(bytes.NewReader(body)); err == nil {
			if plain, err := io.ReadAll(z); err == nil {
				body = plain
			}
		}
		switch {
		case bytes.Contains(body, []byte("begincmap")):
			for _, r := range pdfRange.FindAllStringSubmatch(string(body), -1) {
				code, err := strconv.ParseUint(r[3], 16, 32)
				if err != nil {
					t.Fatal(err)
				}
				if was, ok := runes[r[1]]; ok && was != rune(code) {
					t.Fatalf("glyph %s is both %c and %c", r[1], was, rune(code))
				}
				runes[r[1]] = rune(code)
			}
		case bytes.Contains(body, []byte("] TJ")):
			contents = append(contents, string(body))
		}
	}
	var pages []string
	for _, c := range contents {
		var page strings.Builder
		for _, m := range pdfText.FindAllStringSubmatch(c, -1) {
			for i := 0; i+4 <= len(m[1]); i += 4 {
				page.WriteRune(runes[m[1][i:i+4]])
			}
			page.WriteByte('\n')
		}
		pages = append(pages, page.String())
	}
	if n := len(pdfPage.FindAll(pdf, -1)); n != len(pages) {
		t.Fatalf("%d pages, %d with text", n, len(pages))
	}
	return pages
}

// squeeze takes out what line breaks may have changed.
func squeeze(s string) string { return strings.Join(strings.Fields(s), "") }

func TestNoticeHoldsAllAboutEveryService(t *testing.T) {
	f := flowtest.Facts("zh")
	for i, s := range f.Services {
		lang := []string{"zh", "en"}[i%2]
		pdf, err := slip.Notice(f.Hall, s, lang, flowtest.Now)
		if err != nil {
			t.Fatalf("%s: %v", s.Code, err)
		}
		text := bodyOf(t, pdf)
		want := []string{
			f.Hall.Name, s.Name.In(lang), s.Summary.In(lang), s.Code,
			flow.T("kiosk.slip.sample").In(lang), flow.Days(s.PromisedDays).In(lang),
		}
		for n, m := range s.Materials {
			want = append(want, flow.MaterialLine(n+1, m).In(lang))
		}
		for _, step := range s.Steps {
			want = append(want, step.In(lang))
		}
		for _, w := range want {
			if !strings.Contains(text, squeeze(w)) {
				t.Errorf("%s %s: %q is missing", s.Code, lang, w)
			}
		}
		if strings.ContainsRune(text, '□') {
			t.Errorf("%s %s: a character cannot be drawn", s.Code, lang)
		}
	}
}

// bodyOf is a notice's text without the three lines at the foot of each page.
func bodyOf(t *testing.T, pdf []byte) string {
	t.Helper()
	var all strings.Builder
	for _, page := range pagesOf(t, pdf) {
		lines := strings.Split(strings.TrimSpace(page), "\n")
		all.WriteString(strings.Join(lines[:len(lines)-3], ""))
	}
	return squeeze(all.String())
}

func TestNoticeIsMarkedOnlyWhileItIsASample(t *testing.T) {
	f := flowtest.Facts("zh")
	s := f.Services[0]
	s.Sample = false
	pdf, err := slip.Notice(f.Hall, s, "zh", flowtest.Now)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(squeeze(pagesOf(t, pdf)[0]), squeeze(flow.T("kiosk.slip.sample").In("zh"))) {
		t.Error("a checked service is marked as a sample")
	}
}

func TestLongNoticeGoesOnOverPages(t *testing.T) {
	f := flowtest.Facts("zh")
	s := f.Services[0]
	for i := range 40 {
		name := fmt.Sprintf("第%d样材料", i) + strings.Repeat("名字很长很长", 8)
		s.Materials = append(s.Materials, app.Material{Name: app.Text{ZH: name}, Original: 1})
	}
	pdf, err := slip.Notice(f.Hall, s, "zh", flowtest.Now)
	if err != nil {
		t.Fatal(err)
	}
	pages := pagesOf(t, pdf)
	if len(pages) < 4 {
		t.Fatalf("only %d pages", len(pages))
	}
	for i, page := range pages {
		foot := flow.T("kiosk.slip.page", i+1, len(pages)).In("zh")
		if !strings.Contains(page, foot) {
			t.Errorf("page %d is not numbered", i+1)
		}
		if lines := strings.Count(page, "\n"); lines > 36 {
			t.Errorf("page %d has %d lines", i+1, lines)
		}
	}
	all := strings.Join(pages, "")
	for i := range 40 {
		if !strings.Contains(all, fmt.Sprintf("第%d样材料", i)) {
			t.Errorf("material %d is lost", i)
		}
	}
}

func TestRareCharacterLeavesAMark(t *testing.T) {
	f := flowtest.Facts("zh")
	s := app.Service{Code: "X", Name: app.Text{ZH: "办理\U00020BB7野家证"}}
	pdf, err := slip.Notice(f.Hall, s, "zh", flowtest.Now)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(pagesOf(t, pdf)[0], "办理□野家证") {
		t.Error("a character that cannot be drawn leaves no mark")
	}
}

func TestSameMomentSameBytes(t *testing.T) {
	f := flowtest.Facts("zh")
	var first []byte
	for range 5 {
		pdf, err := slip.Notice(f.Hall, f.Services[1], "zh", flowtest.Now)
		if err != nil {
			t.Fatal(err)
		}
		if first == nil {
			first = pdf
		}
		if !bytes.Equal(first, pdf) {
			t.Fatal("the same notice made twice differs")
		}
	}
}

func TestDayIsTheHallsOwn(t *testing.T) {
	f := flowtest.Facts("zh")
	late := time.Date(2026, time.November, 22, 20, 0, 0, 0, time.UTC) // 23 November in the hall
	pdf, err := slip.Notice(f.Hall, f.Services[0], "zh", late)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(pagesOf(t, pdf)[0], "2026 年 11 月 23 日") {
		t.Error("the day on the paper is not the hall's")
	}
}

func TestNameIsSafe(t *testing.T) {
	if got := slip.Name(app.Service{Code: "../GG 001/甲"}, "zh"); got != "notice----GG-001---zh.pdf" {
		t.Errorf("name %q", got)
	}
}

// Another program must read the same words, where one is installed.
func TestOtherReadersFindTheText(t *testing.T) {
	f := flowtest.Facts("zh")
	s := f.Services[0]
	pdf, err := slip.Notice(f.Hall, s, "zh", flowtest.Now)
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Join(pagesOf(t, pdf), "")
	if reader, err := exec.LookPath("pdftotext"); err == nil {
		path := filepath.Join(t.TempDir(), "notice.pdf")
		if err := os.WriteFile(path, pdf, 0o600); err != nil {
			t.Fatal(err)
		}
		out, err := exec.Command(reader, path, "-").Output()
		if err != nil {
			t.Fatal(err)
		}
		text = string(out)
	}
	for _, want := range []string{s.Name.ZH, s.Summary.ZH, f.Hall.Name} {
		if !strings.Contains(squeeze(text), squeeze(want)) {
			t.Errorf("%q is not found", want)
		}
	}
}
