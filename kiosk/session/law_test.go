package session_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"linli/app"
	"linli/kiosk/flow"
	"linli/kiosk/flow/flowtest"
	"linli/kiosk/session"
)

// Whatever a resident did and whatever was still under way: once the kiosk has
// been left alone for long enough, nothing is left, also when outcomes come in
// after that.
func TestNothingIsEverLeft(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		k := &kiosk{t: t, clock: &clock{now: flowtest.Now}, port: &port{}}
		k.port.progress = app.Progress{State: app.CaseClosed, Reply: "已经修好。", CanRate: true, At: flowtest.Now}
		k.Session = session.New(session.Config{
			Public: k.port, Kiosk: k.port, Clock: k.clock, After: k.clock.After,
			Go: func(f func()) {
				if k.slow {
					k.held = append(k.held, f)
					return
				}
				f()
			},
			SavePDF: func(string, []byte) error { return nil },
		})
		defer k.Close()
		for range rapid.IntRange(1, 30).Draw(rt, "presses") {
			k.slow = rapid.Bool().Draw(rt, "slow")
			p := k.Page()
			ids := []string{flow.PressBack, flow.PressHelp, flow.PressSize, flow.PressLang, flow.PressOK, flow.PressStay}
			for _, c := range p.Choices {
				ids = append(ids, c.ID, c.ID, c.ID)
			}
			if p.Kind == flow.Digits && rapid.Bool().Draw(rt, "type") {
				for _, r := range flowtest.Digits(p) {
					k.Press(string(r))
				}
			}
			k.Press(rapid.SampledFrom(ids).Draw(rt, "id"))
			if rapid.Bool().Draw(rt, "finish") {
				k.finish()
			}
			k.clock.Advance(time.Duration(rapid.IntRange(0, 70).Draw(rt, "seconds")) * time.Second)
		}
		k.clock.Advance(session.IdleAfter + session.WipeAfter)
		if left := k.Personal(); len(left) > 0 || !k.Page().Home || k.Look() != session.DefaultLook() {
			rt.Fatalf("%d texts are left on page %q", len(left), k.Page().ID)
		}
		k.finish()
		if left := k.Personal(); len(left) > 0 || !k.Page().Home {
			rt.Fatalf("%d texts came after the wipe", len(left))
		}
	})
}
