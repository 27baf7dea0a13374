package theme_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"linli/ui/theme"
)

func TestAMeasuredScreenIsKept(t *testing.T) {
	path := filepath.Join(t.TempDir(), theme.ScreenFile)
	if _, err := theme.ReadScreen(path); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
	for _, p := range theme.Profiles() {
		if err := p.WriteScreen(path); err != nil {
			t.Fatalf("%s: %v", p.Name, err)
		}
		got, err := theme.ReadScreen(path)
		want := p
		want.Name = theme.Calibrated
		if err != nil || got != want {
			t.Errorf("%+v, %v, want %+v", got, err, want)
		}
	}
	left, err := os.ReadDir(filepath.Dir(path))
	if err != nil || len(left) != 1 {
		t.Errorf("%v, %v: only the file stays", left, err)
	}
}

func TestAScreenThatCannotBeIsRefusedWithItsField(t *testing.T) {
	good := `{"mm_per_pixel": 0.248, "width_pixels": 1080, "height_pixels": 1920, "view_mm": 600, "lower_edge_mm": 740}`
	path := filepath.Join(t.TempDir(), theme.ScreenFile)
	for field, body := range map[string]string{
		"mm_per_pixel":  strings.Replace(good, "0.248", "2.48", 1),
		"width_pixels":  strings.Replace(good, "1080", "640", 1),
		"height_pixels": strings.Replace(good, "1920", "0", 1),
		"view_mm":       strings.Replace(good, "600", "60", 1),
		"lower_edge_mm": strings.Replace(good, "740", "20", 1),
		"unexpected":    good[:40],
	} {
		if err := os.WriteFile(path, []byte(body), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := theme.ReadScreen(path); !errors.Is(err, theme.ErrScreen) || !strings.Contains(err.Error(), field) {
			t.Errorf("%s: %v", field, err)
		}
	}
}

func TestASmallScreenFarAwayHasLargerType(t *testing.T) {
	p := theme.DefaultProfile()
	near := p.EmMM(theme.SizeMiddle)
	p.ViewMM = 900
	if far := p.EmMM(theme.SizeMiddle); near != 10 || far != 15 {
		t.Errorf("an em of %.1f mm at 600 mm and %.1f at 900, want 10 and 15", near, far)
	}
	p.ViewMM = 400
	if close := p.EmMM(theme.SizeSmall); close != 8.3 {
		t.Errorf("an em of %.1f mm from near by: type never gets smaller", close)
	}
}
