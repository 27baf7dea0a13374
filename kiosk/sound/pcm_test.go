package sound_test

import (
	"errors"
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"

	"linli/assets"
	"linli/kiosk/sound"
)

// tone is a tone of so much of full scale.
func tone(rate int, d time.Duration, share float64) sound.PCM {
	p := sound.Silence(rate, d)
	for i := range p.Samples {
		p.Samples[i] = int16(share * math.MaxInt16 * math.Sin(2*math.Pi*440*float64(i)/float64(rate)))
	}
	return p
}

func TestAWAVFileIsReadAsItWasWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := sound.PCM{Rate: rapid.IntRange(8000, 48000).Draw(t, "rate"), Samples: rapid.SliceOfN(rapid.Int16(), 1, 200).Draw(t, "samples")}
		got, err := sound.ParseWAV(p.WAV())
		if err != nil || got.Rate != p.Rate || len(got.Samples) != len(p.Samples) {
			t.Fatalf("%v, %v", got, err)
		}
		for i := range p.Samples {
			if got.Samples[i] != p.Samples[i] {
				t.Fatalf("sample %d is %d, was %d", i, got.Samples[i], p.Samples[i])
			}
		}
	})
}

func TestOurOwnSoundsAndAPipesWAVAreRead(t *testing.T) {
	for _, name := range []string{assets.SoundChime, assets.SoundClick, assets.SoundError, assets.SoundBell} {
		p, err := sound.ParseWAV(assets.Sound(name))
		if err != nil || p.Rate != 22050 || p.Duration() < 20*time.Millisecond || p.Peak() < 0.05 {
			t.Errorf("%s: %v, %v, peak %.2f", name, err, p.Duration(), p.Peak())
		}
	}
	piped := tone(22050, time.Second, 0.5).WAV()
	copy(piped[4:], []byte{0xff, 0xff, 0xff, 0x7f}) // as espeak-ng writes it
	copy(piped[40:], []byte{0xff, 0xff, 0xff, 0x7f})
	if p, err := sound.ParseWAV(piped); err != nil || p.Duration() != time.Second {
		t.Errorf("%v, %v", p.Duration(), err)
	}
}

func FuzzParseWAV(f *testing.F) {
	f.Add(tone(8000, 10*time.Millisecond, 0.5).WAV())
	f.Add([]byte("RIFF\x00\x00\x00\x00WAVEfmt \x10"))
	f.Fuzz(func(t *testing.T, b []byte) {
		p, err := sound.ParseWAV(b)
		if err != nil && !errors.Is(err, sound.ErrWAV) || err == nil && (len(p.Samples) == 0 || p.Rate == 0) {
			t.Errorf("%v, %v", p.Rate, err)
		}
	})
}

func TestJoinedSoundsAreAsLongAsTheirPartsAndDoNotClick(t *testing.T) {
	a, b := tone(22050, 300*time.Millisecond, 0.8), tone(16000, 200*time.Millisecond, 0.8)
	got := sound.Join(a, sound.Silence(22050, 100*time.Millisecond), b)
	if d := got.Duration(); d < 599*time.Millisecond || d > 601*time.Millisecond || got.Rate != 22050 {
		t.Errorf("%v at %d", d, got.Rate)
	}
	last := got.Samples[0]
	for i, s := range got.Samples[1:] {
		if step := math.Abs(float64(s) - float64(last)); step > 0.25*math.MaxInt16 {
			t.Fatalf("a click of %.0f at %d", step, i)
		}
		last = s
	}
}

func TestDecibelsAndSilence(t *testing.T) {
	p := tone(22050, 100*time.Millisecond, 0.2)
	if got := p.Louder(6).Loudness() / p.Loudness(); math.Abs(got-2) > 0.02 {
		t.Errorf("6 dB are %.2f times as much", got)
	}
	if got := p.Louder(60).Peak(); got > 1 {
		t.Errorf("a peak of %.2f", got)
	}
	padded := sound.Join(sound.Silence(22050, 200*time.Millisecond), p, sound.Silence(22050, 300*time.Millisecond))
	if got := padded.Trimmed().Duration(); got < 90*time.Millisecond || got > 101*time.Millisecond {
		t.Errorf("without silence it is %v", got)
	}
	if got := sound.Silence(22050, time.Second).Trimmed(); len(got.Samples) != 0 {
		t.Error("silence has something in it")
	}
}
