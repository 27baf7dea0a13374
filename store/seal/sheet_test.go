package seal_test

import (
	"bytes"
	"compress/zlib"
	"errors"
	"fmt"
	"image/png"
	"io"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/boombuler/barcode/qr"
	"pgregory.net/rapid"

	"linli/assets"
	"linli/store/seal"
)

const crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

func someRoot(t *rapid.T) (root seal.Root) {
	copy(root[:], rapid.SliceOfN(rapid.Byte(), seal.RootSize, seal.RootSize).Draw(t, "root"))
	return root
}

func TestSheetComesBack(t *testing.T) {
	form := regexp.MustCompile(`^(([0-9A-HJKMNP-TV-Z]{4}( |\n)){4}){4}$`)
	rapid.Check(t, func(t *rapid.T) {
		root := someRoot(t)
		text := seal.SheetText(root)
		if !form.MatchString(text) {
			t.Fatalf("not four lines of four groups of four")
		}
		if got, err := seal.ParseSheet(text); err != nil || got != root {
			t.Fatalf("read back: %v", err)
		}
	})
}

func TestSheetIsReadAsPeopleTypeIt(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		root := someRoot(t)
		var b strings.Builder
		for i, line := range strings.Split(strings.TrimSpace(seal.SheetText(root)), "\n") {
			b.WriteString(rapid.SampledFrom([]string{"", "\n", fmt.Sprintf("%d. ", i+1), fmt.Sprintf(" %d) ", i+1), fmt.Sprintf("%c、", '１'+rune(i))}).Draw(t, "number"))
			for _, r := range line {
				switch r {
				case ' ':
					b.WriteString(rapid.SampledFrom([]string{"", " ", "-", "–", "  ", "\u3000", "－", "\t", "\u200b"}).Draw(t, "gap"))
					continue
				case '0':
					r = rapid.SampledFrom([]rune("0Oo")).Draw(t, "zero")
				case '1':
					r = rapid.SampledFrom([]rune("1IiLl")).Draw(t, "one")
				}
				switch rapid.IntRange(0, 2).Draw(t, "style") {
				case 1:
					r = []rune(strings.ToLower(string(r)))[0]
				case 2:
					r += '！' - '!'
				}
				b.WriteRune(r)
			}
			b.WriteString(rapid.SampledFrom([]string{"\n", "\r\n", "\n\n"}).Draw(t, "end"))
		}
		if got, err := seal.ParseSheet(b.String()); err != nil || got != root {
			t.Fatalf("read back: %v", err)
		}
	})
}

func TestSheetIsReadWithItsLineNumbers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		root := someRoot(t)
		lines := strings.Split(strings.TrimSpace(seal.SheetText(root)), "\n")
		for i := range lines {
			lines[i] = fmt.Sprint(i+1, " ", lines[i])
		}
		if got, err := seal.ParseSheet(strings.Join(lines, "\n")); err != nil || got != root {
			t.Fatalf("a sheet with its line numbers is not read: %v", err)
		}
	})
}

