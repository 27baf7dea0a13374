package slip_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"image"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"linli/app"
	"linli/assets"
	"linli/kiosk/flow/flowtest"
	"linli/kiosk/print"
	"linli/kiosk/slip"
)

// slips are every slip that a kiosk hands out, by name.
func slips(lang string) map[string]print.Paper {
	f := flowtest.Facts(lang)
	name := app.Text{ZH: f.Businesses[0].Name, EN: f.Businesses[0].NameEN}
	booking := app.Booking{Number: flowtest.SampleReceipt(), Code: "246810", State: app.AppointmentBooked, Day: "2026-11-24", From: "09:30", To: "10:00"}
	waiting := booking
	waiting.State = app.AppointmentWaiting
	return map[string]print.Paper{
		"ticket":  slip.Ticket(f.Hall, name, app.Taken{Ticket: app.Ticket{Number: "A12-105"}, Ahead: 12, Wait: time.Hour}, lang, flowtest.Now),
		"next":    slip.Ticket(f.Hall, name, app.Taken{Ticket: app.Ticket{Number: "A1-001"}}, lang, flowtest.Now),
		"receipt": slip.Receipt(f.Hall, app.Receipt{Number: flowtest.SampleReceipt(), Secret: "246810", At: flowtest.Now}, lang),
		"booked":  slip.Booking(f.Hall, name, booking, lang, flowtest.Now),
		"waiting": slip.Booking(f.Hall, name, waiting, lang, flowtest.Now),
	}
}

// onPaper is what a printer makes of its bytes: the dots of all raster bands (GS v 0), as a picture that has been through a PNG file.
func onPaper(t *testing.T, b []byte) image.Image {
	t.Helper()
	out := &print.Bitmap{}
	for len(b) > 0 {
		switch {
		case bytes.HasPrefix(b, []byte{0x1b, '@'}):
			b = b[2:]
		case bytes.HasPrefix(b, []byte{0x1b, 'd'}):
			b = b[3:]
		case bytes.HasPrefix(b, []byte{0x1d, 'V'}):
			b = b[4:]
		case bytes.HasPrefix(b, []byte{0x1d, 'v', '0', 0}):
			w, h := int(binary.LittleEndian.Uint16(b[4:])), int(binary.LittleEndian.Uint16(b[6:]))
			out.W, out.H = 8*w, out.H+h
			out.Bits = append(out.Bits, b[8:8+w*h]...)
			b = b[8+w*h:]
		default:
			t.Fatalf("no command that a printer knows: % x", b[:min(8, len(b))])
		}
	}
	var file bytes.Buffer
	if err := png.Encode(&file, out); err != nil {
		t.Fatal(err)
	}
	picture, err := png.Decode(&file)
	if err != nil {
		t.Fatal(err)
	}
	return picture
}

// inked answers the rows of a picture, each as its dots, without the white ones at both ends.
func inked(p image.Image) (rows []string) {
	from, to := -1, 0
	for y := range p.Bounds().Dy() {
		row := make([]byte, p.Bounds().Dx())
		for x := range row {
			if r, _, _, _ := p.At(x, y).RGBA(); r < 0x8000 {
				row[x] = 1
				if from < 0 {
					from = y
				}
				to = y + 1
			}
		}
		rows = append(rows, string(row))
	}
	if from < 0 {
		return nil
	}
	return rows[from:to]
}

// Every slip, in both languages and on both widths of paper: what comes out of the printer is each of its lines, whole, from the top
// to the bottom; the number that is called has digits of at least 12 mm where the paper is wide enough.
func TestEverySlipComesOutLineByLine(t *testing.T) {
	const dotsPerMM = 8
	for _, lang := range assets.Languages() {
		for _, width := range []int{print.Width58, print.Width80} {
			for name, paper := range slips(lang) {
				t.Run(fmt.Sprint(lang, width, name), func(t *testing.T) {
					set, err := paper.Set(width)
					if err != nil {
						t.Fatal(err)
					}
					rest := inked(onPaper(t, print.Encode(set)))
					for _, line := range paper {
						alone, err := print.Paper{line}.Set(width)
						if err != nil {
							t.Fatal(err)
						}
						want := inked(alone)
						if len(want) == 0 {
							t.Fatalf("nothing is printed of %q", line.Text)
						}
						if line.Size == print.Number && width == print.Width80 && len(line.Text) <= 6 && len(want) < 12*dotsPerMM {
							t.Errorf("the number is %d dots high", len(want))
						}
						at := find(rest, want)
						if at < 0 {
							t.Fatalf("%q does not stand below what comes before it", line.Text)
						}
						rest = rest[at+len(want):]
					}
					if left := len(rest); left > 0 {
						t.Errorf("%d rows are printed below the last line", left)
					}
				})
			}
		}
	}
}

// A 告知单 as a printer gets it: every page of it is a sheet of A4 with something on it, and nothing reaches the edges that a printer
// cannot print on. One service of each family, in both languages.
func TestANoticeIsWholeOnItsPaper(t *testing.T) {
	const dpi, free = 50, 5 // and millimetres that stay white at every edge
	reader, err := exec.LookPath("pdftoppm")
	if err != nil {
		t.Fatalf("%v (scripts/install-deps.sh test installs it)", err)
	}
	f := flowtest.Facts(assets.LangChinese)
	seen := map[app.Family]bool{}
	for _, s := range f.Services {
		if seen[s.Family] {
			continue
		}
		seen[s.Family] = true
		for _, lang := range assets.Languages() {
			pdf, err := slip.Notice(f.Hall, s, lang, flowtest.Now)
			if err != nil {
				t.Fatal(err)
			}
			folder := t.TempDir()
			cmd := exec.Command(reader, "-r", strconv.Itoa(dpi), "-png", "-", filepath.Join(folder, "page"))
			cmd.Stdin = bytes.NewReader(pdf)
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Fatalf("%v: %s", err, out)
			}
			sheets, err := filepath.Glob(filepath.Join(folder, "*.png"))
			if err != nil || len(sheets) != len(pagesOf(t, pdf)) {
				t.Fatalf("%s: %d sheets of %d pages, %v", s.Code, len(sheets), len(pagesOf(t, pdf)), err)
			}
			for _, sheet := range sheets {
				body, err := os.ReadFile(sheet)
				if err != nil {
					t.Fatal(err)
				}
				picture, err := png.Decode(bytes.NewReader(body))
				if err != nil {
					t.Fatal(err)
				}
				b := picture.Bounds()
				if w, h := b.Dx()*254/dpi/10, b.Dy()*254/dpi/10; w < 208 || w > 212 || h < 295 || h > 299 {
					t.Errorf("%s %s: a sheet of %d × %d mm", s.Code, lang, w, h)
				}
				ink := image.Rectangle{}
				for y := range b.Dy() {
					for x := range b.Dx() {
						if r, _, _, _ := picture.At(x, y).RGBA(); r < 0x8000 {
							ink = ink.Union(image.Rect(x, y, x+1, y+1))
						}
					}
				}
				if margin := free * dpi * 10 / 254; ink.Empty() || ink.Min.X < margin || ink.Min.Y < margin || ink.Max.X > b.Dx()-margin || ink.Max.Y > b.Dy()-margin {
					t.Errorf("%s %s: ink at %v of %v", s.Code, lang, ink, b)
				}
			}
		}
	}
}

// find answers where rows stand in others, -1 where they do not.
func find(in, rows []string) int {
	for at := 0; at+len(rows) <= len(in); at++ {
		same := true
		for i := range rows {
			if in[at+i] != rows[i] {
				same = false
				break
			}
		}
		if same {
			return at
		}
	}
	return -1
}
