package main

import (
	"errors"
	"strings"

	"linli/app"
	"linli/app/standard"
	"linli/assets"
	"linli/sync/hub"
)

// language answers the language of the answers: the flag's, else LANG's, else Chinese.
func language(flag string, env func(string) string) string {
	for _, l := range []string{flag, env("LANG")} {
		tag := strings.ToLower(l)
		for _, known := range assets.Languages() {
			if tag == known || strings.HasPrefix(tag, known+"_") || strings.HasPrefix(tag, known+"-") {
				return known
			}
		}
	}
	return assets.LangChinese
}

// faults are the hub's own errors, each with its stable code; "hub.error.<code>" is the sentence.
var faults = []struct {
	err  error
	code string
}{
	{hub.ErrDiskFull, "disk_full"},
	{hub.ErrReadOnly, "read_only"},
	{hub.ErrBusy, "busy"},
	{hub.ErrDamaged, "damaged"},
	{hub.ErrNewer, "newer_data"},
	{hub.ErrNoData, "no_hub"},
	{hub.ErrNotEmpty, "not_empty"},
	{hub.ErrNoHall, "no_hall"},
	{hub.ErrNoDevice, "no_device"},
	{hub.ErrOwn, "own_device"},
	{hub.ErrElsewhere, "elsewhere"},
	{hub.ErrRole, "role"},
	{hub.ErrKeys, "keys_damaged"},
	{hub.ErrNewerKeys, "newer_data"},
}

// codeOf answers the stable code of an error.
func codeOf(err error) string {
	for _, f := range faults {
		if errors.Is(err, f.err) {
			return f.code
		}
	}
	var value *standard.Error
	if errors.As(err, &value) {
		return value.Code
	}
	return string(app.CodeOf(err))
}

// sentence says in the reader's language what went wrong and what to do next.
func (c *call) sentence(err error) string {
	code := codeOf(err)
	if text, ok := assets.Text(c.lang, "hub.error."+code); ok {
		return text
	}
	e := app.AsError(err)
	args := make([]any, 0, 4)
	for _, v := range e.Args {
		args = append(args, v)
	}
	for len(args) < 4 {
		args = append(args, "?")
	}
	text := c.say("error."+code, args...)
	if e.Field != "" {
		field := e.Field
		for _, prefix := range []string{"hub.field.", "ctl.field."} {
			if t, ok := assets.Text(c.lang, prefix+e.Field); ok {
				field = t
				break
			}
		}
		text = c.say("ctl.at-field", field, text)
	}
	if e.Code == app.CodeInternal {
		// Causes name files and steps of the program, never people.
		text += "\n" + err.Error()
	}
	return text
}
