package processes_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"testing"

	"linli/app"
	"linli/store"
	"linli/store/seal"
	"linli/sync/device"
)

// The environment of the writing child: its folder and its keys.
const (
	childDir  = "LINLI_WRITER_DIR"
	childKeys = "LINLI_WRITER_KEYS"
)

// TestMain makes this program a desk that writes when it is started as one.
func TestMain(m *testing.M) {
	if dir := os.Getenv(childDir); dir != "" {
		if err := write(context.Background(), dir, os.Getenv(childKeys)); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// write registers residents and their visits and edits residents of others, for ever, and says what was confirmed.
func write(ctx context.Context, dir, keys string) error {
	s, err := store.Open(ctx, dir, store.Options{Program: "writer", Keys: seal.NewKeyFiles(keys)})
	if err != nil {
		return err
	}
	if _, err := device.Start(ctx, s, device.Options{}); err != nil {
		return err
	}
	hall, by := s.Hall(), app.ConsoleActor()
	for n := 0; ; n++ {
		id, err := hall.Registry.Save(ctx, by, app.Form{}, map[string]string{"name": "样例", "address": fmt.Sprintf("样例路%d号", n)})
		if err != nil {
			return err
		}
		fmt.Println("resident", id)
		if _, err := hall.Visits.Register(ctx, by, app.NewVisit{ResidentID: id, Channel: app.ChannelWindow, Purpose: "样例来意", Outcome: app.OutcomeDone}); err != nil {
			return err
		}
		fmt.Println("visit", id)
		found, err := hall.Registry.Find(ctx, by, "样例路"+fmt.Sprint(rand.IntN(n+1))+"号", "", 1) //nolint:gosec // any will do
		if err != nil || len(found) == 0 {
			continue
		}
		_, form, err := hall.Registry.Resident(ctx, by, found[0].ID)
		if err != nil {
			return err
		}
		if _, err := hall.Registry.Save(ctx, by, form, map[string]string{"occupation": fmt.Sprint("样例", n)}); err != nil && app.CodeOf(err) != app.CodeStale {
			return err
		}
	}
}

// desk is a machine of the hall, and what its program has confirmed.
type desk struct {
	dir, keys string
	cmd       *exec.Cmd
	read      chan bool
	confirmed map[string]bool
}

// start begins to write.
func (d *desk) start(t *testing.T) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	d.cmd = exec.Command(self)
	d.cmd.Env = append(os.Environ(), childDir+"="+d.dir, childKeys+"="+d.keys)
	d.cmd.Stderr = os.Stderr
	out, err := d.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := d.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	d.read = make(chan bool)
	go func() {
		defer close(d.read)
		r := bufio.NewReader(out)
		for {
			line, err := r.ReadString('\n')
			if err == nil {
				d.confirmed[line[:len(line)-1]] = true
			}
			if err == io.EOF || err != nil {
				return
			}
		}
	}()
}

// kill ends it with no warning, and reads what it had confirmed until then.
func (d *desk) kill(t *testing.T) {
	t.Helper()
	if err := d.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	<-d.read
	_ = d.cmd.Wait()
}
