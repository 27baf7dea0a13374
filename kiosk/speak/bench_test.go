package speak_test

import (
	"context"
	"testing"
	"time"

	"linli/assets"
	"linli/kiosk/sound"
	"linli/kiosk/speak"
)

// first is a player that has heard enough once something sounds.
type first struct {
	at   time.Time
	stop context.CancelFunc
}

func (*first) Play(string) {}

func (f *first) Sound(context.Context, sound.PCM) {
	f.at = time.Now()
	f.stop()
}

// BenchmarkFirstSound is from a page to its first sound, rendered by the machine's own speech program. The rule is 300 ms.
func BenchmarkFirstSound(b *testing.B) {
	engine := speak.NewESpeak()
	if engine == nil {
		b.Fatal("no espeak-ng that knows Chinese (scripts/install-deps.sh test installs it)")
	}
	text := assets.Format(assets.LangChinese, "kiosk.problem.words.say") // the longest
	var sum, worst time.Duration
	n := 0
	for b.Loop() {
		ctx, cancel := context.WithCancel(b.Context())
		player := &first{stop: cancel}
		began := time.Now()
		speak.New(player, nil, engine).Speak(ctx, assets.LangChinese, speak.Usual, text)
		took := player.at.Sub(began)
		sum, worst = sum+took, max(worst, took)
		n++
		cancel()
	}
	b.ReportMetric(float64(sum.Milliseconds())/float64(n), "ms/first")
	b.ReportMetric(float64(worst.Milliseconds()), "ms/worst")
}
