// Package speak reads pages aloud with the speech program of the machine.
//
// Where espeak-ng is installed a kiosk speaks; where it is not, [New] answers nil
// and the face shows no button for the voice. Nothing personal is ever spoken:
// what is said is a page's Spoken text, which the flows write for everybody's
// ears. Recorded voices and dialects are packs of a later version.
package speak

import (
	"context"
	"os/exec"
	"strings"
	"sync"
	"time"
)

// voices are espeak-ng's names. The Mandarin voice of version 1.51 that is called
// "cmn" spells characters as Latin letters; this one speaks them.
var voices = map[string]string{"zh": "cmn-latn-pinyin", "en": "en"}

// wordsPerMinute is slower than the program's own 175: older listeners want a
// machine to speak slower than they do.
const wordsPerMinute = "150"

// loudness is espeak-ng's amplitude for the steps of a kiosk's volume button; its
// own usual value is 100, the greatest 200.
var loudness = []string{"50", "100", "200"}

// longest is how long one text may take; a hanging engine is ended after it.
const longest = 60 * time.Second

// Voice speaks one text at a time: a new one silences the one before. Its methods
// may be called from any goroutine and never wait for the sound.
type Voice struct {
	program string

	mu   sync.Mutex
	stop context.CancelFunc
}

// New answers this machine's voice, nil when it has none.
func New() *Voice {
	program, err := exec.LookPath("espeak-ng")
	if err != nil || !Speaks(program, voices["zh"]) {
		return nil
	}
	return &Voice{program: program}
}

// Speaks answers whether a voice of the program speaks Chinese characters. A voice
// that does not know them switches to English within the phonemes, "(en)".
func Speaks(program, voice string) bool {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	// #nosec G204 -- the speech program and a voice of our own table
	out, err := exec.CommandContext(ctx, program, "-q", "-x", "-v", voice, "好").Output()
	phonemes := strings.TrimSpace(string(out))
	return err == nil && phonemes != "" && !strings.Contains(phonemes, "(en)")
}

// Say speaks text in a language at a step of the volume, 0 to 2; empty text is
// silence.
func (v *Voice) Say(lang string, volume int, text string) {
	if v == nil {
		return
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.stop != nil {
		v.stop()
		v.stop = nil
	}
	voice := voices[lang]
	if voice == "" || strings.TrimSpace(text) == "" {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), longest)
	// The text goes in by the program's input: arguments can be read by others.
	// #nosec G204 -- the speech program and a voice of our own table
	cmd := exec.CommandContext(ctx, v.program, "-v", voice, "-s", wordsPerMinute, "-a", loudness[min(max(volume, 0), len(loudness)-1)], "--stdin")
	cmd.Stdin = strings.NewReader(text)
	if cmd.Start() != nil {
		cancel()
		return
	}
	v.stop = cancel
	go func() {
		_ = cmd.Wait() // a machine without a sound device stays silent
		cancel()
	}()
}
