//go:build unix

package sound_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"linli/assets"
	"linli/kiosk/sound"
)

// The test binary plays the part of a sound program: it copies what it is given
// to a pipe that the test reads, and ends when the test lets it.
func TestMain(m *testing.M) {
	if out := os.Getenv("LINLI_SOUND_PROGRAM"); out != "" {
		os.Exit(program(out))
	}
	os.Exit(m.Run())
}

func program(folder string) int {
	wav, err := io.ReadAll(os.Stdin)
	if len(os.Args) > 1 {
		wav, err = os.ReadFile(os.Args[1])
	}
	if err != nil {
		return 1
	}
	name := filepath.Join(folder, fmt.Sprint(os.Getpid()))
	if err := os.WriteFile(name, wav, 0o600); err != nil {
		return 1
	}
	// Opening a named pipe for reading waits for the test to open its other end.
	if _, err := os.ReadFile(filepath.Join(folder, "gate")); err != nil {
		return 1
	}
	return 0
}

// gate makes the pipe at which programs wait, and answers how to let one end.
func gate(t *testing.T, folder string) (open func()) {
	t.Helper()
	path := filepath.Join(folder, "gate")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	return func() {
		t.Helper()
		f, err := os.OpenFile(path, os.O_WRONLY, 0) // waits until the program reads
		if err != nil {
			t.Fatal(err)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestPlaysTheWholeSoundWithoutWaiting(t *testing.T) {
	for name, args := range map[string][]string{"through stdin": nil, "through a file": {sound.File}} {
		t.Run(name, func(t *testing.T) {
			folder := t.TempDir()
			open := gate(t, folder)
			t.Setenv("LINLI_SOUND_PROGRAM", folder)
			p := sound.NewPlaying(os.Args[0], args...)
			p.Play(assets.SoundChime) // would never return if it waited for the program
			p.Play(assets.SoundChime) // is being played: nothing new begins
			open()
			if played := playedIn(t, folder); len(played) != 1 || !bytes.Equal(played[0], assets.Sound(assets.SoundChime)) {
				t.Errorf("%d sounds were played, or not the chime", len(played))
			}
		})
	}
}

func playedIn(t *testing.T, folder string) (sounds [][]byte) {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if e.Name() == "gate" {
			continue
		}
		b, err := os.ReadFile(filepath.Join(folder, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		sounds = append(sounds, b)
	}
	return sounds
}

func TestTryingHearsOfAProgramThatFails(t *testing.T) {
	path, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("LINLI_SOUND_PROGRAM", filepath.Join(t.TempDir(), "gone"))
	if err := sound.Try(t.Context(), sound.NewPlaying(path), sound.Tone()); err == nil {
		t.Error("nothing was said")
	}
}

func TestAProgramThatHangsIsEnded(t *testing.T) {
	path, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	t.Setenv("LINLI_SOUND_PROGRAM", folder)
	gate(t, folder) // which nobody opens
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- sound.Try(ctx, sound.NewPlaying(path), sound.Tone()) }()
	cancel()
	if err := <-ended; err == nil {
		t.Error("it played")
	}
}
