package slip_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"image"
	"image/png"
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
