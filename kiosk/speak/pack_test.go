package speak_test

import (
	"errors"
	"math"
	"os"
	"path/filepath"
	"testing"
	"time"

	"linli/kiosk/sound"
	"linli/kiosk/speak"
)

// hum is a recording of so long, with silence around it.
func hum(d time.Duration, share float64) []byte {
	p := sound.Silence(22050, d)
	for i := range p.Samples {
		p.Samples[i] = int16(share * math.MaxInt16 * math.Sin(2*math.Pi*300*float64(i)/22050))
	}
	pause := sound.Silence(22050, 200*time.Millisecond)
	return sound.Join(pause, p, pause).WAV()
}

// recorded makes a pack of words, each as long as its number of tenths of a second.
func recorded(t *testing.T, words map[string]int) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "pack")
	for w, tenths := range words {
		if err := speak.Record(dir, speak.About{Name: "样例包", Lang: "zh"}, w, hum(time.Duration(tenths)*100*time.Millisecond, 0.5)); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestAPackSaysWhatItsClipsAreJoinedOf(t *testing.T) {
	dir := recorded(t, map[string]int{"请": 2, "A": 2, "零": 3, "五": 3, "号到": 4, "二": 2, "号窗口": 5, "号窗口办理": 9})
	p, faults := speak.OpenPack(dir)
	if len(faults) > 0 || p.Name != "样例包" {
		t.Fatalf("%+v, %v", p, faults)
	}
	got, ok := p.Say("请 A 零零五号到二号窗口办理")
	want := (2 + 2 + 3 + 3 + 3 + 4 + 2 + 9) * 100 * time.Millisecond
	if d := got.Duration() - want; !ok || d < -30*time.Millisecond || d > 30*time.Millisecond {
		t.Errorf("%v, %v, want %v: the longest clips are taken", ok, got.Duration(), want)
	}
	if got.Peak() > 0.99 || got.Loudness() < 0.05 {
		t.Errorf("peak %.2f, loudness %.3f", got.Peak(), got.Loudness())
	}
	if _, ok := p.Say("请到三号窗口"); ok {
		t.Error("it says what nobody recorded")
	}
}

func TestAClipThatIsBrokenIsNamedAndTheRestWorks(t *testing.T) {
	dir := recorded(t, map[string]int{"请": 2, "坐": 2})
	first, _ := speak.OpenPack(dir)
	if err := os.WriteFile(filepath.Join(dir, first.Clips["坐"]), []byte("no sound"), 0o600); err != nil {
		t.Fatal(err)
	}
	p, faults := speak.OpenPack(dir)
	if len(faults) != 1 || !errors.Is(faults[0], speak.ErrPack) {
		t.Fatalf("%v", faults)
	}
	if _, ok := p.Say("请"); !ok {
		t.Error("the other clip is not said")
	}
	if _, ok := p.Say("请坐"); ok {
		t.Error("the broken one is")
	}
	for name, body := range map[string]string{"nothing": "", "rubbish": "{", "a way out": `{"lang":"zh","clips":{"请":"../../etc/passwd"}}`} {
		dir := t.TempDir()
		if body != "" {
			if err := os.WriteFile(filepath.Join(dir, speak.PackFile), []byte(body), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if _, faults := speak.OpenPack(dir); len(faults) != 1 {
			t.Errorf("%s: %v", name, faults)
		}
	}
}

func TestARecordingThatIsNoGoodIsRefusedAndNothingIsLost(t *testing.T) {
	dir := recorded(t, map[string]int{"请": 2})
	for want, wav := range map[error][]byte{
		speak.ErrEmpty:    sound.Silence(22050, time.Second).WAV(),
		speak.ErrTooQuiet: hum(time.Second, 0.03),
		speak.ErrTooLoud:  hum(time.Second, 1),
		sound.ErrWAV:      []byte("mp3"),
	} {
		if err := speak.Record(dir, speak.About{}, "请", wav); !errors.Is(err, want) {
			t.Errorf("%v, want %v", err, want)
		}
	}
	p, faults := speak.OpenPack(dir)
	if got, ok := p.Say("请"); !ok || len(faults) > 0 || got.Duration() > 250*time.Millisecond {
		t.Errorf("%v, %v, %v", got.Duration(), ok, faults)
	}
	if err := speak.Record(dir, speak.About{}, "请", hum(600*time.Millisecond, 0.4)); err != nil {
		t.Fatal(err)
	}
	p, _ = speak.OpenPack(dir)
	if got, _ := p.Say("请"); len(p.Clips) != 1 || got.Duration() < 500*time.Millisecond {
		t.Errorf("the second recording does not stand: %v", got.Duration())
	}
}
