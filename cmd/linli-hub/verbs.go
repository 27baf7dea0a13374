package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"
)

// verb is one thing that linli-hub does. Its name is one word or two.
type verb struct {
	name  string
	flags func(*flag.FlagSet, *call)
	run   func(*call) error
	bare  bool // needs no data folder
}

func (v *verb) key() string { return strings.ReplaceAll(v.name, " ", "-") }

// verbs is in the order of the help. It is filled by init because help lists it.
var verbs []*verb

var helpVerb = &verb{name: "help", bare: true, run: (*call).help}

func init() {
	words := func(names ...string) func(*flag.FlagSet, *call) {
		return func(f *flag.FlagSet, c *call) {
			for _, n := range names {
				c.text[n] = f.String(n, "", "")
			}
		}
	}
	verbs = []*verb{
		{name: "serve", flags: words("listen"), run: (*call).serve},
		{name: "hall add", flags: func(f *flag.FlagSet, c *call) {
			words("name", "division", "admin", "zone", "sheet")(f, c)
			c.switches["pin-stdin"] = f.Bool("pin-stdin", false, "")
		}, run: (*call).addHall},
		{name: "hall adopt", run: (*call).adoptHall},
		{name: "hall list", run: (*call).listHalls},
		{name: "code", flags: words("hall", "role"), run: (*call).code},
		{name: "device list", flags: words("hall"), run: (*call).listDevices},
		{name: "device revoke", flags: words("hall", "device"), run: (*call).revokeDevice},
		{name: "verify", run: (*call).verify},
		{name: "backup", flags: words("out"), run: (*call).backup},
		{name: "restore", flags: words("from"), run: (*call).restore},
		{name: "status", run: (*call).status},
		{name: "version", bare: true, run: func(c *call) error {
			return c.answer(map[string]string{"version": version}, "linli-hub "+version)
		}},
		helpVerb,
	}
}

// verbOf finds the verb that words begin with, and how many they are.
func verbOf(words []string) (*verb, int) {
	for _, n := range []int{2, 1} {
		if len(words) < n {
			continue
		}
		for _, v := range verbs {
			if v.name == strings.Join(words[:n], " ") {
				return v, n
			}
		}
	}
	return nil, 0
}

// parse finds the verb and reads flags wherever they stand.
func (c *call) parse(args []string) (*verb, error) {
	flags, words := split(args)
	for i, a := range flags { // known at once, so that also a complaint about flags is as it was asked for
		name, value, joined := strings.Cut(strings.TrimLeft(a, "-"), "=")
		switch {
		case name == "json" && !joined:
			c.json = true
		case name == "lang" && joined:
			c.lang = language(value, os.Getenv)
		case name == "lang" && i+1 < len(flags):
			c.lang = language(flags[i+1], os.Getenv)
		}
	}
	f := flag.NewFlagSet("linli-hub", flag.ContinueOnError)
	f.SetOutput(io.Discard)
	f.StringVar(&c.data, "data", "", "")
	f.BoolVar(&c.json, "json", c.json, "")
	f.String("lang", "", "")
	v, n := verbOf(words)
	for _, a := range flags {
		if name := strings.TrimLeft(a, "-"); name == "help" || name == "h" {
			c.about = strings.Join(words, " ")
			return helpVerb, nil
		}
	}
	switch {
	case len(words) == 0:
		return nil, misuse{"no-verb", ""}
	case v == nil:
		return nil, misuse{"unknown-verb", strings.Join(words[:min(2, len(words))], " ")}
	case v == helpVerb:
		c.about = strings.Join(words[n:], " ")
		return v, nil
	}
	if v.flags != nil {
		v.flags(f, c)
	}
	if err := f.Parse(flags); err != nil {
		return v, wrongFlag(err)
	}
	switch {
	case len(words) > n:
		return v, misuse{"too-many", words[n]}
	case !v.bare && c.data == "":
		return v, misuse{"no-data", ""}
	}
	if info, err := os.Stat(c.data); !v.bare && err == nil && !info.IsDir() {
		return v, misuse{"not-folder", c.data}
	}
	return v, nil
}

// split tells flags with their values from words.
func split(args []string) (flags, words []string) {
	plain := map[string]bool{"json": true, "help": true, "h": true, "pin-stdin": true}
	for i := 0; i < len(args); i++ {
		a := args[i]
		if len(a) < 2 || a[0] != '-' {
			words = append(words, a)
			continue
		}
		flags = append(flags, a)
		if name := strings.TrimLeft(a, "-"); !strings.Contains(name, "=") && !plain[name] && i+1 < len(args) {
			i++
			flags = append(flags, args[i])
		}
	}
	return flags, words
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

// wrongFlag says it in the reader's language, by the flag's name and without its value.
func wrongFlag(err error) misuse {
	for _, f := range flagFaults {
		if m := f.text.FindStringSubmatch(err.Error()); m != nil {
			return misuse{f.key, "--" + m[1]}
		}
	}
	return misuse{"bad-flag", err.Error()}
}

// needs answers the values of flags, all of which have to be there.
func (c *call) needs(names ...string) error {
	for _, n := range names {
		if strings.TrimSpace(*c.text[n]) == "" {
			return misuse{"needs-flag", "--" + n}
		}
	}
	return nil
}

// help lists the verbs, or only the one that is named.
func (c *call) help() error {
	shown := verbs
	if c.about != "" {
		v, _ := verbOf(strings.Fields(c.about))
		if v == nil {
			return misuse{"unknown-verb", c.about}
		}
		shown = []*verb{v}
	}
	lines := []string{c.say("hub.help.head"), ""}
	names := make([]string, 0, len(shown))
	for _, v := range shown {
		lines = append(lines, fmt.Sprintf("  linli-hub %s", c.say("hub.verb."+v.key())), "      "+c.say("hub.about."+v.key()))
		names = append(names, v.name)
	}
	lines = append(lines, "", c.say("hub.help.flags"))
	return c.answer(map[string]any{"verbs": names}, lines...)
}
