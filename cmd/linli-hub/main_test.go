package main_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
)

// program is the binary as it is shipped: static, without a window toolkit.
var program string

func TestMain(m *testing.M) { os.Exit(build(m)) }

func build(m *testing.M) int {
	dir, err := os.MkdirTemp("", "linli-hub-test-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer func() { _ = os.RemoveAll(dir) }()
	program = filepath.Join(dir, "linli-hub")
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

// place is a folder with a hub's data and keys, and files beside.
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

func (p *place) path(name string) string { return filepath.Join(p.root, name) }

// command is the program on the place's folder.
func (p *place) command(args ...string) *exec.Cmd {
	cmd := exec.Command(program, append(args, "--data", p.data)...)
	cmd.Env = append(os.Environ(), "LINLI_KEYS="+p.keys, "LANG=zh_CN.UTF-8")
	return cmd
}

// result is what one call of the program left.
type result struct {
	t        *testing.T
	args     []string
	code     int
	out, err string
}

func (p *place) hub(stdin string, args ...string) *result {
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
		r.t.Errorf("%v: a word is missing:\n%s%s", r.args, r.out, r.err)
	}
	return r
}

// object reads the one JSON object of a call with --json.
func (r *result) object(to any) {
	r.t.Helper()
	d := json.NewDecoder(strings.NewReader(r.out))
	if err := d.Decode(to); err != nil {
		r.t.Fatalf("%v: %v\n%s", r.args, err, r.out)
	}
	if d.More() {
		r.t.Errorf("%v: more than one object:\n%s", r.args, r.out)
	}
}

// add makes a hall and answers its id.
func (p *place) add() string {
	p.t.Helper()
	var made struct{ Hall string }
	p.hub("246810\n", "hall", "add", "--name", "样例大厅", "--division", "320199001001", "--admin", "样例管理员", "--pin-stdin", "--json").wants(0).object(&made)
	if made.Hall == "" {
		p.t.Fatal("a hall without an id")
	}
	return made.Hall
}

// serving is a hub that runs.
type serving struct {
	t           *testing.T
	Address     string
	Fingerprint string
	Log         string
	cmd         *exec.Cmd
	rest        *bufio.Reader
	err         *bytes.Buffer
	once        sync.Once
}

func (p *place) serve() *serving {
	p.t.Helper()
	s := &serving{t: p.t, cmd: p.command("serve", "--listen", "127.0.0.1:0", "--json"), err: new(bytes.Buffer)}
	s.cmd.Stderr = s.err
	out, err := s.cmd.StdoutPipe()
	must(p.t, err)
	must(p.t, s.cmd.Start())
	p.t.Cleanup(s.stop)
	s.rest = bufio.NewReader(out)
	line, err := s.rest.ReadString('\n')
	if err != nil {
		p.t.Fatalf("it says nothing: %v\n%s", err, s.err)
	}
	must(p.t, json.Unmarshal([]byte(line), s))
	return s
}

// stop asks it to end and checks that it ends well, without another word.
func (s *serving) stop() {
	s.once.Do(func() {
		_ = s.cmd.Process.Signal(syscall.SIGTERM)
		more, _ := io.ReadAll(s.rest)
		if err := s.cmd.Wait(); err != nil || len(more) > 0 || s.err.Len() > 0 {
			s.t.Errorf("serve: %v\n%s%s", err, more, s.err)
		}
	})
}

func must(tb testing.TB, err error) {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
}
