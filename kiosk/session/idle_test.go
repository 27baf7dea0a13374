package session_test

import (
	"testing"

	"linli/kiosk/flow"
)

func TestIdleIsAsEverybodyFindsIt(t *testing.T) {
	k := open(t)
	if !k.Idle() {
		t.Error("a kiosk that nobody touched is not idle")
	}
	for _, id := range []string{"ticket", flow.PressSize} {
		k.press(id)
		if k.Idle() {
			t.Errorf("after %s it is idle", id)
		}
		k.away()
		if !k.Idle() {
			t.Errorf("after a way home from %s it is not idle", id)
		}
	}
	k.Close()
	if k.Idle() {
		t.Error("one that has ended is idle")
	}
}
