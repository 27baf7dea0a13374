package jobs

import (
	"context"
	"errors"
	"fmt"
	"time"

	"linli/app"

	"github.com/go-co-op/gocron/v2"
	"github.com/jonboulle/clockwork"
)

// The patrol's pace. It varies, so that several halls on one disk or network do
// not start their backups in the same second.
const (
	patrolLeast = 50 * time.Second
	patrolMost  = 70 * time.Second
)

// RetryAfter is how long a job that failed is left alone before it is tried
// again, or its usual time if that is shorter.
const RetryAfter = 10 * time.Minute

// stopWithin is how long Stop waits for a job that has been told to end.
const stopWithin = 10 * time.Second

// Runs remembers, over restarts, when jobs ran.
type Runs interface {
	// LastRun answers when the job last ended well; the zero time when it never did.
	LastRun(ctx context.Context, job string) (time.Time, error)
	// NoteRun records how a run that ended at a moment came out: nil, or why it failed.
	NoteRun(ctx context.Context, job string, at time.Time, failed error) error
}

// Scheduler is a running patrol.
type Scheduler struct {
	cron   gocron.Scheduler
	jobs   []app.Job
	runs   Runs
	clock  clockwork.Clock
	failed map[string]time.Time // when a job last failed; the patrol's own goroutine only
}

// Start runs the jobs that are due and goes on doing so until [Scheduler.Stop].
// clock is nil outside tests. A job's context ends when the scheduler stops.
func Start(jobs []app.Job, runs Runs, clock clockwork.Clock) (*Scheduler, error) {
	if clock == nil {
		clock = clockwork.NewRealClock()
	}
	cron, err := gocron.NewScheduler(gocron.WithClock(clock), gocron.WithStopTimeout(stopWithin))
	if err != nil {
		return nil, fmt.Errorf("jobs: %w", err)
	}
	s := &Scheduler{cron: cron, jobs: jobs, runs: runs, clock: clock, failed: map[string]time.Time{}}
	_, err = cron.NewJob(
		gocron.DurationRandomJob(patrolLeast, patrolMost),
		gocron.NewTask(s.patrol),
		// One patrol at a time: the pause begins when the last job has ended. (In
		// gocron's singleton mode a run that meets the end of the one before is
		// dropped, and with this option the whole series with it.)
		gocron.WithIntervalFromCompletion(),
		gocron.WithStartAt(gocron.WithStartImmediately()),
	)
	if err != nil {
		_ = cron.Shutdown()
		return nil, fmt.Errorf("jobs: %w", err)
	}
	cron.Start()
	return s, nil
}

// Stop tells a running job to end and waits for it, at most ten seconds.
func (s *Scheduler) Stop() error { return s.cron.Shutdown() }

// patrol runs what is due, one after the other.
func (s *Scheduler) patrol(ctx context.Context) {
	for _, j := range s.jobs {
		if ctx.Err() != nil {
			return
		}
		if !s.due(ctx, j) {
			continue
		}
		err := run(ctx, j)
		if ctx.Err() != nil {
			return // stopped, not failed: it is due again at the next start
		}
		now := s.clock.Now()
		if err != nil {
			s.failed[j.Name] = now
		} else {
			delete(s.failed, j.Name)
		}
		if s.runs.NoteRun(ctx, j.Name, now, err) != nil {
			// As on a full disk: without the row it would run again each minute.
			s.failed[j.Name] = now
		}
	}
}

// due answers whether a job is to run now. A run in the future means that the
// clock was set back; waiting for it could take a day or a year.
func (s *Scheduler) due(ctx context.Context, j app.Job) bool {
	now := s.clock.Now()
	if at, ok := s.failed[j.Name]; ok {
		since := now.Sub(at)
		return since < 0 || since >= min(RetryAfter, j.Every)
	}
	last, err := s.runs.LastRun(ctx, j.Name)
	if err != nil {
		s.failed[j.Name] = now
		return false
	}
	since := now.Sub(last)
	return last.IsZero() || since < 0 || since >= j.Every
}

// run turns a panic into an error: a fault in a backup must not close the hall.
func run(ctx context.Context, j app.Job) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = &app.Error{Code: app.CodeInternal, Op: "job " + j.Name, Err: errors.New("panic")}
		}
	}()
	return j.Run(ctx)
}
