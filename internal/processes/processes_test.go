package processes_test

import (
	"bufio"
	"bytes"
	"encoding/json"
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

// programs are built once for the test.
func build(t *testing.T, name string) string {
	t.Helper()
	out := filepath.Join(t.TempDir(), name)
	cmd := exec.Command("go", "build", "-trimpath", "-buildvcs=false", "-o", out, "./cmd/"+name)
	cmd.Dir = filepath.Join("..", "..")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if text, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("build %s: %v: %s", name, err, text)
	}
	return out
}

// hub is the centre's process.
type hub struct {
	program, data, keys, address string
	cmd                          *exec.Cmd
}

// run starts it, at the same address as before.
func (h *hub) run(t *testing.T) {
	t.Helper()
	listen := h.address
	if listen == "" {
		listen = "127.0.0.1:0"
	}
	h.cmd = exec.Command(h.program, "serve", "--data", h.data, "--listen", listen, "--json")
	h.cmd.Env = append(os.Environ(), "LINLI_KEYS="+h.keys)
	h.cmd.Stderr = os.Stderr
	out, err := h.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := h.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if h.cmd.ProcessState == nil {
			_ = h.cmd.Process.Kill()
			_ = h.cmd.Wait()
		}
	})
	line, err := bufio.NewReader(out).ReadBytes('\n')
	if err != nil {
		t.Fatalf("the hub did not begin: %v", err)
	}
	var ready struct {
		Address string `json:"address"`
	}
	if err := json.Unmarshal(line, &ready); err != nil || ready.Address == "" {
		t.Fatalf("the hub said %s", line)
	}
	h.address = ready.Address
}

func (h *hub) kill(t *testing.T) {
	t.Helper()
	if err := h.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = h.cmd.Wait()
}

// call runs a program with --json and answers its object.
func call(t *testing.T, keys, in string, program string, args ...string) map[string]any {
	t.Helper()
	cmd := exec.Command(program, append(args, "--json")...)
	cmd.Env = append(os.Environ(), "LINLI_KEYS="+keys)
	cmd.Stdin = strings.NewReader(in)
	var errs bytes.Buffer
	cmd.Stderr = &errs
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s %v: %v: %s %s", filepath.Base(program), args, err, out, errs.String())
	}
	var object map[string]any
	if err := json.Unmarshal(out, &object); err != nil {
		t.Fatalf("%s %v said %s", filepath.Base(program), args, out)
	}
	return object
}

// Three desks write through a line that breaks, to a hub that is killed and in the end loses its disk; each of them is
// killed as well. 12 kills in every run, 100 with LINLI_SOAK=1.
func TestWhatWasConfirmedIsEverywhereInTheEnd(t *testing.T) {
	kills := 12
	if os.Getenv("LINLI_SOAK") == "1" {
		kills = 100
	}
	seed := rand.Uint64() //nolint:gosec // printed, so that the choices can be repeated
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 2)) //nolint:gosec // as above
	ctl := build(t, "linlictl")
	root := t.TempDir()
	h := &hub{program: build(t, "linli-hub"), data: filepath.Join(root, "hub"), keys: filepath.Join(root, "hub-keys")}
	h.run(t)
	hall := call(t, h.keys, "246810\n", h.program, "hall", "add", "--data", h.data, "--name", "样例大厅", "--division", "320199001001", "--admin", "样例管理员", "--pin-stdin")["hall"].(string)
	line := newNetwork(t, h.address, seed)
	line.calm(true)
	var desks []*desk
	for i := range 3 {
		d := &desk{dir: filepath.Join(root, "desk", string(rune('a'+i))), keys: filepath.Join(root, "keys", string(rune('a'+i))), confirmed: map[string]bool{}}
		code := call(t, h.keys, "", h.program, "code", "--data", h.data, "--hall", hall, "--role", "desk")["code"].(string)
		call(t, d.keys, "", ctl, "enrol", "--data", d.dir, "--hub", line.address(), "--code", code)
		desks = append(desks, d)
	}
	t.Cleanup(func() {
		for _, d := range desks {
			if d.cmd != nil && d.cmd.ProcessState == nil {
				_ = d.cmd.Process.Kill()
				_ = d.cmd.Wait()
			}
		}
	})
	line.calm(false)
	for _, d := range desks {
		d.start(t)
	}
	for range kills {
		time.Sleep(time.Duration(300+random.IntN(700)) * time.Millisecond) // let them work
		if victim := random.IntN(4); victim < 3 {
			desks[victim].kill(t)
			desks[victim].start(t)
		} else {
			h.kill(t)
			h.run(t)
		}
		line.cut()
	}
	for _, d := range desks {
		d.kill(t)
	}
	// The hub loses its disk, and is filled by its desks.
	h.kill(t)
	if err := os.RemoveAll(h.data); err != nil {
		t.Fatal(err)
	}
	line.calm(true)
	h.run(t)
	for range 2 {
		for _, d := range desks {
			call(t, d.keys, "", ctl, "sync", "--data", d.dir)
		}
	}
	everywhere(t, ctl, desks)
	if ok, _ := call(t, h.keys, "", h.program, "verify", "--data", h.data)["ok"].(bool); !ok {
		t.Error("the hub's own check does not pass")
	}
	t.Logf("%d connections broken", line.cuts)
}

// everywhere checks that all desks have what any of them confirmed, and the same rows.
func everywhere(t *testing.T, ctl string, desks []*desk) {
	t.Helper()
	confirmed := 0
	var exports [][]byte
	var digests []string
	for i, d := range desks {
		if ok, _ := call(t, d.keys, "", ctl, "verify", "--data", d.dir)["ok"].(bool); !ok {
			t.Errorf("desk %d: verify does not pass", i)
		}
		status := call(t, d.keys, "", ctl, "status", "--data", d.dir)
		digest, err := json.Marshal(status["digests"])
		if err != nil {
			t.Fatal(err)
		}
		digests = append(digests, string(digest))
		if w, _ := status["waiting"].(float64); w != 0 {
			t.Errorf("desk %d: %v entries wait", i, w)
		}
		out := filepath.Join(t.TempDir(), "residents.csv")
		call(t, d.keys, "", ctl, "export", "residents", "--out", out, "--data", d.dir)
		csv, err := os.ReadFile(out)
		if err != nil {
			t.Fatal(err)
		}
		exports = append(exports, csv)
		confirmed += len(d.confirmed)
		s, err := store.Open(t.Context(), d.dir, store.Options{Program: "test", Keys: seal.NewKeyFiles(d.keys)})
		if err != nil {
			t.Fatal(err)
		}
		for _, other := range desks {
			for what := range other.confirmed {
				kind, id, _ := strings.Cut(what, " ")
				var err error
				if kind == "resident" {
					_, _, err = s.Hall().Registry.Resident(t.Context(), app.ConsoleActor(), id)
				} else {
					var list []app.Visit
					if list, err = s.Hall().Visits.Visits(t.Context(), app.ConsoleActor(), app.VisitFilter{ResidentID: id}); err == nil && len(list) == 0 {
						err = app.Fail(app.CodeNotFound)
					}
				}
				if err != nil {
					t.Errorf("desk %d lacks a confirmed %s: %v", i, kind, err)
				}
			}
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
	for i := range desks {
		if !bytes.Equal(exports[i], exports[0]) {
			t.Errorf("desk %d exports other residents than desk 0", i)
		}
		if digests[i] != digests[0] {
			t.Errorf("desk %d has digests %s, desk 0 %s", i, digests[i], digests[0])
		}
	}
	t.Logf("%d confirmed actions are on all %d desks", confirmed, len(desks))
}
