package processes_test

import (
	"bytes"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"linli/app"
	"linli/store"
	"linli/store/seal"
)

// A hub with two halls, a desk in each that writes, and a supervisor's folder with both: the
// overview counts what each desk has confirmed, and nothing of one hall ever lies on a machine
// of the other.
func TestASupervisorHasTwoHallsAndNobodyElseHas(t *testing.T) {
	ctl, root := build(t, "linlictl"), t.TempDir()
	h := &hub{program: build(t, "linli-hub"), data: filepath.Join(root, "hub"), keys: filepath.Join(root, "hub-keys")}
	h.run(t)
	keys := func(name string) string { return filepath.Join(root, "keys", name) }
	dir := func(name string) string { return filepath.Join(root, name) }
	enrol := func(hall, role, name string) map[string]any {
		code := call(t, h.keys, "", h.program, "code", "--data", h.data, "--hall", hall, "--role", role)["code"].(string)
		return call(t, keys(name), "", ctl, "enrol", "--data", dir(name), "--hub", h.address, "--code", code)
	}
	names := []string{"样例东厅", "样例西厅"}
	visits := []int{3, 5}
	var halls []string
	for i, name := range names {
		id := call(t, h.keys, "246810\n", h.program, "hall", "add", "--data", h.data, "--name", name, "--division", "320199001001", "--admin", "样例管理员", "--pin-stdin")["hall"].(string)
		halls = append(halls, id)
		desk := "desk" + id
		enrol(id, "desk", desk)
		enrol(id, "kiosk", "kiosk"+id)
		register(t, dir(desk), keys(desk), visits[i])
		call(t, keys(desk), "", ctl, "sync", "--data", dir(desk))
	}
	for i, id := range halls {
		e := enrol(id, "supervisor", "all")
		if e["role"] != "supervisor" || e["name"] != names[i] || e["data"] != filepath.Join(dir("all"), "halls", id) {
			t.Errorf("enrolled as %v", e)
		}
	}
	overview := func() map[string]map[string]any {
		rows := map[string]map[string]any{}
		for _, r := range call(t, keys("all"), "", ctl, "status", "--data", dir("all"))["halls"].([]any) {
			row := r.(map[string]any)
			rows[row["id"].(string)] = row
		}
		return rows
	}
	counted := func(when string) {
		t.Helper()
		rows := overview()
		if len(rows) != 2 {
			t.Fatalf("%s: the overview has %d rows", when, len(rows))
		}
		for i, id := range halls {
			if r := rows[id]; r["name"] != names[i] || r["visits_today"] != float64(visits[i]) || r["last_contact"] == "" {
				t.Errorf("%s: %s is shown as %v, want %d visits", when, names[i], r, visits[i])
			}
		}
	}
	counted("at first")

	// More is written in one hall, and both are asked once.
	register(t, dir("desk"+halls[1]), keys("desk"+halls[1]), 2)
	visits[1] += 2
	call(t, keys("desk"+halls[1]), "", ctl, "sync", "--data", dir("desk"+halls[1]))
	if got := call(t, keys("all"), "", ctl, "sync", "--data", dir("all"))["halls"].([]any); len(got) != 2 {
		t.Errorf("asked %v", got)
	}
	counted("after more was written")

	// The centre goes away: sync says so for each, and what is here is still shown.
	h.kill(t)
	cmd := exec.Command(ctl, "sync", "--data", dir("all"), "--json")
	cmd.Env = append(os.Environ(), "LINLI_KEYS="+keys("all"))
	if out, err := cmd.Output(); err == nil || bytes.Count(out, []byte("unreachable")) != 2 {
		t.Errorf("with the centre away: %v %s", err, out)
	}
	counted("with the centre away")

	// One hall's file is damaged: its row says so, the other's is as it was.
	file := filepath.Join(dir("all"), "halls", halls[0], store.DatabaseFile)
	if err := os.WriteFile(file, bytes.Repeat([]byte("x"), 8192), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, rest := range []string{"-wal", "-shm"} {
		_ = os.Remove(file + rest)
	}
	rows := overview()
	if rows[halls[0]]["failed"] != "damaged" || rows[halls[0]]["name"] != names[0] || rows[halls[1]]["visits_today"] != float64(visits[1]) {
		t.Errorf("with one damaged: %v", rows)
	}

	// Machines of one hall hold nothing of the other, not even its name.
	if where(t, dir("kiosk"+halls[0]), halls[0]) == "" {
		t.Error("the search finds nothing where something is")
	}
	for i, id := range halls {
		other, otherName := halls[1-i], names[1-i]
		for _, machine := range []string{"desk" + id, "kiosk" + id} {
			for _, words := range []string{other, otherName} {
				if at := where(t, dir(machine), words); at != "" {
					t.Errorf("%s of %s holds %q in %s", machine[:4], names[i], words, at)
				}
			}
		}
	}
	if at := where(t, filepath.Join(dir("all"), "halls", halls[1]), halls[0]); at != "" {
		t.Errorf("the supervisor's folder of one hall names the other in %s", at)
	}
}

// register registers visits at a desk, in this process, as its windows would.
func register(t *testing.T, dir, keys string, n int) {
	t.Helper()
	s, err := store.Open(t.Context(), dir, store.Options{Program: "test", Keys: seal.NewKeyFiles(keys)})
	if err != nil {
		t.Fatal(err)
	}
	for range n {
		if _, err := s.Hall().Visits.Register(t.Context(), app.ConsoleActor(), app.NewVisit{Channel: app.ChannelWindow, Purpose: "样例来意", Outcome: app.OutcomeDone}); err != nil {
			t.Error(err)
		}
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

// where answers the first file of a folder that has the words in it, "" for none.
func where(t *testing.T, dir, words string) (found string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		if found == "" && bytes.Contains(b, []byte(words)) {
			found = path
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}
