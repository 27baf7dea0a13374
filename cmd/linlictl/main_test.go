package main_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"linli/store"
	"linli/store/seal"
)

// program is the binary as it is shipped: static, without a window toolkit.
var program string

func TestMain(m *testing.M) { os.Exit(build(m)) }

func build(m *testing.M) int {
	dir, err := os.MkdirTemp("", "linlictl-test-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer func() { _ = os.RemoveAll(dir) }()
	// Others than its owner must reach it: one test runs it as nobody.
	_ = os.Chmod(dir, 0o755)
	program = filepath.Join(dir, "linlictl")
	if runtime.GOOS == "windows" {
		program += ".exe"
	}
	cmd := exec.Command("go", "build", "-o", program, ".")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "build: %v\n%s", err, out)
		return 1
	}
	return m.Run()
}

// place is a folder with a hall's data and keys, and files beside.
type place struct {
	t    *testing.T
	root string
	data string
	keys string
}

func newPlace(t *testing.T) *place {
	root := t.TempDir()
	return &place{t, root, filepath.Join(root, "data"), filepath.Join(root, "keys")}
}

// withHall is a place in which a hall was made.
func withHall(t *testing.T) *place {
	t.Helper()
	p := newPlace(t)
	p.ctl("246810\n", "init", "--hall", "样例社区服务大厅", "--division", "320199001001", "--admin", "样例管理员", "--pin-stdin").wants(0)
	return p
}

func (p *place) path(name string) string { return filepath.Join(p.root, name) }

func (p *place) write(name, text string) string {
	p.t.Helper()
	if err := os.WriteFile(p.path(name), []byte(text), 0o600); err != nil {
		p.t.Fatal(err)
	}
	return p.path(name)
}

// result is what one call of the program left.
type result struct {
	t        *testing.T
	args     []string
	code     int
	out, err string
}

// command is the program on the place's folder.
func (p *place) command(args ...string) *exec.Cmd {
	cmd := exec.Command(program, slices.Insert(slices.Clone(args), min(1, len(args)), "--data", p.data)...)
	cmd.Env = append(os.Environ(), "LINLI_KEYS="+p.keys, "LANG=zh_CN.UTF-8")
	return cmd
}

func (p *place) ctl(stdin string, args ...string) *result {
	p.t.Helper()
	return run(p.t, p.command(args...), stdin)
}

func run(t *testing.T, cmd *exec.Cmd, stdin string) *result {
	t.Helper()
	var out, errs bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(stdin), &out, &errs
	r := &result{t: t, args: cmd.Args[1:]}
	var exit *exec.ExitError
	if err := cmd.Run(); errors.As(err, &exit) {
		r.code = exit.ExitCode()
	} else if err != nil {
		t.Fatalf("%v: %v", r.args, err)
	}
	r.out, r.err = out.String(), errs.String()
	return r
}

// wants checks the exit code and that the words are said somewhere.
func (r *result) wants(code int, words ...string) *result {
	r.t.Helper()
	if r.code != code {
		r.t.Fatalf("%v: exit %d, want %d\n%s%s", r.args, r.code, code, r.out, r.err)
	}
	for _, w := range words {
		if !strings.Contains(r.out+r.err, w) {
			r.t.Errorf("%v: does not say %q:\n%s%s", r.args, w, r.out, r.err)
		}
	}
	if strings.Contains(r.out+r.err, "⟦") {
		r.t.Errorf("%v: words are missing:\n%s%s", r.args, r.out, r.err)
	}
	return r
}

// object reads standard output, which must be one JSON object and nothing else.
func (r *result) object(into any) {
	r.t.Helper()
	d := json.NewDecoder(strings.NewReader(r.out))
	if err := d.Decode(into); err != nil {
		r.t.Fatalf("%v: %v in %q", r.args, err, r.out)
	}
	if d.More() {
		r.t.Errorf("%v: more than one object in %q", r.args, r.out)
	}
}

func (r *result) number(key string) int {
	r.t.Helper()
	var m map[string]any
	r.object(&m)
	n, ok := m[key].(float64)
	if !ok {
		r.t.Fatalf("%v: no number %q in %s", r.args, key, r.out)
	}
	return int(n)
}

// report is what import answers.
type report struct {
	Read, Added, Updated, Unchanged int
	Unknown                         []string
	Rejected                        []struct {
		Line                 int
		Column, Reason, Code string
	}
}

func (p *place) imports(args ...string) (r report) {
	p.t.Helper()
	p.ctl("", append([]string{"--json", "import"}, args...)...).wants(0).object(&r)
	return r
}

func (p *place) entries() int {
	p.t.Helper()
	return p.ctl("", "status", "--json").wants(0).number("entries")
}

// opened opens the folder in this process, as the desk would.
func (p *place) opened(holder string) *store.Store {
	p.t.Helper()
	s, err := store.Open(context.Background(), p.data, store.Options{Program: holder, Keys: seal.NewKeyFiles(p.keys)})
	if err != nil {
		p.t.Fatal(err)
	}
	p.t.Cleanup(func() { _ = s.Close() })
	return s
}

// inventedID makes a valid ID number of an area that does not exist.
func inventedID(day, serial int) string {
	s := fmt.Sprintf("3200991950%02d%02d%03d", 1+day/28%12, 1+day%28, serial)
	sum, weight := 0, 1
	for i := 16; i >= 0; i-- {
		weight = weight * 2 % 11
		sum += int(s[i]-'0') * weight
	}
	return s + "10X98765432"[sum%11:sum%11+1]
}
