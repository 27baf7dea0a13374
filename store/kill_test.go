package store_test

import (
	"bufio"
	"context"
	"database/sql"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"linli/app"
	"linli/store"
	"linli/store/seal"
)

// childEnv makes TestAsAnotherProcess do something: a name of children, a space,
// and its argument.
const childEnv = "LINLI_TEST_CHILD"

// children are what this test binary does as another process.
var children = map[string]func(arg string) error{"write until killed": writeUntilKilled}

// TestAsAnotherProcess is the beginning of a process that another test starts.
func TestAsAnotherProcess(t *testing.T) {
	name, arg, ok := strings.Cut(os.Getenv(childEnv), "\n")
	if !ok {
		return // nobody's child
	}
	if err := children[name](arg); err != nil {
		t.Fatal(err)
	}
}

// child prepares this binary to do something as another process.
func child(ctx context.Context, name, arg string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, os.Args[0], "-test.run=^TestAsAnotherProcess$")
	cmd.Env = append(os.Environ(), childEnv+"="+name+"\n"+arg)
	return cmd
}

// optionsAt are the options for a hall whose keys lie beside its folder.
func optionsAt(dir string) store.Options {
	return store.Options{Program: "test", Keys: seal.NewKeyFiles(dir + "-keys")}
}

// writeUntilKilled registers visits one after the other. It says on standard
// output when it begins one, and which one was confirmed.
func writeUntilKilled(dir string) error {
	ctx := context.Background()
	s, err := store.Open(ctx, dir, optionsAt(dir))
	if err != nil {
		return err
	}
	h := s.Hall()
	for {
		fmt.Println("begin")
		v, err := h.Visits.Register(ctx, app.ConsoleActor(), app.NewVisit{Channel: app.ChannelWindow, Purpose: "样例来意", Outcome: app.OutcomeDone, Note: "样例备注"})
		if err != nil {
			return err
		}
		fmt.Println("confirmed", v.ID)
	}
}

// TestNothingConfirmedIsLostToAKill kills a writing process until the kill has hit
// a write in flight 100 times (1,000 with LINLI_SOAK=1): begun, not confirmed.
// Each time the hall must open, hold every visit that was ever confirmed, and
// pass verify.
func TestNothingConfirmedIsLostToAKill(t *testing.T) {
	want := 100
	if os.Getenv("LINLI_SOAK") == "1" {
		want = 1000
	}
	const perHall = 20 // a fresh folder now and then keeps verify short
	hits, kills, confirmed := 0, 0, 0
	for hits < want {
		k := &killed{t: t, dir: filepath.Join(t.TempDir(), "hall"), have: map[string]bool{}}
		must(t, store.Init(t.Context(), k.dir, store.NewHall{Name: "样例社区服务大厅", Division: "320199001001", Admin: "样例管理员", PIN: adminPIN}, optionsAt(k.dir)))
		for n := 0; n < perHall && hits < want; {
			kills++
			if k.once() {
				hits++
				n++
			}
		}
		confirmed += len(k.have)
	}
	t.Logf("%d kills, %d of them in a write; %d visits confirmed, none lost", kills, hits, confirmed)
}

// killed is a hall whose program is killed again and again.
type killed struct {
	t    *testing.T
	dir  string
	have map[string]bool // every visit that was ever confirmed
}

// once lets the program write for a while, kills it, and looks at what it left.
// It answers whether the kill hit a write.
func (k *killed) once() (hit bool) {
	cmd := child(k.t.Context(), "write until killed", k.dir)
	var faults strings.Builder
	cmd.Stderr = &faults
	out, err := cmd.StdoutPipe()
	must(k.t, err)
	must(k.t, cmd.Start())
	lines := bufio.NewScanner(out)
	after, begun := 1+rand.IntN(12), 0
	killing := make(chan struct{})
	for lines.Scan() {
		id, isEnd := strings.CutPrefix(lines.Text(), "confirmed ")
		switch {
		case isEnd:
			k.have[id], hit = true, false
		case lines.Text() == "begin":
			hit = true
			if begun++; begun == after {
				// Somewhere within a write, which takes about a millisecond.
				go func() {
					defer close(killing)
					time.Sleep(time.Duration(rand.IntN(1500)) * time.Microsecond)
					_ = cmd.Process.Kill()
				}()
			}
		default:
			_, _ = io.Copy(&faults, out)
			_ = cmd.Wait()
			k.t.Fatalf("the program failed by itself: %s %s", lines.Text(), faults.String())
		}
	}
	_ = cmd.Wait()
	if begun < after {
		k.t.Fatalf("the program ended by itself: %s", faults.String())
	}
	<-killing
	k.look()
	return hit
}

// look opens the hall as after a power cut.
func (k *killed) look() {
	k.t.Helper()
	ctx := k.t.Context()
	s, err := store.Open(ctx, k.dir, optionsAt(k.dir))
	if err != nil {
		k.t.Fatalf("open after a kill: %v", err)
	}
	defer func() { must(k.t, s.Close()) }()
	r, err := s.Verify(ctx)
	must(k.t, err)
	if !r.OK {
		k.t.Fatalf("verify after a kill: %v", r.Problems)
	}
	db, err := sql.Open("sqlite", "file:"+filepath.Join(k.dir, store.DatabaseFile)+"?mode=ro")
	must(k.t, err)
	defer func() { must(k.t, db.Close()) }()
	rows, err := db.Query(`SELECT v.id FROM visit v JOIN visit_state s ON s.visit = v.id WHERE s.outcome = 'done'`)
	must(k.t, err)
	defer rows.Close()
	there := map[string]bool{}
	for rows.Next() {
		var id string
		must(k.t, rows.Scan(&id))
		there[id] = true
	}
	must(k.t, rows.Err())
	for id := range k.have {
		if !there[id] {
			k.t.Fatalf("visit %s was confirmed and is gone", id)
		}
	}
}
