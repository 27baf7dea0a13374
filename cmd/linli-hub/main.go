// Linli-hub brings halls together where there is a connection: it keeps the logs of all its halls, hands each machine what it
// lacks, and admits new ones. It is one static program with an embedded database. Its verbs work on the data folder of a
// hub, also while another process serves from it.
//
// Exit codes: 0 done, 1 failed, 2 used wrongly. With --json it prints exactly one JSON object on standard output, also
// when it fails; sentences for people go to standard error then. It knows no resident: what is personal lies sealed in
// the logs.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"linli/assets"
)

// version is set by the linker.
var version = "dev"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// The exit codes.
const (
	exitDone  = 0
	exitFail  = 1
	exitUsage = 2
)

// call is one use of the program.
type call struct {
	ctx      context.Context
	in       io.Reader
	out, err io.Writer
	data     string
	lang     string
	json     bool
	text     map[string]*string // the verb's own flags
	switches map[string]*bool
	about    string // the verb that help is asked about
}

// misuse is a usage error: exit code 2.
type misuse struct{ key, what string }

func (m misuse) Error() string { return m.key + " " + m.what }

// refusal is a failure that this program finds by itself: exit code 1 and the sentence "hub.<key>".
type refusal struct {
	code, key string
	what      any
}

func (r refusal) Error() string { return r.key }

// errFailed says that the answer is out already and that it is no: exit code 1.
var errFailed = errors.New("failed")

func run(ctx context.Context, args []string, in io.Reader, out, errw io.Writer) int {
	c := &call{ctx: ctx, in: in, out: out, err: errw, lang: language("", os.Getenv), text: map[string]*string{}, switches: map[string]*bool{}}
	v, err := c.parse(args)
	if err == nil {
		err = v.run(c)
	}
	var wrong misuse
	var no refusal
	switch {
	case err == nil:
		return exitDone
	case errors.Is(err, errFailed):
		return exitFail
	case errors.As(err, &wrong):
		c.complain("usage", c.say("hub."+wrong.key, wrong.what))
		c.usage(v)
		return exitUsage
	case errors.As(err, &no):
		c.complain(no.code, c.say("hub."+no.key, no.what))
		return exitFail
	case errors.Is(err, context.Canceled):
		c.complain("stopped", c.say("hub.stopped"))
		return exitFail
	}
	c.complain(codeOf(err), c.sentence(err))
	return exitFail
}

// answer prints the verb's result: one JSON object, or sentences.
func (c *call) answer(object any, lines ...string) error {
	if c.json {
		e := json.NewEncoder(c.out)
		e.SetEscapeHTML(false)
		return e.Encode(object)
	}
	for _, l := range lines {
		if _, err := fmt.Fprintln(c.out, l); err != nil {
			return err
		}
	}
	return nil
}

// complain says what went wrong, to people and, with --json, to programs.
func (c *call) complain(code, sentence string) {
	fmt.Fprintln(c.err, sentence)
	if c.json {
		_ = c.answer(map[string]any{"error": map[string]string{"code": code, "message": sentence}})
	}
}

func (c *call) usage(v *verb) {
	if v != nil {
		fmt.Fprintln(c.err, c.say("hub.usage", c.say("hub.verb."+v.key())))
		return
	}
	fmt.Fprintln(c.err, c.say("hub.help.hint"))
}

func (c *call) say(key string, args ...any) string { return assets.Format(c.lang, key, args...) }
