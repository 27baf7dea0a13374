package selftest

import (
	"context"
	"strings"
	"testing"
)

func panel(there bool, err error) func(context.Context) (bool, error) {
	return func(context.Context) (bool, error) { return there, err }
}

// Devices as Linux lists them.
const (
	keyboardDevice = "I: Bus=0011 Vendor=0001 Product=0001 Version=ab41\nN: Name=\"AT keyboard\"\nB: PROP=0\nB: EV=120013\nB: KEY=402000000 3803078f800d001 feffffdfffefffff fffffffffffffffe\n\n"
	touchpadDevice = "I: Bus=0018 Vendor=06cb Product=cd98 Version=0100\nN: Name=\"Touchpad\"\nB: PROP=5\nB: EV=1b\nB: ABS=2e0800000000003\n\n"
	panelDevice    = "I: Bus=0003 Vendor=0eef Product=c000 Version=0210\nN: Name=\"eGalax Touch\"\nB: PROP=2\nB: EV=1b\nB: ABS=273800000000003\n\n"
	oldPanelDevice = "I: Bus=0003 Vendor=0457 Product=0817 Version=0110\nN: Name=\"SiS Touch\"\nB: PROP=0\nB: EV=b\nB: ABS=260800000000003\n\n"
	joystickDevice = "I: Bus=0003 Vendor=045e Product=028e Version=0110\nN: Name=\"Pad\"\nB: PROP=0\nB: EV=b\nB: ABS=30027\n\n"
)

func TestWhatIsATouchPanel(t *testing.T) {
	for name, c := range map[string]struct {
		list string
		want bool
	}{
		"nothing":             {"", false},
		"a desk's":            {keyboardDevice + touchpadDevice + joystickDevice, false},
		"a panel":             {keyboardDevice + panelDevice + joystickDevice, true},
		"an older panel":      {keyboardDevice + oldPanelDevice, true},
		"one behind a pad":    {touchpadDevice + oldPanelDevice, true},
		"lines without words": {"B: PROP=\nB: ABS=\n", false},
	} {
		if got, err := HasPanel(strings.NewReader(c.list)); got != c.want || err != nil {
			t.Errorf("%s: %v, %v", name, got, err)
		}
	}
}

// A kiosk that never had a panel is well; one whose panel went is not, until it is back.
func TestAPanelThatWentIsTrouble(t *testing.T) {
	c := well(t)
	for _, step := range []struct {
		there bool
		state State
	}{{false, None}, {true, OK}, {false, Trouble}, {false, Trouble}, {true, OK}} {
		c.Panel = panel(step.there, nil)
		if got := find(Run(t.Context(), c), Touch); got.State != step.state || (got.State == Trouble) != (got.Code == CodeGone) {
			t.Errorf("there %v: %+v", step.there, got)
		}
	}
}
