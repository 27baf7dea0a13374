package session_test

import (
	"context"
	"strings"
	"testing"

	"linli/app"
	"linli/kiosk/flow"
	"linli/kiosk/flow/flowtest"
	"linli/kiosk/print"
	"linli/kiosk/session"
)

// printer is a printer of which the test knows what came out.
type printer struct {
	out   []string
	fault error
}

func (p *printer) print(_ context.Context, paper print.Paper) error {
	if p.fault != nil {
		return p.fault
	}
	var text strings.Builder
	for _, l := range paper {
		text.WriteString(l.Text + "\n")
	}
	p.out = append(p.out, text.String())
	return nil
}

func TestANumberComesOnASlipAndWithoutOneItIsSaid(t *testing.T) {
	p := &printer{}
	k := open(t, func(c *session.Config) { c.Print = p.print })
	k.press("ticket", "business-A", "normal")
	page := k.at("ticket.taken")
	if len(p.out) != 1 || !strings.Contains(p.out[0], page.Number) || !strings.Contains(p.out[0], "社会保障") {
		t.Fatalf("printed %q", p.out)
	}
	if said := page.Body[len(page.Body)-1].In("zh"); !strings.Contains(said, "出纸口") {
		t.Errorf("nobody says where the slip is: %q", said)
	}
	k.press(flow.PressHome)
	p.fault = print.ErrPaper
	k.press("ticket", "business-A", "normal")
	page = k.at("ticket.taken")
	if said := page.Body[len(page.Body)-1].In("zh"); !strings.Contains(said, "没有打出来") || page.Number == "" {
		t.Errorf("%q, number %q", said, page.Number)
	}
	if spoken := k.spoken[len(k.spoken)-1]; !strings.Contains(spoken, "没有打出来") {
		t.Errorf("spoken %q", spoken)
	}
	if len(k.port.tickets) != 2 {
		t.Errorf("%d numbers were taken", len(k.port.tickets))
	}
}

// Who has both numbers on paper is not asked whether they were copied.
func TestAReceiptOnASlipNeedsNoCopying(t *testing.T) {
	category := flowtest.Facts("zh").Problems[0]
	p := &printer{}
	k := open(t, func(c *session.Config) { c.Print = p.print })
	send := func() flow.Page {
		k.press("problem", category.Code, category.What[0].Code, "unsure", category.Where[0].Code, "none", flow.PressOK)
		return k.at("problem.sent")
	}
	page := send()
	if len(p.out) != 1 || !strings.Contains(p.out[0], page.Number) || !strings.Contains(p.out[0], page.Code) {
		t.Fatalf("printed %q", p.out)
	}
	k.press(page.Primary.ID)
	k.clean()
	p.fault = print.ErrAway
	page = send()
	k.press(page.Primary.ID)
	k.at("problem.sent.copied")
}

// What fails before is not printed.
func TestWhatWasNotTakenIsNotPrinted(t *testing.T) {
	p := &printer{}
	k := open(t, func(c *session.Config) { c.Print = p.print })
	k.press("ticket", "business-A")
	k.port.fault = app.Fail(app.CodeFull)
	k.press("normal")
	k.at("ticket.business")
	if len(p.out) > 0 {
		t.Errorf("printed %q", p.out)
	}
}
