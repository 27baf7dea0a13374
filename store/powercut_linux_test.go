package store_test

import (
	"bufio"
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"linli/internal/powercut"
	"linli/store"
	"linli/store/seal"
)

// cuttable is a machine whose power can be cut, with the hall on one disk and the
// keys on another. While it is off, folders of this machine hold what is on them.
type cuttable struct {
	hall, keys string // the disks
	mounted    [2]string
	scratch    string
	rng        *rand.Rand
}

func newCuttable(dir string, seed uint64) (*cuttable, error) {
	m := &cuttable{
		hall: filepath.Join(dir, "hall"), keys: filepath.Join(dir, "keys"), scratch: filepath.Join(dir, "scratch"),
		mounted: [2]string{filepath.Join(dir, "mounted", "hall"), filepath.Join(dir, "mounted", "keys")},
		rng:     rand.New(rand.NewPCG(seed, 1)),
	}
	for _, d := range m.mounted {
		if err := os.MkdirAll(d, 0o700); err != nil {
			return nil, err
		}
	}
	return m, m.empty()
}

// empty puts new disks in.
func (m *cuttable) empty() error {
	return errors.Join(m.put(m.hall, ""), m.put(m.keys, ""))
}

// put makes a folder hold what another one does; nothing for "".
func (m *cuttable) put(folder, from string) error {
	err := os.RemoveAll(folder)
	if err == nil && from != "" {
		return os.CopyFS(folder, os.DirFS(from))
	}
	return errors.Join(err, os.MkdirAll(folder, 0o700))
}

// session is what a program did until it ended or the power was cut.
type session struct {
	confirmed [][]string // the words of each line that it said was confirmed
	changes   int        // of the disks
	off       bool       // the power was cut
	unsynced  []string   // at the cut, see [powercut.Disk.Unsynced]
	output    string     // all else that it said
}

// hits answers whether the cut found such a file written and not synced.
func (s session) hits(file string) bool { return slices.Contains(s.unsynced, file) }

// run switches the machine on, lets a child work on the disks, and cuts the power in
// place of the n-th change or else when the child has ended; never for 0. The child
// is killed at once, or finds out by itself that nothing works any more.
func (m *cuttable) run(ctx context.Context, name, arg string, n int) (s session, err error) {
	supply := powercut.NewSupply(m.rng.Uint64())
	var disks []*powercut.Disk
	defer func() {
		for _, d := range disks {
			err = errors.Join(err, d.Unplug())
			s.unsynced = append(s.unsynced, d.Unsynced()...)
		}
	}()
	for i, folder := range []string{m.hall, m.keys} {
		d, err := supply.Plug(folder)
		if err != nil {
			return s, err
		}
		disks = append(disks, d)
		if err := d.Mount(m.mounted[i]); err != nil {
			return s, err
		}
	}
	if n > 0 {
		supply.CutAfter(n)
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	cmd := child(ctx, name, filepath.Join(m.mounted[0], "hall")+"\n"+arg)
	cmd.Env = append(cmd.Env, seal.KeysEnv+"="+filepath.Join(m.mounted[1], "keys"))
	var other, faults bytes.Buffer
	cmd.Stderr = &faults
	out, err := cmd.StdoutPipe()
	if err != nil {
		return s, err
	}
	if err := cmd.Start(); err != nil {
		return s, err
	}
	if kill := m.rng.IntN(2) == 0; kill {
		go func() {
			select {
			case <-supply.Off():
				cancel()
			case <-ctx.Done():
			}
		}()
	}
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if what, ok := strings.CutPrefix(lines.Text(), "confirmed "); ok {
			s.confirmed = append(s.confirmed, strings.Fields(what))
		} else {
			fmt.Fprintln(&other, lines.Text())
		}
	}
	failed := cmd.Wait()
	s.output, s.changes = other.String()+faults.String(), supply.Changes()
	select {
	case <-supply.Off():
		s.off = true
	default:
		if failed != nil {
			return s, fmt.Errorf("the program failed by itself: %w\n%s", failed, s.output)
		}
		if n > 0 {
			supply.Cut() // it was faster, and whoever pulls the plug comes now
		}
	}
	return s, nil
}

// optionsOn are the options for a hall on the disks of a machine that is off.
func (m *cuttable) optionsOn() store.Options {
	return store.Options{Program: "test", Keys: seal.NewKeyFiles(filepath.Join(m.keys, "keys"))}
}

// init makes a hall on new disks.
func (m *cuttable) init(ctx context.Context) error {
	return errors.Join(m.empty(), store.Init(ctx, filepath.Join(m.hall, "hall"), sampleHall, m.optionsOn()))
}

var sampleHall = store.NewHall{Name: "样例社区服务大厅", Division: "320199001001", Admin: "样例管理员", PIN: adminPIN}

// copied is the same machine with copies of its disks: what is looked at there does
// not change what the next start finds.
func (m *cuttable) copied() (*cuttable, error) {
	c := *m
	c.hall, c.keys = filepath.Join(m.scratch, "hall"), filepath.Join(m.scratch, "keys")
	return &c, errors.Join(c.put(c.hall, m.hall), c.put(c.keys, m.keys))
}

// look opens the hall as it is after a cut, sees to it that it is whole and still
// itself, and lets see read its database.
func (m *cuttable) look(ctx context.Context, see func(*sql.DB) error) (err error) {
	c, err := m.copied()
	if err != nil {
		return err
	}
	dir := filepath.Join(c.hall, "hall")
	s, err := store.Open(ctx, dir, c.optionsOn())
	if err != nil {
		return fmt.Errorf("open: %w", err)
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	r, err := s.Verify(ctx)
	if err != nil {
		return fmt.Errorf("verify: %w", err)
	}
	if !r.OK {
		return fmt.Errorf("verify: %v", r.Problems[:min(len(r.Problems), 3)])
	}
	db, err := sql.Open("sqlite", "file:"+filepath.Join(dir, store.DatabaseFile)+"?mode=ro")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	return see(db)
}

// texts answers a query's rows, each a text that is there once, and a number.
func texts(db *sql.DB, query string) (map[string]int, error) {
	rows, err := db.Query(query)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	out := map[string]int{}
	for rows.Next() {
		var key string
		var n int
		if err := rows.Scan(&key, &n); err != nil {
			return nil, err
		}
		out[key] = n
	}
	return out, rows.Err()
}

// cutting runs a child that cuts the power of machines, and answers its report. It
// is another process because it mounts: nobody else sees that, and it ends with it.
func cutting(t *testing.T, name string, args ...any) (report string, ok bool) {
	t.Helper()
	if os.Getenv(powercut.UnwantedEnv) == "1" {
		t.Logf("NOT TESTED: %s=1 says that this machine does without", powercut.UnwantedEnv)
		return "", false
	}
	cmd := child(t.Context(), name, strings.TrimSuffix(fmt.Sprintln(append(args, t.TempDir())...), "\n"))
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	must(t, powercut.OwnMounts(cmd))
	err := cmd.Wait()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	for line := range strings.Lines(out.String()) {
		if r, found := strings.CutPrefix(line, "report "); found {
			report = strings.TrimSpace(r)
		}
	}
	if err != nil {
		t.Fatalf("%s\n%s", report, out.String())
	}
	return report, true
}

// soak answers how often something is done: many times with LINLI_SOAK=1.
func soak(usual, many int) int {
	if os.Getenv("LINLI_SOAK") == "1" {
		return many
	}
	return usual
}
