package main

import (
	"bufio"
	"context"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"linli/store"
	"linli/store/seal"
	"linli/sync/device"
	"linli/sync/oplog"
	"linli/sync/wire"
)

// centre is a hub's process and a hall on it.
type centre struct {
	cmd           *exec.Cmd
	program, data string
	keys, hall    string
	address       string
	fingerprint   string
}

func openCentre(bin, dir string) (_ *centre, err error) {
	c := &centre{program: filepath.Join(bin, "linli-hub"), data: filepath.Join(dir, "hub"), keys: filepath.Join(dir, "hub-keys")}
	c.cmd = exec.Command(c.program, "serve", "--data", c.data, "--listen", "127.0.0.1:0", "--json")
	c.cmd.Env = append(os.Environ(), "LINLI_KEYS="+c.keys)
	c.cmd.Stderr = os.Stderr // its own faults
	out, err := c.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := c.cmd.Start(); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, c.close())
		}
	}()
	line, err := bufio.NewReader(out).ReadBytes('\n')
	if err != nil {
		return nil, fmt.Errorf("the hub did not begin: %w", err)
	}
	var ready struct{ Address, Fingerprint string }
	if err := json.Unmarshal(line, &ready); err != nil {
		return nil, err
	}
	c.address, c.fingerprint = ready.Address, ready.Fingerprint
	made, err := c.call("246810\n", "hall", "add", "--name", "样例大厅", "--division", "320102001001", "--admin", "演示管理员", "--pin-stdin")
	c.hall, _ = made["hall"].(string)
	return c, err
}

// withCentre measures something at a hub that is new and is gone afterwards.
func withCentre(bin string, measure func(c *centre, dir string) error) (err error) {
	dir, err := os.MkdirTemp("", "linli-bench-hub")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	c, err := openCentre(bin, dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.close()) }()
	return measure(c, dir)
}

func (c *centre) call(in string, args ...string) (map[string]any, error) {
	cmd := exec.Command(c.program, append(args, "--data", c.data, "--json")...)
	cmd.Env = append(os.Environ(), "LINLI_KEYS="+c.keys)
	cmd.Stdin = strings.NewReader(in)
	out, err := cmd.Output()
	var object map[string]any
	if err == nil {
		err = json.Unmarshal(out, &object)
	}
	return object, err
}

func (c *centre) close() error {
	return errors.Join(c.cmd.Process.Signal(os.Interrupt), c.cmd.Wait())
}

// memory is the resident set of the hub's process, and peak the greatest that it ever was.
func (c *centre) memory() int64 { return resident(c.cmd.Process.Pid, "VmRSS") }
func (c *centre) peak() int64   { return resident(c.cmd.Process.Pid, "VmHWM") }

// busy is the processor time that the hub's process has taken so far.
func (c *centre) busy() time.Duration {
	fields := stat(fmt.Sprintf("/proc/%d/stat", c.cmd.Process.Pid))
	if fields == nil {
		return 0
	}
	user, _ := strconv.Atoi(fields[statUser])
	system, _ := strconv.Atoi(fields[statSystem])
	return time.Duration(user+system) * time.Second / clockTicks
}

// resident reads a line of a process's memory, in bytes (proc(5)).
func resident(pid int, name string) int64 {
	status, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	for line := range strings.Lines(string(status)) {
		var kb int64
		if _, err := fmt.Sscanf(line, name+": %d kB", &kb); err == nil {
			return kb << 10
		}
	}
	return 0
}

// desk makes a desk of the hall at the hub.
func (c *centre) desk(ctx context.Context, dir, name string) (*store.Store, error) {
	got, err := c.call("", "code", "--hall", c.hall, "--role", "desk")
	if err != nil {
		return nil, err
	}
	code, _ := got["code"].(string)
	o := store.Options{Program: "bench", Keys: seal.NewKeyFiles(filepath.Join(dir, name+".keys"))}
	if _, err := device.Enrol(ctx, c.address, code, name, filepath.Join(dir, name), true, o); err != nil {
		return nil, err
	}
	s, err := store.Open(ctx, filepath.Join(dir, name), o)
	if err != nil {
		return nil, err
	}
	_, err = device.Sync(ctx, s)
	return s, err
}

// trust trusts the hub by the fingerprint that it printed.
func (c *centre) trust(key ed25519.PublicKey, _ *oplog.Certificate) error {
	if wire.Fingerprint(key) != c.fingerprint {
		return wire.ErrIdentity
	}
	return nil
}

// authority opens the hall's keys, which lie with the hub's: machines by the thousand are not admitted one by one with a code.
func (c *centre) authority() (*seal.Ring, error) {
	return seal.NewKeyFiles(c.keys).Load("hub-" + c.hall)
}

// metrics are the hub's figures, by the names and labels under which it gives them.
func (c *centre) metrics() (map[string]float64, error) {
	config, err := wire.ClientTLS(wire.Identity{}, c.trust)
	if err != nil {
		return nil, err
	}
	t := &http.Transport{TLSClientConfig: config}
	defer t.CloseIdleConnections()
	answer, err := (&http.Client{Transport: t}).Get("https://" + c.address + "/metrics")
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close() //nolint:errcheck // only read
	body, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("the hub's metrics: %s, %w", answer.Status, err)
	}
	out := make(map[string]float64)
	for line := range strings.Lines(string(body)) {
		var name string
		var value float64
		if _, err := fmt.Sscan(line, &name, &value); err == nil {
			out[name] = value
		}
	}
	return out, nil
}

// entries is how many entries the hub has.
func (c *centre) entries() (int, error) {
	m, err := c.metrics()
	return int(m["linli_hub_entries"]), err
}
