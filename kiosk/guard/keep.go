package guard

import (
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"time"
)

// KeptEnv is set in the environment of a kept program.
const KeptEnv = "LINLI_KEPT"

// Kept tells whether this program is one that a keeper has started.
func Kept() bool { return os.Getenv(KeptEnv) != "" }

// Exit codes of a program that somebody asked to end. With [CodeAgain] the keeper starts it again, and counts no fault; with [CodeClosed]
// the keeper ends as well, with that code, so that whoever started it knows that nobody wants it back at once.
const (
	CodeAgain  = 75
	CodeClosed = 76
)

// Times of a keeper. Beats come every [BeatEvery].
const (
	BeatEvery = 250 * time.Millisecond
	hangs     = 2 * time.Second  // without a beat
	begins    = 30 * time.Second // until the first beat: a slow disk, a long log
	dumps     = 100 * time.Millisecond
	steady    = time.Minute // of work after which a fault is the first again
)

// pauses are how long a keeper waits after one fault, two, … in a short time: a resident is not to wait, and a program that
// cannot run is not to take the whole machine. Whatever happens the first page is there again within a few seconds.
var pauses = []time.Duration{0, 0, time.Second, 2 * time.Second}

// Keeper says what is kept.
type Keeper struct {
	Path string   // of the program
	Args []string // without its name
	Env  []string
	// Fault is told why the kept program had to be started again, when it has ended. It may be nil.
	Fault  func(Fault)
	Stderr io.Writer // what the program says; nil for nowhere
}

// Fault is an end that nobody asked for.
type Fault struct {
	At   time.Time
	Hung bool // it said nothing any more, and was ended
	Code int  // its exit code, -1 for the end by a signal
}

// Keep starts the program and starts it again, until it ends well, is closed, or ctx ends, and answers the exit code of the last. When
// ctx ends the program is asked to end and has [begins] for it. An error is that the program cannot be started at all.
func (k Keeper) Keep(ctx context.Context) (int, error) {
	for faults := 0; ; {
		began := time.Now()
		code, hung, err := k.once(ctx)
		if err != nil || ctx.Err() != nil || !hung && (code == 0 || code == CodeClosed) {
			return code, err
		}
		if code == CodeAgain && !hung {
			continue
		}
		if time.Since(began) > steady {
			faults = 0
		}
		faults++
		if k.Fault != nil {
			k.Fault(Fault{At: time.Now(), Hung: hung, Code: code})
		}
		select {
		case <-ctx.Done():
		case <-time.After(pauses[min(faults, len(pauses))-1]):
		}
		if ctx.Err() != nil {
			return 0, nil // nothing runs that could end otherwise than well
		}
	}
}

// once runs the program to its end.
func (k Keeper) once(ctx context.Context) (code int, hung bool, err error) {
	cmd := exec.Command(k.Path, k.Args...) //nolint:gosec // the program itself
	cmd.Env = append(append(os.Environ(), k.Env...), KeptEnv+"=1")
	cmd.Stderr = k.Stderr
	held, err := cmd.StdinPipe() // ends with the keeper
	if err != nil {
		return -1, false, err
	}
	defer func() { _ = held.Close() }()
	said, err := cmd.StdoutPipe()
	if err != nil {
		return -1, false, err
	}
	if err := cmd.Start(); err != nil {
		return -1, false, err
	}
	beats, over := make(chan struct{}, 1), make(chan struct{})
	go func() {
		defer close(over)
		buf := make([]byte, 64)
		for {
			if _, err := said.Read(buf); err != nil {
				return
			}
			select {
			case beats <- struct{}{}:
			default:
			}
		}
	}()
	hung = watch(ctx, cmd.Process, beats, over)
	<-over // all output is read before Wait closes it
	err = cmd.Wait()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		return -1, hung, err
	}
	return cmd.ProcessState.ExitCode(), hung, nil
}

// watch returns when the program has ended, or was ended because it hung.
func watch(ctx context.Context, p *os.Process, beats, over <-chan struct{}) (hung bool) {
	limit := time.NewTimer(begins)
	defer limit.Stop()
	asked := ctx.Done()
	for {
		select {
		case <-over:
			return hung
		case <-beats:
			if asked != nil {
				limit.Reset(hangs)
			}
		case <-asked:
			asked = nil
			askToEnd(p)
			limit.Reset(begins)
		case <-limit.C:
			if asked != nil {
				hung = true
				askForStacks(p) // they go where a crash's do
				time.Sleep(dumps)
			}
			_ = p.Kill()
			<-over
			return hung
		}
	}
}