func TestSheetInOnePieceOrInGroups(t *testing.T) {
	root := newRing(t).Root()
	text := seal.SheetText(root)
	for name, typed := range map[string]string{
		"one line":       strings.ReplaceAll(text, "\n", " "),
		"no gaps":        strings.Join(strings.Fields(text), ""),
		"a group a line": strings.Join(strings.Fields(text), "\n"),
		"scanned":        "LINLI1:" + strings.Join(strings.Fields(text), "") + "\r\n",
		"scanned small":  "linli1:" + strings.ToLower(strings.Join(strings.Fields(text), "")),
	} {
		if got, err := seal.ParseSheet(typed); err != nil || got != root {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// wantSheetFault checks that typed is refused for the line.
func wantSheetFault(t interface{ Fatalf(string, ...any) }, typed string, line int, faults ...seal.SheetFault) {
	_, err := seal.ParseSheet(typed)
	var se *seal.SheetError
	if !errors.As(err, &se) || se.Line != line {
		t.Fatalf("got %v, want a fault in line %d", err, line)
	}
	for _, f := range faults {
		if se.Fault == f {
			return
		}
	}
	t.Fatalf("got fault %d (%v), want one of %v", se.Fault, err, faults)
}

func TestEveryWrongCharacterIsFoundInItsLine(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := []byte(seal.SheetText(someRoot(t)))
		line := 1
		for i, was := range text {
			if was == '\n' {
				line++
			}
			if was == '\n' || was == ' ' {
				continue
			}
			for _, c := range []byte(crockford) {
				if c != was {
					text[i] = c
					wantSheetFault(t, string(text), line, seal.SheetMistyped)
				}
			}
			text[i] = was
		}
	})
}

func TestSwappedCharactersAndLinesAreFound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lines := strings.Split(strings.TrimSpace(seal.SheetText(someRoot(t))), "\n")
		join := func() string { return strings.Join(lines, "\n") }
		for l, line := range lines {
			for i := range line {
				for j := range i {
					if line[i] != line[j] && line[i] != ' ' && line[j] != ' ' {
						b := []byte(line)
						b[i], b[j] = b[j], b[i]
						lines[l] = string(b)
						wantSheetFault(t, join(), l+1, seal.SheetMistyped)
					}
				}
			}
			lines[l] = line
			for m := range l {
				if lines[m] != lines[l] {
					lines[l], lines[m] = lines[m], lines[l]
					wantSheetFault(t, join(), m+1, seal.SheetMistyped)
					lines[l], lines[m] = lines[m], lines[l]
				}
			}
		}
	})
}

func TestSheetWithSomethingMissingOrMore(t *testing.T) {
	lines := strings.SplitAfter(seal.SheetText(newRing(t).Root()), "\n")[:4]
	for l := range lines {
		with := func(line string) string {
			changed := append([]string(nil), lines...)
			changed[l] = line
			return strings.Join(changed, "")
		}
		wantSheetFault(t, with(lines[l][1:]), l+1, seal.SheetShort)
		wantSheetFault(t, with("7"+lines[l]), l+1, seal.SheetLong)
		wantSheetFault(t, with("U"+lines[l][1:]), l+1, seal.SheetForeign)
		wantSheetFault(t, with("?"+lines[l][1:]), l+1, seal.SheetForeign)
		wantSheetFault(t, with("张"+lines[l]), l+1, seal.SheetForeign)
		wantSheetFault(t, with(""), l+1, seal.SheetMistyped, seal.SheetShort)
	}
	wantSheetFault(t, "", 1, seal.SheetShort)
	wantSheetFault(t, lines[0], 2, seal.SheetShort)
	wantSheetFault(t, strings.Join(lines, "")+lines[0], 4, seal.SheetLong)
}

func TestLinesOfTwoSheetsDoNotMix(t *testing.T) {
	a, b := strings.SplitAfter(seal.SheetText(newRing(t).Root()), "\n"), strings.SplitAfter(seal.SheetText(newRing(t).Root()), "\n")
	wantSheetFault(t, a[0]+a[1]+b[2]+a[3], 0, seal.SheetMismatch)
}

func TestSheetQRHoldsTheSheet(t *testing.T) {
	root := newRing(t).Root()
	data, err := seal.SheetPNG(root, 400)
	if err != nil {
		t.Fatal(err)
	}
	img, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	want, err := qr.Encode("LINLI1:"+strings.Join(strings.Fields(seal.SheetText(root)), ""), qr.Q, qr.AlphaNumeric)
	if err != nil {
		t.Fatal(err)
	}
	n := want.Bounds().Dx()
	side := img.Bounds().Dx()
	scale := side / (n + 8)
	if side > 400 || side != img.Bounds().Dy() || side%(n+8) != 0 {
		t.Fatalf("the picture is %v for %d modules", img.Bounds(), n)
	}
	for y := range n + 8 {
		for x := range n + 8 {
			dark := false
			if x >= 4 && x < n+4 && y >= 4 && y < n+4 {
				r, _, _, _ := want.At(x-4, y-4).RGBA()
				dark = r == 0
			}
			if r, _, _, _ := img.At(x*scale+scale/2, y*scale+scale/2).RGBA(); (r == 0) != dark {
				t.Fatalf("module %d,%d is of the wrong colour", x-4, y-4)
			}
		}
	}
	if _, err := seal.SheetPNG(root, 20); err == nil {
		t.Error("a code of 20 pixels was drawn")
	}
}

