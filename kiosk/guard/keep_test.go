//go:build unix

package guard_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"linli/kiosk/guard"
)

// The test binary plays the part of the kept program: what it does stands in the environment.
func TestMain(m *testing.M) {
	if part := os.Getenv("LINLI_GUARD_PART"); part != "" {
		os.Exit(play(part))
	}
	os.Exit(m.Run())
}

// play notes that it has begun, one line for each start, and does its part. A part with several words is a life each.
func play(part string) int {
	notes := os.Getenv("LINLI_GUARD_NOTES")
	f, err := os.OpenFile(notes, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return 9
	}
	_, _ = fmt.Fprintln(f, os.Getpid())
	_ = f.Close()
	body, _ := os.ReadFile(notes)
	parts := strings.Fields(part)
	part = parts[min(strings.Count(string(body), "\n"), len(parts))-1]
	ui := make(chan func())
	gone := make(chan struct{})
	defer guard.Beat(func(f func()) { ui <- f }, func() { close(gone) })()
	end := time.After(20 * time.Second)
	for n := 0; ; n++ {
		select {
		case f := <-ui:
			f()
			switch {
			case n < 3:
			case part == "well":
				return 0
			case part == "fault":
				return 3
			case part == "again":
				return guard.CodeAgain
			case part == "closed":
				return guard.CodeClosed
			case part == "hang":
				<-gone // the drawing goroutine does nothing any more
				return 4
			}
		case <-gone:
			return 5
		case <-end:
			return 6
		}
	}
}

// kept runs a keeper over a part.
func kept(ctx context.Context, t *testing.T, part string) (code int, faults []guard.Fault, starts []int) {
	t.Helper()
	notes := filepath.Join(t.TempDir(), "notes")
	var mu sync.Mutex
	k := guard.Keeper{
		Path: os.Args[0], Env: []string{"LINLI_GUARD_PART=" + part, "LINLI_GUARD_NOTES=" + notes}, Stderr: os.Stderr,
		Fault: func(f guard.Fault) { mu.Lock(); defer mu.Unlock(); faults = append(faults, f) },
	}
	code, err := k.Keep(ctx)
	if err != nil {
		t.Fatal(err)
	}
	return code, faults, pids(t, notes)
}

func pids(t *testing.T, notes string) (list []int) {
	t.Helper()
	body, err := os.ReadFile(notes)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(body)) {
		pid, err := strconv.Atoi(strings.TrimSpace(line))
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, pid)
	}
	return list
}

func TestAProgramThatEndsWellIsNotStartedAgain(t *testing.T) {
	if code, faults, starts := kept(t.Context(), t, "well"); code != 0 || len(faults) != 0 || len(starts) != 1 {
		t.Errorf("code %d, %v, %d starts", code, faults, len(starts))
	}
}

// Who maintains the kiosk starts it again without a fault, and closes it for good.
func TestWhatIsAskedForIsNoFault(t *testing.T) {
	if code, faults, starts := kept(t.Context(), t, "again again closed well"); code != guard.CodeClosed || len(faults) != 0 || len(starts) != 3 {
		t.Errorf("code %d, %v, %d starts", code, faults, len(starts))
	}
}

func TestAFaultAndAHangAreStartedAgain(t *testing.T) {
	code, faults, starts := kept(t.Context(), t, "fault hang well")
	if code != 0 || len(starts) != 3 || len(faults) != 2 {
		t.Fatalf("code %d, %v, %d starts", code, faults, len(starts))
	}
	if faults[0].Hung || faults[0].Code != 3 || !faults[1].Hung {
		t.Errorf("%+v", faults)
	}
	for _, pid := range starts {
		if alive(pid) {
			t.Errorf("%d still runs", pid)
		}
	}
}

func TestWhoIsAskedToEndEndsTheKeptOne(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	_, faults, starts := kept(ctx, t, "go-on")
	if len(faults) != 0 || len(starts) != 1 || alive(starts[0]) {
		t.Errorf("%v, %d starts", faults, len(starts))
	}
}

// Who is asked to end while nothing runs, because the program has failed again and again, ends well.
func TestWhoIsAskedToEndInAPauseEndsWell(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	k := guard.Keeper{
		Path: os.Args[0], Env: []string{"LINLI_GUARD_PART=fault", "LINLI_GUARD_NOTES=" + filepath.Join(t.TempDir(), "notes")},
		Fault: func(guard.Fault) { cancel() },
	}
	if code, err := k.Keep(ctx); code != 0 || err != nil {
		t.Errorf("code %d, %v", code, err)
	}
}

func TestAProgramThatIsNotThereIsAnError(t *testing.T) {
	if _, err := (guard.Keeper{Path: filepath.Join(t.TempDir(), "none")}).Keep(t.Context()); err == nil {
		t.Error("no error")
	}
}

// The keeper is killed: what it kept ends by itself. The keeper is a process of its own here, this binary again.
func TestNobodyIsKeptByNobody(t *testing.T) {
	notes := filepath.Join(t.TempDir(), "notes")
	keeper := exec.Command(os.Args[0], "-test.run", "TestKeepsForAnother")
	keeper.Env = append(os.Environ(), "LINLI_GUARD_KEEPER=1", "LINLI_GUARD_FILE="+notes)
	if err := keeper.Start(); err != nil {
		t.Fatal(err)
	}
	pid := 0
	for range 200 {
		if body, _ := os.ReadFile(notes); strings.HasSuffix(string(body), "\n") {
			pid = pids(t, notes)[0]
			break
		}
		time.Sleep(20 * time.Millisecond)
	}
	if pid == 0 {
		t.Fatal("nothing was started")
	}
	if err := keeper.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = keeper.Wait()
	for range 250 {
		if !alive(pid) {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Error("the kept program goes on without its keeper")
	_ = syscall.Kill(pid, syscall.SIGKILL)
}

// TestKeepsForAnother is the keeper of the test above.
func TestKeepsForAnother(t *testing.T) {
	if os.Getenv("LINLI_GUARD_KEEPER") == "" {
		return
	}
	k := guard.Keeper{Path: os.Args[0], Env: []string{"LINLI_GUARD_PART=go-on", "LINLI_GUARD_NOTES=" + os.Getenv("LINLI_GUARD_FILE")}}
	_, _ = k.Keep(t.Context())
}

func alive(pid int) bool { return syscall.Kill(pid, 0) == nil }
