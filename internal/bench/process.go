package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// process is a program that was started to be measured, with the processes
// that it starts itself.
type process struct {
	cmd     *exec.Cmd
	done    chan error
	started time.Time
	output  bytes.Buffer
}

// launch starts a program on a screen.
func launch(s *screen, env []string, name string, args ...string) (*process, error) {
	// #nosec G204 -- the programs to be measured
	p := &process{cmd: exec.Command(name, args...), done: make(chan error, 1)}
	p.cmd.Env = append(append(os.Environ(), "DISPLAY="+s.name, "WAYLAND_DISPLAY=", "LIBGL_ALWAYS_SOFTWARE=1", "LC_ALL=C.UTF-8"), env...)
	p.cmd.Stdout, p.cmd.Stderr = &p.output, &p.output
	p.started = time.Now()
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	go func() { p.done <- p.cmd.Wait() }()
	return p, nil
}

// alive answers an error with the program's last words once it has ended.
func (p *process) alive() error {
	select {
	case err := <-p.done:
		p.done <- err
		return fmt.Errorf("%s has ended (%v): %s", filepath.Base(p.cmd.Path), err, p.output.String())
	default:
		return nil
	}
}

// end asks the program to end; an error holds its last words.
func (p *process) end() error {
	err := end(p.cmd, p.done)
	if err != nil {
		err = fmt.Errorf("%w: %s", err, p.output.String())
	}
	return err
}

// tree is the program and all that descends from it, by process id.
func (p *process) tree() ([]int, error) {
	stats, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		return nil, err
	}
	children := map[int][]int{}
	for _, path := range stats {
		fields := stat(path)
		if fields == nil {
			continue // it has ended meanwhile
		}
		id, _ := strconv.Atoi(filepath.Base(filepath.Dir(path)))
		parent, _ := strconv.Atoi(fields[statParent])
		children[parent] = append(children[parent], id)
	}
	all := []int{p.cmd.Process.Pid}
	for i := 0; i < len(all); i++ {
		all = append(all, children[all[i]]...)
	}
	return all, nil
}

// Fields of /proc/<pid>/stat after the program's name (proc(5)).
const (
	statParent = 1
	statUser   = 11 // clock ticks in user mode
	statSystem = 12 // and in the kernel
	clockTicks = 100
)

func stat(path string) []string {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil
	}
	// The name is in brackets and may hold anything.
	fields := strings.Fields(string(data[bytes.LastIndexByte(data, ')')+1:]))
	if len(fields) <= statSystem {
		return nil
	}
	return fields
}

// memory is the proportional set size of the tree in MB: what is shared by
// several processes counts once.
func (p *process) memory() (float64, error) {
	tree, err := p.tree()
	if err != nil {
		return 0, err
	}
	var kB int
	for _, id := range tree {
		data, err := os.ReadFile(fmt.Sprintf("/proc/%d/smaps_rollup", id))
		if os.IsNotExist(err) {
			continue
		}
		if err != nil {
			return 0, err
		}
		for line := range strings.Lines(string(data)) {
			if f := strings.Fields(line); len(f) > 1 && f[0] == "Pss:" {
				n, err := strconv.Atoi(f[1])
				if err != nil {
					return 0, err
				}
				kB += n
			}
		}
	}
	return float64(kB) / 1024, nil
}

// load is the share of one core, in percent, that the tree takes during a time
// in which nobody touches anything.
func (p *process) load(during time.Duration) (float64, error) {
	before, err := p.ticks()
	if err != nil {
		return 0, err
	}
	began := time.Now()
	time.Sleep(during)
	after, err := p.ticks()
	return 100 * float64(after-before) / clockTicks / time.Since(began).Seconds(), err
}

func (p *process) ticks() (sum int, err error) {
	tree, err := p.tree()
	if err != nil {
		return 0, err
	}
	for _, id := range tree {
		fields := stat(fmt.Sprintf("/proc/%d/stat", id))
		if fields == nil {
			continue
		}
		user, _ := strconv.Atoi(fields[statUser])
		system, _ := strconv.Atoi(fields[statSystem])
		sum += user + system
	}
	return sum, nil
}
