package shell

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"regexp"
	"runtime"
	"strconv"
	"time"

	"fyne.io/fyne/v2"
)

// usualDisplay is what is assumed where the display does not say its size.
var usualDisplay = fyne.NewSize(1920, 1080)

var dimensions = regexp.MustCompile(`dimensions:\s+(\d+)x(\d+) pixels`)

// display answers whether windows can be opened at all and, in pixels, how large
// the display is. The toolkit tells neither: it panics where there is no display,
// and a kiosk's window must know before it is made whether it is a scaled
// preview. X tells both to a small program of its own.
func display() (size fyne.Size, ok bool) {
	switch runtime.GOOS {
	case "windows", "darwin":
		return usualDisplay, true
	}
	if os.Getenv("DISPLAY") == "" {
		return usualDisplay, false
	}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	out, err := exec.CommandContext(ctx, "xdpyinfo").Output()
	if errors.Is(err, exec.ErrNotFound) {
		return usualDisplay, true
	}
	if err != nil {
		return usualDisplay, false
	}
	found := dimensions.FindSubmatch(out)
	if found == nil {
		return usualDisplay, true
	}
	w, _ := strconv.Atoi(string(found[1])) // digits by the pattern
	h, _ := strconv.Atoi(string(found[2]))
	if w <= 0 || h <= 0 {
		return usualDisplay, true
	}
	return fyne.NewSize(float32(w), float32(h)), true
}

// barHeight is left free for a window's title and the desktop's own bar.
const barHeight = 96

// room is what a window of a size may take of a display: all of it when it fits.
func room(display, window fyne.Size) fyne.Size {
	if display.Width >= window.Width && display.Height >= window.Height {
		return display
	}
	return fyne.NewSize(display.Width, max(1, display.Height-barHeight))
}

// shrunk is a size, or one of the same shape that fits into a share of the room.
func shrunk(size, most fyne.Size) fyne.Size {
	scale := min(1, most.Width/size.Width, most.Height/size.Height)
	return fyne.NewSize(size.Width*scale, size.Height*scale)
}
