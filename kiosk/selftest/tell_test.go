package selftest

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"linli/app"
)

// heard is a port that remembers.
type heard struct {
	calls [][]app.Trouble
	err   error
}

func (h *heard) Report(_ context.Context, parts []app.Trouble) error {
	h.calls = append(h.calls, parts)
	return h.err
}

func (h *heard) want(t *testing.T, codes ...string) {
	t.Helper()
	synctest.Wait()
	var got []string
	for _, c := range h.calls {
		for _, p := range c {
			if err := p.Validate(); err != nil {
				t.Errorf("%+v: %v", p, err)
			}
			got = append(got, p.Code)
		}
	}
	if len(got) != len(codes) {
		t.Fatalf("told %q, want %q", got, codes)
	}
	for i := range got {
		if got[i] != codes[i] {
			t.Errorf("told %q, want %q", got, codes)
		}
	}
}

func printer(code string) Result {
	if code == "" {
		return Result{Kind: Printer, State: OK}
	}
	return Result{Kind: Printer, State: Trouble, Code: code}
}

func TestOnlyAChangeIsTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := &heard{}
		tell := NewTeller(h, nil, nil)
		tell.Tell(printer(""))
		h.want(t, "")
		time.Sleep(Every)
		tell.Tell(printer(""))
		tell.Tell(Result{Kind: Printer, State: None})
		h.want(t, "")
		began := time.Now()
		tell.Tell(printer(CodePaper))
		h.want(t, "", CodePaper)
		if got := h.calls[1][0]; !got.Since.Equal(began) || got.Kind != Printer {
			t.Errorf("told %+v", got)
		}
		time.Sleep(Every)
		tell.Tell(Result{Kind: Printer, State: Unknown}, printer(CodePaper))
		h.want(t, "", CodePaper)
		tell.Tell(printer(""))
		h.want(t, "", CodePaper, "")
		tell.Close()
	})
}

// A printer whose cover is loose says something else with every slip. The hall hears of it once a minute, and the last word.
func TestAPartThatFlapsIsToldOnceAMinute(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := &heard{}
		tell := NewTeller(h, nil, nil)
		for i := range 120 {
			tell.Tell(printer([]string{CodeCover, ""}[i%2]))
			time.Sleep(time.Second)
		}
		synctest.Wait()
		if n := len(h.calls); n > 3 {
			t.Errorf("told %d times in two minutes", n)
		}
		tell.Tell(printer(CodeCover))
		time.Sleep(2 * time.Minute)
		synctest.Wait()
		last := h.calls[len(h.calls)-1]
		if last[len(last)-1].Code != CodeCover {
			t.Errorf("the last word was %+v", last)
		}
		tell.Close()
	})
}

func TestWhatWasNotKeptIsToldAtTheNextLook(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := &heard{err: errors.New("the disk is full")}
		faults := 0
		tell := NewTeller(h, nil, func(error) { faults++ })
		tell.Tell(printer(CodePaper))
		time.Sleep(10 * time.Minute)
		h.want(t, CodePaper) // and it is not asked again and again
		h.err = nil
		tell.Tell(printer(CodePaper))
		h.want(t, CodePaper, CodePaper)
		tell.Tell(printer(CodePaper))
		h.want(t, CodePaper, CodePaper)
		if faults != 1 {
			t.Errorf("%d faults", faults)
		}
		tell.Close()
		tell.Tell(printer(""))
		h.want(t, CodePaper, CodePaper)
	})
}
