package speak_test

import (
	"context"
	"errors"
	"math"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"linli/kiosk/sound"
	"linli/kiosk/speak"
)

// hums is an engine that hums a tenth of a second for each character, and remembers what it was asked.
type hums struct {
	mu    sync.Mutex
	asked []string
	fails bool
}

func (h *hums) Render(ctx context.Context, lang, words string) (sound.PCM, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.asked = append(h.asked, lang+" "+words)
	if h.fails {
		return sound.PCM{}, errors.New("no")
	}
	return sound.ParseWAV(hum(time.Duration(len([]rune(words)))*100*time.Millisecond, 0.3))
}

// ear takes as long to hear a sound as it lasts.
type ear struct {
	sound.Recorder
	heard []time.Duration
	mu    sync.Mutex
}

func (e *ear) Sound(ctx context.Context, p sound.PCM) {
	e.Recorder.Sound(ctx, p)
	select {
	case <-ctx.Done():
		return
	case <-time.After(p.Duration()):
		e.mu.Lock()
		defer e.mu.Unlock()
		e.heard = append(e.heard, p.Duration())
	}
}

func TestClausesAreHeardOneAfterTheOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, e := &hums{}, &ear{}
		v := speak.New(e, nil, h)
		began := time.Now()
		v.Speak(t.Context(), "zh", speak.Usual, "请坐。请到三号窗口，谢谢")
		if !slices.Equal(h.asked, []string{"zh 请坐", "zh 请到三号窗口", "zh 谢谢"}) {
			t.Errorf("asked %q", h.asked)
		}
		if d := time.Since(began); d < 2*time.Second || d > 3*time.Second || len(e.heard) != 3 {
			t.Errorf("%v, %v", d, e.heard)
		}
	})
}

func TestANewTextSilencesTheOneBefore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, e := &hums{}, &ear{}
		v := speak.New(e, nil, h)
		v.Say("zh", 1, "一二三四五六七八九十，一二三四五六七八九十")
		time.Sleep(300 * time.Millisecond)
		v.Say("zh", 1, "停")
		synctest.Wait()
		time.Sleep(5 * time.Second)
		synctest.Wait()
		if len(e.heard) != 1 {
			t.Errorf("heard %v to the end, want the second text alone", e.heard)
		}
		v.Say("zh", 1, "一二三四五六七八九十")
		v.Say("zh", 1, "")
		time.Sleep(5 * time.Second)
		synctest.Wait()
		if len(e.heard) != 1 {
			t.Errorf("silence was asked for, and %v heard", e.heard)
		}
	})
}

func TestThePackComesFirstAndAnEngineThatFailsLast(t *testing.T) {
	p, faults := speak.OpenPack(recorded(t, map[string]int{"请坐": 20}))
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	bad, good := &hums{fails: true}, &hums{}
	v := speak.New(&sound.Recorder{}, []*speak.Pack{p}, bad, good)
	if pcm, ok := v.Render(t.Context(), "zh", "请坐"); !ok || pcm.Duration() < 1900*time.Millisecond || len(bad.asked) > 0 {
		t.Errorf("%v, %v: recorded words are the person's", ok, pcm.Duration())
	}
	if pcm, ok := v.Render(t.Context(), "zh", "请站"); !ok || pcm.Duration() > 300*time.Millisecond || len(good.asked) != 1 {
		t.Errorf("%v, %v: what is not recorded is rendered", ok, pcm.Duration())
	}
	if pcm, ok := v.Render(t.Context(), "en", "请坐"); !ok || pcm.Duration() > time.Second {
		t.Errorf("%v, %v: a pack speaks its own language", ok, pcm.Duration())
	}
	if _, ok := speak.New(&sound.Recorder{}, nil, bad).Render(t.Context(), "zh", "请"); ok {
		t.Error("sound of nothing")
	}
	if speak.New(&sound.Recorder{}, nil) != nil {
		t.Error("a voice of nothing")
	}
	var none *speak.Voice
	none.Say("zh", 1, "没有声音") // must not panic
	none.Speak(t.Context(), "zh", 1, "没有声音")
}

func TestAChineseNameInAnEnglishSentenceIsSaidInChinese(t *testing.T) {
	h := &hums{}
	speak.New(&sound.Recorder{}, nil, h).Speak(t.Context(), "en", speak.Usual, "You report: noise, place: 样例路10号1栋. Thank you.")
	if want := []string{"en You report", "en noise", "en place", "zh 样例路10号1栋", "en Thank you"}; !slices.Equal(h.asked, want) {
		t.Errorf("asked %q", h.asked)
	}
}

func TestVolumesAreEighteenDecibelsApart(t *testing.T) {
	loud := make([]float64, 3)
	for volume := range loud {
		r := &sound.Recorder{}
		speak.New(r, nil, &hums{}).Speak(t.Context(), "zh", volume, "请到三号窗口")
		for _, p := range r.Sounds() {
			loud[volume] = p.Trimmed().Loudness()
			if p.Peak() > 0.95 {
				t.Errorf("a peak of %.2f", p.Peak())
			}
		}
	}
	if all, step := 20*math.Log10(loud[2]/loud[0]), 20*math.Log10(loud[1]/loud[0]); math.Abs(all-18) > 0.5 || math.Abs(step-12) > 0.5 {
		t.Errorf("%.1f dB in all, the first step %.1f", all, step)
	}
}
