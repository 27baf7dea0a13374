// Linlictl works on a hall's data folder without a window: it makes halls,
// carries tables in and out, and looks after the log, the backups and the
// health of the folder. It acts as this machine's administrator.
//
// Exit codes: 0 done, 1 failed, 2 used wrongly. With --json it prints exactly
// one JSON object on standard output, also when it fails; sentences for people
// go to standard error then. What is personal is masked unless --reveal is given;
// find alone shows names and addresses, as the desk does.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"regexp"
	"strings"

	"linli/app"
	"linli/assets"
	"linli/store"
	"linli/sync/halls"
)

// version is set by the linker.
var version = "dev"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
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

// verb is one thing that linlictl does.
type verb struct {
	name  string
	least int // positional arguments
	most  int // -1: any number
	flags func(*flag.FlagSet, *call)
	run   func(*call) error
	bare  bool // needs no data folder
}

// call is one use of the program.
type call struct {
	ctx      context.Context
	in       io.Reader
	out, err io.Writer
	data     string
	lang     string
	json     bool
	args     []string
	text     map[string]*string // the verb's own flags
	switches map[string]*bool
	numbers  map[string]*int
}

func (c *call) str(f *flag.FlagSet, names ...string) {
	for _, n := range names {
		c.text[n] = f.String(n, "", "")
	}
}

func (c *call) bool(f *flag.FlagSet, names ...string) {
	for _, n := range names {
		c.switches[n] = f.Bool(n, false, "")
	}
}

func (c *call) int(f *flag.FlagSet, name string, value int) { c.numbers[name] = f.Int(name, value, "") }

// misuse is a usage error: exit code 2.
type misuse struct{ key, what string }

func (m misuse) Error() string { return m.key + " " + m.what }

// refusal is a failure that this program finds by itself: exit code 1 and the
// sentence "ctl.<key>".
type refusal struct {
	code, key string
	what      any
}

func (r refusal) Error() string { return r.key }

// errFailed says that the answer is out already and that it is no: exit code 1.
var errFailed = errors.New("failed")

func run(ctx context.Context, args []string, in io.Reader, out, errw io.Writer) int {
	c := &call{ctx: ctx, in: in, out: out, err: errw, lang: language("", os.Getenv), text: map[string]*string{}, switches: map[string]*bool{}, numbers: map[string]*int{}}
	v, err := c.parse(args)
	if err == nil && v != nil {
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
		c.complain("usage", c.say("ctl."+wrong.key, wrong.what))
		c.usage(v)
		return exitUsage
	case errors.As(err, &no):
		c.complain(no.code, c.say("ctl."+no.key, no.what))
		return exitFail
	case errors.Is(err, context.Canceled):
		c.complain("stopped", c.say("ctl.stopped"))
		return exitFail
	}
	c.complain(codeOf(err), c.sentence(err))
	return exitFail
}

