package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// screen is a virtual display whose pixels can be read while a program paints.
//
// Xvfb keeps its framebuffer in a file when asked to (-fbdir), as an X window
// dump: a big-endian header, a colour map, then the rows. Reading some rows of
// it takes a fraction of a millisecond and does not trouble the X server, which
// a screen grab would: it queues behind the painting that is being measured.
type screen struct {
	name string // ":3"
	dir  string
	cmd  *exec.Cmd
	done chan error

	file   *os.File
	size   box
	stride int   // bytes of a row
	pixels int64 // where the first row begins

	hand    io.WriteCloser // an xdotool that is running already
	handCmd *exec.Cmd
}

// box is a part of the screen in pixels.
type box struct{ x, y, w, h int }

const (
	bytesPerPixel = 4
	// rowStep is how many rows lie between two that are looked at. A page that
	// appears changes far higher shapes than that.
	rowStep = 6
)

// openScreen starts Xvfb and an xdotool that waits for commands.
func openScreen(width, height int) (_ *screen, err error) {
	// In memory where there is such a folder: the disk has no part in this.
	parent := "/dev/shm"
	if _, err := os.Stat(parent); err != nil {
		parent = ""
	}
	s := &screen{done: make(chan error, 1)}
	if s.dir, err = os.MkdirTemp(parent, "linli-bench-screen"); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			s.close()
		}
	}()
	tell, told, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer func() { _ = tell.Close() }()
	// #nosec G204 -- the arguments are numbers and our own folder
	s.cmd = exec.Command("Xvfb", "-displayfd", "3", "-screen", "0", fmt.Sprintf("%dx%dx24", width, height),
		"-nolisten", "tcp", "-noreset", "-nocursor", "-fbdir", s.dir)
	s.cmd.ExtraFiles = []*os.File{told}
	err = s.cmd.Start()
	_ = told.Close()
	if err != nil {
		s.cmd = nil
		return nil, fmt.Errorf("virtual display: %w", err)
	}
	go func() { s.done <- s.cmd.Wait() }()
	// Xvfb closes its end when it fails, so this cannot wait for ever.
	number, _ := bufio.NewReader(tell).ReadString('\n')
	if s.name = ":" + strings.TrimSpace(number); s.name == ":" {
		return nil, errors.New("virtual display: Xvfb did not start")
	}
	if err := s.openFramebuffer(); err != nil {
		return nil, err
	}
	s.handCmd = exec.Command("xdotool", "-")
	s.handCmd.Env = append(os.Environ(), "DISPLAY="+s.name, "LC_ALL=C.UTF-8")
	if s.hand, err = s.handCmd.StdinPipe(); err != nil {
		return nil, err
	}
	return s, s.handCmd.Start()
}

// The header of an X window dump (XWDFile.h), in 32-bit words.
const (
	xwdHeaderSize   = 0
	xwdWidth        = 4
	xwdHeight       = 5
	xwdBitsPerPixel = 11
	xwdBytesPerLine = 12
	xwdColours      = 19
	xwdWords        = 25
	xwdColourSize   = 12
)

func (s *screen) openFramebuffer() (err error) {
	if s.file, err = os.Open(filepath.Join(s.dir, "Xvfb_screen0")); err != nil {
		return err
	}
	var header [xwdWords]uint32
	if err := binary.Read(io.NewSectionReader(s.file, 0, 4*xwdWords), binary.BigEndian, &header); err != nil {
		return fmt.Errorf("framebuffer: %w", err)
	}
	if header[xwdBitsPerPixel] != 8*bytesPerPixel {
		return fmt.Errorf("framebuffer: %d bits per pixel", header[xwdBitsPerPixel])
	}
	s.size = box{w: int(header[xwdWidth]), h: int(header[xwdHeight])}
	s.stride = int(header[xwdBytesPerLine])
	s.pixels = int64(header[xwdHeaderSize]) + int64(header[xwdColours])*xwdColourSize
	return nil
}

// look reads every sixth row of a part of the screen into frame, which it
// makes or uses again.
func (s *screen) look(b box, frame []byte) ([]byte, error) {
	width := b.w * bytesPerPixel
	rows := (b.h + rowStep - 1) / rowStep
	if cap(frame) < rows*width {
		frame = make([]byte, rows*width)
	}
	frame = frame[:rows*width]
	for i := range rows {
		at := s.pixels + int64(b.y+i*rowStep)*int64(s.stride) + int64(b.x*bytesPerPixel)
		if _, err := s.file.ReadAt(frame[i*width:(i+1)*width], at); err != nil {
			return nil, fmt.Errorf("framebuffer: %w", err)
		}
	}
	return frame, nil
}

// colour is the red, green and blue of one pixel.
func (s *screen) colour(x, y int) (rgb [3]int, err error) {
	var p [bytesPerPixel]byte
	_, err = s.file.ReadAt(p[:], s.pixels+int64(y)*int64(s.stride)+int64(x*bytesPerPixel))
	return [3]int{int(p[2]), int(p[1]), int(p[0])}, err
}

// change is a frame that differs from the one before, and when it was seen.
type change struct {
	at    time.Time
	frame []byte
}

// watch looks at a part of the screen every pause, from what it shows now, and
// answers its changes until enough says so. enough is asked after every look,
// with when the last change was (watch's beginning, while there is none).
func (s *screen) watch(b box, from []byte, pause time.Duration, enough func(changes []change, last time.Time) bool) ([]change, error) {
	var changes []change
	before := from
	last := time.Now()
	var frame []byte
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(pause) {
		var err error
		if frame, err = s.look(b, frame); err != nil {
			return nil, err
		}
		if !bytes.Equal(frame, before) {
			last = time.Now()
			changes = append(changes, change{last, frame})
			before, frame = frame, nil
		}
		if enough(changes, last) {
			return changes, nil
		}
	}
	return changes, fmt.Errorf("waited in vain for the screen (%d changes)", len(changes))
}

// do hands commands to the waiting xdotool and answers when: the way through
// the pipe and xdotool itself is counted with what follows.
func (s *screen) do(commands ...string) (time.Time, error) {
	at := time.Now()
	_, err := io.WriteString(s.hand, strings.Join(commands, "\n")+"\n")
	return at, err
}

func moveTo(x, y int) string { return "mousemove " + strconv.Itoa(x) + " " + strconv.Itoa(y) }

// close ends this Xvfb and this xdotool, by their own process ids.
func (s *screen) close() {
	if s.hand != nil {
		_ = s.hand.Close()
		_ = s.handCmd.Wait()
	}
	if s.file != nil {
		_ = s.file.Close()
	}
	if s.cmd != nil {
		_ = end(s.cmd, s.done)
	}
	_ = os.RemoveAll(s.dir)
}

// end asks a process to end, and makes it when it does not. A Go program that is
// made to end this way first prints where it stands.
func end(cmd *exec.Cmd, done <-chan error) error {
	_ = cmd.Process.Signal(os.Interrupt)
	select {
	case err := <-done:
		return err
	case <-time.After(patience):
	}
	_ = cmd.Process.Signal(syscall.SIGQUIT)
	var how error
	select {
	case how = <-done:
	case <-time.After(patience):
		_ = cmd.Process.Kill()
		how = <-done
	}
	return fmt.Errorf("did not end when asked to (%v)", how)
}

// patience is how long anything may take.
const patience = 30 * time.Second

// until asks again and again.
func until(ctx context.Context, what string, ask func() (bool, error)) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for {
		ok, err := ask()
		if ok || err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("waited in vain for %s", what)
		case <-time.After(5 * time.Millisecond):
		}
	}
}
