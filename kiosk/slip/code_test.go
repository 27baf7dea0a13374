package slip_test

import (
	"image"
	"testing"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"

	"linli/app"
	"linli/kiosk/card"
	"linli/kiosk/flow/flowtest"
	"linli/kiosk/print"
	"linli/kiosk/slip"
)

// read finds a QR symbol on a printed paper as a scanner does.
func read(t *testing.T, paper image.Image) (string, error) {
	t.Helper()
	bits, err := gozxing.NewBinaryBitmapFromImage(paper)
	if err != nil {
		t.Fatal(err)
	}
	found, err := qrcode.NewQRCodeReader().Decode(bits, nil)
	if err != nil {
		return "", err
	}
	return found.GetText(), nil
}

// What is printed on a slip, the kiosk reads again, on both widths of paper.
func TestAScannerReadsTheSlips(t *testing.T) {
	hall := flowtest.Facts("zh").Hall
	number := flowtest.SampleReceipt()
	for _, lang := range []string{"zh", "en"} {
		for name, c := range map[string]struct {
			paper print.Paper
			want  card.Code
		}{
			"receipt": {slip.Receipt(hall, app.Receipt{Number: number, Secret: "048013", At: flowtest.Now}, lang), card.Code{Kind: card.CodeReceipt, Number: number, Secret: "048013"}},
			"appointment": {
				slip.Booking(hall, app.Text{ZH: "社会保障", EN: "Social security"}, app.Booking{Number: number, Code: "990001", Day: "2026-12-01", From: "09:00", To: "09:30"}, lang, flowtest.Now),
				card.Code{Kind: card.CodeAppointment, Number: number, Secret: "990001"},
			},
		} {
			for _, width := range []int{print.Width58, print.Width80} {
				picture, err := c.paper.Set(width)
				if err != nil {
					t.Fatal(err)
				}
				text, err := read(t, picture)
				if err != nil {
					t.Errorf("%s in %s on %d dots: %v", name, lang, width, err)
					continue
				}
				if got, ours := card.ParseCode(text); !ours || got != c.want {
					t.Errorf("%s in %s on %d dots: another code", name, lang, width)
				}
			}
		}
	}
}

// A slip about nothing but a number has no code, and one whose numbers no kiosk would read has none either.
func TestOtherSlipsHaveNoCode(t *testing.T) {
	hall := flowtest.Facts("zh").Hall
	for name, paper := range map[string]print.Paper{
		"number":       slip.Ticket(hall, app.Text{ZH: "社会保障"}, app.Taken{Ticket: app.Ticket{Number: "A1-005"}}, "zh", flowtest.Now),
		"odd receipts": slip.Receipt(hall, app.Receipt{Number: "12", Secret: "34"}, "zh"),
	} {
		picture, err := paper.Set(print.Width80)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := read(t, picture); err == nil {
			t.Errorf("%s: there is a code", name)
		}
	}
}