// parse finds the verb and reads flags wherever they stand. "--" ends them.
func (c *call) parse(args []string) (*verb, error) {
	// The first word that is no flag is the verb: "--json find" and "find --json"
	// are the same. Only then is it known which flags there are.
	name, lang, valued := "", "", valueFlags()
	for i := 0; i < len(args); i++ {
		// The language is known at once too: a complaint is for the reader.
		if l, ok := strings.CutPrefix(strings.TrimLeft(args[i], "-"), "lang="); ok && args[i][0] == '-' {
			lang = l
		}
		switch a := args[i]; {
		case a == "--json" || a == "-json":
			c.json = true // known at once, so that also a complaint about flags is an object
		case valued[strings.TrimLeft(a, "-")] && a[0] == '-':
			if i++; i < len(args) && strings.TrimLeft(a, "-") == "lang" {
				lang = args[i]
			}
		case a == "--":
			i = len(args)
		case name != "" || len(a) > 0 && a[0] == '-':
		default:
			name = a
			args = append(append([]string{}, args[:i]...), args[i+1:]...)
			i--
		}
	}
	f := flag.NewFlagSet("linlictl", flag.ContinueOnError)
	f.SetOutput(io.Discard)
	f.StringVar(&c.data, "data", "", "")
	f.BoolVar(&c.json, "json", c.json, "")
	f.String("lang", "", "")
	c.lang = language(lang, os.Getenv)
	v := verbNamed(name)
	if v != nil && v.flags != nil {
		v.flags(f, c)
	}
	for rest := args; ; {
		err := f.Parse(rest)
		if errors.Is(err, flag.ErrHelp) {
			c.args = nil
			if name != "" {
				c.args = []string{name}
			}
			return helpVerb, nil
		}
		if v == nil {
			if name == "" {
				return nil, misuse{"no-verb", ""}
			}
			return nil, misuse{"unknown-verb", name}
		}
		if err != nil {
			return v, wrongFlag(err)
		}
		left := f.Args()
		if len(left) == 0 {
			break
		}
		if n := len(rest) - len(left); n > 0 && rest[n-1] == "--" {
			c.args = append(c.args, left...)
			break
		}
		c.args, rest = append(c.args, left[0]), left[1:]
	}
	switch {
	case len(c.args) < v.least:
		return v, misuse{"too-few", v.name}
	case v.most >= 0 && len(c.args) > v.most:
		return v, misuse{"too-many", c.args[v.most]}
	case !v.bare && c.data == "":
		return v, misuse{"no-data", ""}
	}
	if info, err := os.Stat(c.data); !v.bare && err == nil && !info.IsDir() {
		return v, misuse{"not-folder", c.data}
	}
	return v, nil
}

// flagFaults are the ways in which package flag says, in English, what is wrong.
var flagFaults = []struct {
	key  string
	text *regexp.Regexp
}{
	{"flag-alone", regexp.MustCompile(`^flag needs an argument: -(.*)$`)},
	{"flag-unknown", regexp.MustCompile(`^flag provided but not defined: -(.*)$`)},
	{"flag-value", regexp.MustCompile(`^invalid (?:boolean )?value .* for (?:flag )?-([^ :]+):[^:]*$`)},
}

// wrongFlag says it in the reader's language, by the flag's name and without its
// value, which may be personal.
func wrongFlag(err error) misuse {
	for _, f := range flagFaults {
		if m := f.text.FindStringSubmatch(err.Error()); m != nil {
			return misuse{f.key, "--" + m[1]}
		}
	}
	return misuse{"bad-flag", err.Error()}
}

// valueFlags lists the flags of all verbs that take the next argument.
func valueFlags() map[string]bool {
	valued := map[string]bool{"data": true, "lang": true}
	for _, v := range verbs {
		if v.flags == nil {
			continue
		}
		f := flag.NewFlagSet(v.name, flag.ContinueOnError)
		v.flags(f, &call{text: map[string]*string{}, switches: map[string]*bool{}, numbers: map[string]*int{}})
		f.VisitAll(func(one *flag.Flag) {
			if b, ok := one.Value.(interface{ IsBoolFlag() bool }); !ok || !b.IsBoolFlag() {
				valued[one.Name] = true
			}
		})
	}
	return valued
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
		_ = c.answer(map[string]any{"error": fault(code, sentence)})
	}
}

// fault is what went wrong as a part of an object.
func fault(code, sentence string) map[string]string {
	return map[string]string{"code": code, "message": sentence}
}

func (c *call) usage(v *verb) {
	if v != nil {
		fmt.Fprintln(c.err, c.say("ctl.usage", c.say("ctl.verb."+v.name)))
		return
	}
	fmt.Fprintln(c.err, c.say("ctl.help.hint"))
}

func (c *call) say(key string, args ...any) string { return assets.Format(c.lang, key, args...) }

func (c *call) options() store.Options { return store.Options{Program: "linlictl", Version: version} }

// open opens the data folder; the caller closes it.
func (c *call) open() (*store.Store, error) {
	if halls.Is(c.data) { // several; which one is meant?
		return nil, app.Fail(app.CodeHalls, c.data)
	}
	return store.Open(c.ctx, c.data, c.options())
}

// with opens the data folder for one piece of work.
func (c *call) with(work func(*store.Store, app.Actor) error) (err error) {
	s, err := c.open()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	return work(s, app.ConsoleActor())
}
