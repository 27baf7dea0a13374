package jobs_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"linli/app"
	"linli/app/jobs"

	"github.com/jonboulle/clockwork"
)

// ledger is a hall's memory of its runs, and counts them.
type ledger struct {
	mu     sync.Mutex
	last   map[string]time.Time
	code   map[string]app.Code
	ran    map[string]int
	patrol chan struct{} // one for each patrol, when its last job has been noted
}

const sentinel = "sentinel" // last on the list and always due: it ends a patrol

func (l *ledger) LastRun(_ context.Context, job string) (time.Time, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.last[job], nil
}

func (l *ledger) NoteRun(_ context.Context, job string, at time.Time, failed error) error {
	l.mu.Lock()
	l.code[job] = app.CodeOf(failed)
	if failed == nil {
		l.last[job] = at
	}
	l.mu.Unlock()
	if job == sentinel {
		l.patrol <- struct{}{}
	}
	return nil
}

func (l *ledger) times(job string) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.ran[job]
}

func (l *ledger) codeOf(job string) app.Code {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.code[job]
}

// job counts its runs.
func (l *ledger) job(name string, every time.Duration, do func() error) app.Job {
	return app.Job{Name: name, Every: every, Run: func(context.Context) error {
		l.mu.Lock()
		l.ran[name]++
		l.mu.Unlock()
		if do != nil {
			return do()
		}
		return nil
	}}
}

type hall struct {
	*ledger
	t     *testing.T
	clock *clockwork.FakeClock
}

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

func newHall(t *testing.T) *hall {
	return &hall{
		ledger: &ledger{last: map[string]time.Time{}, code: map[string]app.Code{}, ran: map[string]int{}, patrol: make(chan struct{}, 1)},
		t:      t, clock: clockwork.NewFakeClockAt(noon),
	}
}

// start starts the jobs and waits for the first patrol.
func (h *hall) start(list ...app.Job) *jobs.Scheduler {
	h.t.Helper()
	s, err := jobs.Start(append(list, h.job(sentinel, 0, nil)), h.ledger, h.clock)
	if err != nil {
		h.t.Fatal(err)
	}
	h.t.Cleanup(func() { _ = s.Stop() })
	<-h.patrol
	return s
}

// pass lets the time pass in which a patrol is certain to come, and waits for it.
func (h *hall) pass(d time.Duration) {
	h.t.Helper()
	if err := h.clock.BlockUntilContext(h.t.Context(), 1); err != nil {
		h.t.Fatal(err)
	}
	h.clock.Advance(max(d, 70*time.Second))
	<-h.patrol
}

func (h *hall) want(job string, times int) {
	h.t.Helper()
	if got := h.times(job); got != times {
		h.t.Errorf("%s ran %d times, want %d", job, got, times)
	}
}

func TestWhatWasMissedWhileTheMachineWasOffRunsAtTheStart(t *testing.T) {
	h := newHall(t)
	h.last["check"] = noon.Add(-25 * time.Hour)
	h.last["backup"] = noon.Add(-time.Hour)
	h.start(h.job("check", 24*time.Hour, nil), h.job("backup", 24*time.Hour, nil), h.job("never ran", 24*time.Hour, nil))
	h.want("check", 1)
	h.want("backup", 0)
	h.want("never ran", 1)
}

func TestAJobRunsWhenItsTimeHasComeAndNotBefore(t *testing.T) {
	h := newHall(t)
	h.start(h.job("backup", time.Hour, nil))
	h.want("backup", 1)
	h.pass(70 * time.Second)
	h.want("backup", 1)
	h.pass(time.Hour)
	h.want("backup", 2)
}

func TestWhatWasMissedWhileTheMachineSleptRunsOnce(t *testing.T) {
	h := newHall(t)
	h.start(h.job("backup", time.Hour, nil))
	h.pass(9 * time.Hour)
	h.want("backup", 2)
}

func TestAFailedJobIsTriedAgainAfterAPause(t *testing.T) {
	h := newHall(t)
	fail := true
	h.start(h.job("backup", 24*time.Hour, func() error {
		if fail {
			return app.Fail(app.CodeDiskFull)
		}
		return nil
	}))
	if got := h.codeOf("backup"); got != app.CodeDiskFull {
		t.Errorf("the row holds %q", got)
	}
	h.pass(70 * time.Second)
	h.want("backup", 1)
	fail = false
	h.pass(jobs.RetryAfter)
	h.want("backup", 2)
	if got := h.codeOf("backup"); got != "" {
		t.Errorf("after a good run the row holds %q", got)
	}
	h.pass(jobs.RetryAfter)
	h.want("backup", 2)
}

func TestOneFailingJobDoesNotStopTheNext(t *testing.T) {
	h := newHall(t)
	h.start(
		h.job("panics", time.Hour, func() error { panic("a fault of ours") }),
		h.job("fails", time.Hour, func() error { return errors.New("no") }),
		h.job("works", time.Hour, nil),
	)
	h.want("works", 1)
	for _, job := range []string{"panics", "fails"} {
		if got := h.codeOf(job); got != app.CodeInternal {
			t.Errorf("%s: the row holds %q", job, got)
		}
	}
}

func TestAClockSetBackADayStopsNothingForADay(t *testing.T) {
	h := newHall(t)
	h.last["check"] = noon.Add(24 * time.Hour) // by the clock as it was before
	h.start(h.job("check", 24*time.Hour, nil))
	h.want("check", 1)
	h.pass(70 * time.Second)
	h.want("check", 1)
}

func TestStopEndsARunningJob(t *testing.T) {
	h := newHall(t)
	running := make(chan struct{})
	var ended error
	s, err := jobs.Start([]app.Job{{Name: "long", Every: time.Hour, Run: func(ctx context.Context) error {
		close(running)
		<-ctx.Done()
		ended = ctx.Err()
		return ended
	}}}, h.ledger, h.clock)
	if err != nil {
		t.Fatal(err)
	}
	<-running
	if err := s.Stop(); err != nil {
		t.Fatal(err)
	}
	if !errors.Is(ended, context.Canceled) {
		t.Errorf("the job ended with %v", ended)
	}
	if _, noted := h.code["long"]; noted {
		t.Error("a job that was stopped is noted as run, and would not be due at the next start")
	}
}