var labels = seal.SheetLabels{
	Title:      "恢复单",
	Warning:    "这张纸能打开本厅的全部资料和备份。请锁进保险柜，不要拍照，不要发到网上。",
	Date:       "打印日期：",
	DateLayout: "2006年1月2日",
	Key:        "钥匙编号：",
	Code:       "恢复码（四行，每行十六个字符）",
	Scan:       "也可以用扫码枪扫这里",
	Instructions: []string{
		"换了电脑，或者钥匙文件丢了，就用这张纸。",
		"在新电脑上装好“邻里”，选“从备份恢复”。",
		"照着上面四行输入，或者扫二维码。字母大小写都可以，空格可以不打。没有字母 O、I、L、U，只有数字 0 和 1。",
		"哪一行输错了，屏幕会说是第几行。Please type the four lines as they are printed.",
	},
	Keeper: "保管人：",
}

func TestSheetPDF(t *testing.T) {
	ring := newRing(t)
	date := time.Date(2026, 3, 9, 8, 0, 0, 0, time.UTC)
	pdf, err := seal.SheetPDF("桃源社区服务大厅（样例）", date, ring, assets.FontRegular(), labels)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.HasPrefix(pdf, []byte("%PDF-")) || !bytes.Contains(pdf, []byte("%%EOF")) {
		t.Error("not a PDF")
	}
	if n := len(regexp.MustCompile(`/Type\s*/Page\b`).FindAll(pdf, -1)); n != 1 {
		t.Errorf("%d pages, want 1", n)
	}
	// The map from glyphs to characters names every character that was drawn.
	drawn := streams(t, pdf)
	for _, r := range labels.Title + "桃源社区2026年39日" + ring.KeyID().String() + strings.ReplaceAll(strings.ReplaceAll(seal.SheetText(ring.Root()), " ", ""), "\n", "") {
		if !strings.Contains(strings.ToUpper(drawn), fmt.Sprintf("<%04X>", r)) {
			t.Errorf("%q is not on the page", r)
		}
	}
}

func TestSheetPDFWithRareNameAndNoLabels(t *testing.T) {
	if _, err := seal.SheetPDF("𠮷䶮🙂大厅", time.Now(), newRing(t), assets.FontRegular(), seal.SheetLabels{}); err != nil {
		t.Error(err)
	}
}

func TestSheetPDFSaysWhatIsWrong(t *testing.T) {
	if _, err := seal.SheetPDF("厅", time.Now(), newRing(t), []byte("no font"), labels); err == nil {
		t.Error("drew with no font")
	}
	long := labels
	long.Instructions = []string{strings.Repeat("说明太长。", 400)}
	if _, err := seal.SheetPDF("厅", time.Now(), newRing(t), assets.FontRegular(), long); !errors.Is(err, seal.ErrSheetFull) {
		t.Errorf("too much text: %v, want ErrSheetFull", err)
	}
}

// streams are the unpacked streams of a PDF, one after the other.
func streams(t *testing.T, pdf []byte) string {
	t.Helper()
	var all strings.Builder
	for _, at := range regexp.MustCompile(`stream\r?\n`).FindAllIndex(pdf, -1) {
		z, err := zlib.NewReader(bytes.NewReader(pdf[at[1]:]))
		if err != nil {
			all.Write(pdf[at[1]:min(len(pdf), at[1]+4096)])
			continue
		}
		// What follows the stream is not part of it; zlib stops by itself.
		b, err := io.ReadAll(z)
		if err != nil {
			continue
		}
		all.Write(b)
	}
	return all.String()
}
