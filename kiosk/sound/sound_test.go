package sound_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"linli/assets"
	"linli/kiosk/sound"
)

func TestSilentWhereNothingCanPlay(t *testing.T) {
	none := func(string) (string, error) { return "", errors.New("not here") }
	for _, system := range []string{"linux", "windows", "darwin", "plan9"} {
		sound.NewOn(system, none).Play(assets.SoundClick)
	}
	sound.NewPlaying(filepath.Join(t.TempDir(), "missing")).Play(assets.SoundClick)
	sound.NewPlaying(os.Args[0]).Play("no such sound")
}

func TestEverySystemHasAProgram(t *testing.T) {
	for _, system := range []string{"linux", "windows", "darwin"} {
		var looked []string
		sound.NewOn(system, func(name string) (string, error) {
			looked = append(looked, name)
			return "", errors.New("not here")
		})
		if len(looked) == 0 {
			t.Errorf("%s: no program is looked for", system)
		}
	}
}

func TestRecorder(t *testing.T) {
	var r sound.Recorder
	r.Play("chime")
	r.Play("click")
	if got := r.Played(); !slices.Equal(got, []string{"chime", "click"}) {
		t.Errorf("recorded %v", got)
	}
}
