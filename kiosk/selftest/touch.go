package selftest

import (
	"bufio"
	"context"
	"io"
	"strconv"
	"strings"
)

// Touch is the panel on the glass. Whether it answers only a finger can tell; whether it is plugged the system can.
const Touch Kind = "touch"

// CodeGone is a panel that was there and is not any more: a plug that came loose, or one that died.
const CodeGone = "gone"

// InputDevices is where Linux lists what can be touched, pressed and moved.
const InputDevices = "/proc/bus/input/devices"

// Bits of the list: what lies on the picture itself, what only moves a pointer, and what knows the places of several fingers.
const (
	propPointer = 1 << 0
	propDirect  = 1 << 1
	absFingers  = 1 << 0x35
)

// HasPanel answers whether a list of input devices has a touch panel.
func HasPanel(devices io.Reader) (bool, error) {
	lines := bufio.NewScanner(devices)
	var prop, abs uint64
	for lines.Scan() {
		line := lines.Text()
		switch {
		case line == "":
			prop, abs = 0, 0 // the next device
		case strings.HasPrefix(line, "B: PROP="):
			prop = lowest(line)
		case strings.HasPrefix(line, "B: ABS="):
			abs = lowest(line)
		}
		if prop&propDirect != 0 || abs&absFingers != 0 && prop&propPointer == 0 {
			return true, nil
		}
	}
	return false, lines.Err()
}

// lowest is the last of a line's words of bits, which are written highest first.
func lowest(line string) uint64 {
	words := strings.Fields(line[strings.IndexByte(line, '=')+1:])
	if len(words) == 0 {
		return 0
	}
	bits, _ := strconv.ParseUint(words[len(words)-1], 16, 64)
	return bits
}

// touch tells of a panel that went. A kiosk that never had one is tried with a mouse, or its panel is of a kind that does not say so.
func (c *Checks) touch(ctx context.Context) Result {
	if c.Panel == nil {
		return Result{State: None}
	}
	there, err := c.Panel(ctx)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.hadPanel = c.hadPanel || there
	switch {
	case err != nil:
		return failing(ctx, Unknown)
	case there:
		return Result{State: OK}
	case c.hadPanel:
		return Result{State: Trouble, Code: CodeGone}
	}
	return Result{State: None}
}
