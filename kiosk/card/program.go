package card

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"linli/app"
)

// Program is the reader that a helper process looks after.
type Program struct {
	once
	path  string
	args  []string
	quiet time.Duration // how long it may say nothing; 0: for ever
}

// The bounds of what a helper is listened to: the longest line, how many lines that are none of ours it may say in a row, and how many lines
// a second. One that goes beyond them is ended and begun anew.
const (
	mostLine    = 8 << 10
	mostRubbish = 20
	mostLines   = 50
)

// NewProgram answers the reader at exec:///PATH/PROGRAM?arg=…&arg=…: a helper process that says on its output what happens, an object of JSON on a line:
//
//	{"event":"placed","record":"<the 256 bytes in Base64>"}
//	{"event":"removed"}
//	{"event":"unreadable"}
//	{"event":"scanned","text":"<a code>"}
//	{"event":"gone"}     its device is unplugged, {"event":"back"} and there again
//	{"event":"alive"}    nothing happened
//
// It need not say a thing once only. Its input stays open while the kiosk runs; at its end the helper has to end. One that dies is begun again, with
// growing pauses; one that says rubbish, or nothing for ?quiet= (such as 30s; without it that is no fault), is ended first. What it says on its
// error output is thrown away: it may be about a person.
func NewProgram(u *url.URL) (*Program, error) {
	p := &Program{path: filepath.FromSlash(u.Path), args: u.Query()["arg"]}
	if u.Host != "" || !filepath.IsAbs(p.path) {
		return nil, errors.New("a program's whole path, with three slashes")
	}
	var err error
	p.quiet, err = among(u, "quiet", 0, 100*time.Millisecond, time.Hour)
	return p, err
}

// Run implements [Reader].
func (p *Program) Run(ctx context.Context, take func(Event)) error {
	if err := p.begin(); err != nil {
		return err
	}
	d := &desk{take: take}
	var again retry
	for {
		err := p.serve(ctx, d, again.well)
		if ctx.Err() != nil {
			return nil
		}
		d.gone(err)
		if !again.wait(ctx) {
			return nil
		}
	}
}

// What can be wrong with a helper.
var (
	errHelper  = errors.New("card: the helper program ended, or cannot be begun")
	errRubbish = errors.New("card: the helper program says what it should not")
	errSilent  = errors.New("card: the helper program has said nothing for too long")
)

// serve runs the helper once, and calls well when it has said something that makes sense.
func (p *Program) serve(ctx context.Context, d *desk, well func()) error {
	ctx, end := context.WithCancel(ctx)
	defer end()
	cmd := exec.CommandContext(ctx, p.path, p.args...) // #nosec G204 -- a program that the hall set up
	group(cmd)
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return errHelper
	}
	defer func() { _ = stdin.Close() }()
	out, in, err := os.Pipe()
	if err != nil {
		return errHelper
	}
	cmd.Stdout = in
	err = cmd.Start()
	_ = in.Close()
	if err != nil {
		_ = out.Close()
		return errHelper
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = cmd.Wait() // why it ended is not told
		endGroup(cmd)  // a child that it left behind may hold its output
	}()
	lines := make(chan line)
	go listen(ctx, out, lines)
	err = p.follow(ctx, lines, d, well)
	end()
	<-ended
	for range lines {
	}
	return err
}

// line is what a helper says on one line, or why it says nothing more.
type line struct {
	said helperLine
	err  error
}

// alive is what a helper says of nothing.
const alive = "alive"

// helperLine is a line's object.
type helperLine struct {
	Event  string `json:"event"`
	Record []byte `json:"record"`
	Text   string `json:"text"`
}

// listen hands on what a helper says until it ends or ctx does.
func listen(ctx context.Context, out io.ReadCloser, lines chan<- line) {
	defer close(lines)
	defer context.AfterFunc(ctx, func() { _ = out.Close() })()
	defer func() { _ = out.Close() }()
	scan := bufio.NewScanner(out)
	scan.Buffer(make([]byte, 0, 1024), mostLine)
	for scan.Scan() {
		var one line
		if json.Unmarshal(scan.Bytes(), &one.said) != nil {
			one.err = errRubbish
		}
		select {
		case lines <- one:
		case <-ctx.Done():
			return
		}
	}
	if errors.Is(scan.Err(), bufio.ErrTooLong) {
		select {
		case lines <- line{err: bufio.ErrTooLong}:
		case <-ctx.Done():
		}
	}
}

// follow tells what the helper says, and answers why it is not to be listened to any more.
func (p *Program) follow(ctx context.Context, lines <-chan line, d *desk, well func()) error {
	rubbish, count, second := 0, 0, time.Now()
	var silence <-chan time.Time
	holds, unplugged := time.After(pace.well), false
	if p.quiet > 0 {
		t := time.NewTicker(p.quiet)
		defer t.Stop()
		silence = t.C
		heard := well
		well = func() { t.Reset(p.quiet); heard() }
	}
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-silence:
			return errSilent
		case <-holds:
			if well(); !unplugged {
				d.back()
			}
		case one, open := <-lines:
			if !open {
				return errHelper
			}
			if ctx.Err() != nil {
				return ctx.Err()
			}
			if now := time.Now(); now.Sub(second) >= time.Second {
				count, second = 0, now
			}
			if count++; count > mostLines || errors.Is(one.err, bufio.ErrTooLong) {
				return errRubbish
			}
			if one.err == nil && d.said(one.said) {
				rubbish = 0
				unplugged = What(one.said.Event) == Gone || unplugged && one.said.Event == alive
				well()
				continue
			}
			if rubbish++; rubbish > mostRubbish {
				return errRubbish
			}
		}
	}
}

// said tells of a helper's line; false for one that means nothing.
func (d *desk) said(l helperLine) bool {
	switch What(l.Event) {
	case Placed:
		d.parsed(Parse(l.Record))
	case Removed:
		d.removed()
	case Unreadable:
		d.unreadable(app.Bad(app.CodeInvalid, "record"))
	case Scanned:
		d.scanned(l.Text)
	case Gone:
		d.gone(errHelper)
	case Back:
		d.back()
	case alive:
	default:
		return false
	}
	return true
}
