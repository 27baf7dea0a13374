package main

import (
	"flag"
	"fmt"
)

// verbs is in the order of the help. It is filled by init because help lists it.
var verbs []*verb

var helpVerb = &verb{name: "help", most: -1, bare: true, run: (*call).help}

func init() {
	verbs = []*verb{
		{name: "init", flags: func(f *flag.FlagSet, c *call) {
			c.str(f, "hall", "division", "zone", "admin")
			c.bool(f, "pin-stdin")
		}, run: (*call).init},
		{name: "template", least: 1, most: 1, bare: true, flags: func(f *flag.FlagSet, c *call) { c.str(f, "out") }, run: (*call).template},
		{name: "import", least: 2, most: 2, flags: func(f *flag.FlagSet, c *call) { c.bool(f, "dry-run") }, run: (*call).importTable},
		{name: "find", least: 2, most: -1, flags: func(f *flag.FlagSet, c *call) { c.int(f, "limit", 50) }, run: (*call).find},
		{name: "edit", least: 3, most: -1, run: (*call).edit},
		{name: "export", least: 1, most: 1, flags: func(f *flag.FlagSet, c *call) {
			c.str(f, "out")
			c.bool(f, "reveal")
		}, run: (*call).export},
		{name: "log", flags: func(f *flag.FlagSet, c *call) {
			c.str(f, "record")
			c.int(f, "limit", 0)
		}, run: (*call).log},
		{name: "verify", run: (*call).verify},
		{name: "backup", flags: func(f *flag.FlagSet, c *call) { c.str(f, "out") }, run: (*call).backup},
		{name: "restore", flags: func(f *flag.FlagSet, c *call) {
			c.str(f, "from", "sheet")
			c.bool(f, "sheet-stdin")
		}, run: (*call).restore},
		{name: "sheet", flags: func(f *flag.FlagSet, c *call) { c.str(f, "out", "confirm") }, run: (*call).sheet},
		{name: "doctor", run: (*call).doctor},
		{name: "status", run: (*call).status},
		{name: "enrol", flags: func(f *flag.FlagSet, c *call) { c.str(f, "hub", "desk", "code", "name") }, run: (*call).enrol},
		{name: "sync", flags: func(f *flag.FlagSet, c *call) { c.bool(f, "watch") }, run: (*call).sync},
		{name: "serve", flags: func(f *flag.FlagSet, c *call) { c.str(f, "listen", "invite") }, run: (*call).serve},
		{name: "bundle", least: 2, most: 2, flags: func(f *flag.FlagSet, c *call) {
			c.str(f, "for")
			c.bool(f, "all")
		}, run: (*call).bundle},
		{name: "attachment", least: 2, most: 4, flags: func(f *flag.FlagSet, c *call) { c.str(f, "out") }, run: (*call).attachment},
		{name: "form", least: 1, most: 2, run: (*call).form},
		{name: "conflicts", run: (*call).conflicts},
		{name: "resolve", least: 1, most: 1, flags: func(f *flag.FlagSet, c *call) {
			c.int(f, "take", 0)
			c.bool(f, "undo")
		}, run: (*call).resolve},
		{name: "kiosk-code", flags: func(f *flag.FlagSet, c *call) { c.bool(f, "pin-stdin") }, run: (*call).kioskCode},
		{name: "devices", run: (*call).devices},
		{name: "revoke", least: 1, most: 1, run: (*call).revoke},
		{name: "demo", flags: func(f *flag.FlagSet, c *call) {
			c.int(f, "residents", 300)
			c.int(f, "visits", 120)
			c.int(f, "seed", 1)
			c.bool(f, "separate")
		}, run: (*call).demo},
		{name: "version", bare: true, run: func(c *call) error {
			return c.answer(map[string]string{"version": version}, "linlictl "+version)
		}},
		helpVerb,
	}
}

func verbNamed(name string) *verb {
	for _, v := range verbs {
		if v.name == name {
			return v
		}
	}
	return nil
}

// help lists the verbs, or only the one that is named.
func (c *call) help() error {
	shown := verbs
	if len(c.args) > 0 {
		v := verbNamed(c.args[0])
		if v == nil {
			return misuse{"unknown-verb", c.args[0]}
		}
		shown = []*verb{v}
	}
	lines := []string{c.say("ctl.help.head"), ""}
	names := make([]string, 0, len(shown))
	for _, v := range shown {
		lines = append(lines, fmt.Sprintf("  linlictl %s", c.say("ctl.verb."+v.name)), "      "+c.say("ctl.about."+v.name))
		names = append(names, v.name)
	}
	lines = append(lines, "", c.say("ctl.help.flags"))
	return c.answer(map[string]any{"verbs": names}, lines...)
}
