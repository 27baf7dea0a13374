package speak

import (
	"context"
	"math"
	"strings"
	"sync"
	"unicode"

	"linli/assets"
	"linli/kiosk/sound"
)

// Voice speaks one text at a time: a new one silences the one before. Its methods
// may be called from any goroutine; a nil Voice is silent.
type Voice struct {
	packs   []*Pack
	engines []Engine
	player  sound.Player

	mu   sync.Mutex
	stop context.CancelFunc
}

// New answers a voice of packs, which may be none, and engines; nil when nothing could be said at all.
func New(player sound.Player, packs []*Pack, engines ...Engine) *Voice {
	if len(packs) == 0 && len(engines) == 0 {
		return nil
	}
	return &Voice{packs: packs, engines: engines, player: player}
}

// steps are the volumes in decibels: 18 from end to end, with one step of 12 (EN 301 549, 8.2.1).
var steps = []float64{-18, -6, 0}

// Decibels is by how much a step of the volume is louder than the loudest.
func Decibels(step int) float64 { return steps[min(max(step, 0), len(steps)-1)] }

// Usual is the volume where every conversation begins, and that of calls.
const Usual = 1

// Say begins to speak a text in a language at a step of the volume, 0 to 2, and returns at once; empty text is silence.
func (v *Voice) Say(lang string, volume int, text string) {
	if v == nil {
		return
	}
	ctx := v.instead()
	if strings.TrimSpace(text) == "" {
		return
	}
	go v.speak(ctx, lang, volume, text)
}

// Speak does the same and returns when it has been said, silenced, or ctx has ended.
func (v *Voice) Speak(ctx context.Context, lang string, volume int, text string) {
	if v == nil {
		return
	}
	own := v.instead()
	defer context.AfterFunc(ctx, func() { v.mu.Lock(); defer v.mu.Unlock(); v.stop() })()
	v.speak(own, lang, volume, text)
}

// instead silences what is being said and answers the context of what comes in its place.
func (v *Voice) instead() context.Context {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.stop != nil {
		v.stop()
	}
	var ctx context.Context
	ctx, v.stop = context.WithCancel(context.Background())
	return ctx
}

// speak renders clause by clause: the first is heard while the next is made.
func (v *Voice) speak(ctx context.Context, lang string, volume int, text string) {
	clauses := Clauses(text)
	made := make(chan sound.PCM)
	go func() {
		defer close(made)
		for _, c := range clauses {
			pcm, ok := v.Render(ctx, languageOf(lang, c.Words), c.Words)
			if !ok {
				continue // an engine that fails is silence: what is said is on the screen as well
			}
			pcm = sound.Join(level(pcm).Louder(Decibels(volume)), sound.Silence(pcm.Rate, c.Pause))
			select {
			case made <- pcm:
			case <-ctx.Done():
				return
			}
		}
	}()
	for pcm := range made {
		if ctx.Err() == nil {
			v.player.Sound(ctx, pcm)
		}
	}
}

// languageOf is the language in which a clause is said: names of the hall's places have no other than Chinese, and an English
// voice would spell their characters.
func languageOf(lang, words string) string {
	if strings.ContainsFunc(words, func(r rune) bool { return unicode.Is(unicode.Han, r) }) {
		return assets.LangChinese
	}
	return lang
}

// Render makes sound of words: of the first pack of the language that has them all, or by the first engine that works.
func (v *Voice) Render(ctx context.Context, lang, words string) (sound.PCM, bool) {
	for _, p := range v.packs {
		if p.Lang != lang {
			continue
		}
		if pcm, ok := p.Say(words); ok {
			return pcm, true
		}
	}
	for _, e := range v.engines {
		limited, cancel := context.WithTimeout(ctx, longest)
		pcm, err := e.Render(limited, lang, words)
		cancel()
		if pcm = pcm.Trimmed(); err == nil && len(pcm.Samples) > 0 {
			return pcm, true
		}
	}
	return sound.PCM{}, false
}

// wanted is the loudness of speech before the volume, and the peak that it does not pass.
const (
	wantedLoudness = 0.12
	wantedPeak     = 0.9
)

// level makes sounds of different origin equally loud.
func level(p sound.PCM) sound.PCM {
	loud, peak := p.Loudness(), p.Peak()
	if loud == 0 || peak == 0 {
		return p
	}
	by := min(wantedLoudness/loud, wantedPeak/peak)
	return p.Louder(20 * math.Log10(by))
}
