package day

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"time"
)

// display is a virtual X display of our own.
type display struct {
	name string // ":3"
	cmd  *exec.Cmd
	done chan error
}

// openDisplay starts Xvfb, which picks a free number itself and tells it.
func openDisplay(ctx context.Context, width, height int) (*display, error) {
	tell, told, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer func() { _ = tell.Close() }()
	cmd := exec.Command("Xvfb", "-displayfd", "3", "-screen", "0", fmt.Sprintf("%dx%dx24", width, height), "-nolisten", "tcp", "-noreset")
	cmd.ExtraFiles = []*os.File{told}
	err = cmd.Start()
	_ = told.Close()
	if err != nil {
		return nil, fmt.Errorf("virtual display: %w", err)
	}
	d := &display{cmd: cmd, done: make(chan error, 1)}
	go func() { d.done <- cmd.Wait() }()
	number := make(chan string, 1)
	go func() {
		line, _ := bufio.NewReader(tell).ReadString('\n')
		number <- strings.TrimSpace(line)
	}()
	select {
	case n := <-number:
		if n == "" {
			d.close()
			return nil, errors.New("virtual display: Xvfb did not start")
		}
		d.name = ":" + n
		return d, nil
	case <-ctx.Done():
		d.close()
		return nil, ctx.Err()
	}
}

// close ends this Xvfb, by its own process id.
func (d *display) close() { _ = end(d.cmd, d.done) }

// end asks a process to end and makes it when it does not.
func end(cmd *exec.Cmd, done <-chan error) error {
	if cmd.Process == nil {
		return nil
	}
	_ = cmd.Process.Signal(os.Interrupt)
	select {
	case err := <-done:
		return err
	case <-time.After(15 * time.Second):
		_ = cmd.Process.Kill()
		return fmt.Errorf("did not end when asked to (%v)", <-done)
	}
}
