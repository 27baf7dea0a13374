package theme

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
)

// ScreenFile is the file in a machine's data folder that says what its screen is like. It belongs to the machine and
// travels nowhere.
const ScreenFile = "screen.json"

// Calibrated is the name of a profile that was measured on its screen.
const Calibrated = "calibrated"

// ErrScreen reports a screen file that says nothing possible; the text names the field.
var ErrScreen = errors.New("theme: the screen file")

// screen is the file.
type screen struct {
	MMPerUnit    float32 `json:"mm_per_pixel"`
	W            float32 `json:"width_pixels"`
	H            float32 `json:"height_pixels"`
	ViewMM       float32 `json:"view_mm"`
	BottomEdgeMM float32 `json:"lower_edge_mm"`
}

// ReadScreen reads a machine's own profile. [os.ErrNotExist] when its screen was never measured, [ErrScreen] for what
// cannot be a screen.
func ReadScreen(path string) (Profile, error) {
	body, err := os.ReadFile(filepath.Clean(path))
	if err != nil {
		return Profile{}, err
	}
	var s screen
	if err := json.Unmarshal(body, &s); err != nil {
		return Profile{}, fmt.Errorf("%w: %w", ErrScreen, err)
	}
	p := Profile{Name: Calibrated, MMPerUnit: s.MMPerUnit, W: s.W, H: s.H, ViewMM: s.ViewMM, BottomEdgeMM: s.BottomEdgeMM, Landscape: s.W > s.H}
	return p, p.Check()
}

// WriteScreen keeps a profile as the machine's own. After an error the file is as it was.
func (p Profile) WriteScreen(path string) error {
	if err := p.Check(); err != nil {
		return err
	}
	body, err := json.MarshalIndent(screen{p.MMPerUnit, p.W, p.H, p.ViewMM, p.BottomEdgeMM}, "", "  ")
	if err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), ScreenFile+".*")
	if err != nil {
		return err
	}
	_, err = f.Write(append(body, '\n'))
	err = errors.Join(err, f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		_ = os.Remove(f.Name())
	}
	return err
}

// Bounds of what a kiosk's screen can be. Below the least width and height of the glass the corners and one answer do not fit
// in the largest type.
const (
	MinPitchMM      float32 = 0.1
	MaxPitchMM      float32 = 0.6
	MinScreenMM     float32 = 190
	MinScreenHighMM float32 = 260
	MinViewMM       float32 = 300
	MaxViewMM       float32 = 1200
	MinEdgeMM       float32 = 400
	MaxEdgeMM       float32 = 1100
)

// Check answers [ErrScreen] with the field that cannot be right.
func (p Profile) Check() error {
	for _, f := range []struct {
		name            string
		value, min, max float32
	}{
		{"mm_per_pixel", p.MMPerUnit, MinPitchMM, MaxPitchMM},
		{"width_pixels", p.WidthMM(), MinScreenMM, 4000},
		{"height_pixels", p.HeightMM(), MinScreenHighMM, 4000},
		{"view_mm", p.ViewMM, MinViewMM, MaxViewMM},
		{"lower_edge_mm", p.BottomEdgeMM, MinEdgeMM, MaxEdgeMM},
	} {
		if math.IsNaN(float64(f.value)) || f.value < f.min || f.value > f.max {
			return fmt.Errorf("%w: %s", ErrScreen, f.name)
		}
	}
	if p.ReachBottomMM()-p.ReachTopMM() < MinReachMM {
		return fmt.Errorf("%w: lower_edge_mm", ErrScreen)
	}
	return nil
}

// MinReachMM is the least height of the band within reach that holds a page.
const MinReachMM float32 = 240
