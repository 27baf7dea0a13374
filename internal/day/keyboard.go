package day

import (
	"context"
	"fmt"
	"os/exec"
	"strings"
	"unicode"
)

// keyboard gives a display a keyboard that has the characters of a text on keys
// of its own, besides the usual ones. Without it xdotool would put each on a
// spare key for a moment, and a busy program looks at the layout too late and
// reads another character.
func keyboard(ctx context.Context, display, text string) error {
	var keys strings.Builder
	seen := map[rune]bool{}
	spare := spareKeys()
	for _, r := range text {
		if r <= unicode.MaxASCII || seen[r] {
			continue
		}
		seen[r] = true
		if len(spare) == 0 {
			return fmt.Errorf("keyboard: no key left for %c", r)
		}
		fmt.Fprintf(&keys, "\tkey %s { [ U%04X ] };\n", spare[0], r)
		spare = spare[1:]
	}
	keymap := `xkb_keymap {
	xkb_keycodes { include "evdev+aliases(qwerty)" };
	xkb_types { include "complete" };
	xkb_compat { include "complete" };
	xkb_symbols "linli" { include "pc+us"
` + keys.String() + `	};
};
`
	cmd := exec.CommandContext(ctx, "xkbcomp", "-w", "0", "-", display)
	cmd.Stdin = strings.NewReader(keymap)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("keyboard: %w: %s", err, out)
	}
	return nil
}

// spareKeys are the multimedia keys, which no face of ours listens to.
func spareKeys() []string {
	var keys []string
	for code := 163; code <= 193; code++ {
		keys = append(keys, fmt.Sprintf("<I%d>", code))
	}
	return keys
}
