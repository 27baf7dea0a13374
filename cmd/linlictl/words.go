package main

import (
	"errors"
	"strings"

	"linli/app"
	"linli/app/standard"
	"linli/app/tabular"
	"linli/assets"
	"linli/store"
)

// language answers the language of the answers: the flag's, else LANG's, else
// Chinese.
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

// codeOf answers the stable code of an error.
func codeOf(err error) string {
	var file *tabular.Error
	var value *standard.Error
	switch {
	case errors.As(err, &file):
		return file.Code
	case errors.As(err, &value):
		return value.Code
	}
	return string(app.CodeOf(err))
}

// sentence says in the reader's language what went wrong, with what, and what to
// do next.
func (c *call) sentence(err error) string {
	var file *tabular.Error
	if errors.As(err, &file) {
		text := c.reason(app.Code(file.Code), nil)
		if file.Line > 0 {
			text = c.say("ctl.at-line", file.Line, text)
		}
		return text
	}
	e := app.AsError(err)
	text := c.reason(app.Code(codeOf(err)), e.Args)
	if e.Field != "" {
		text = c.say("ctl.at-field", c.field(e.Field), text)
	}
	if e.Code == app.CodeInternal {
		// Causes name files and steps of the program, never people.
		text += "\n" + err.Error()
	}
	return text
}

// reason is a code's sentence. Values that the error did not name stay open.
func (c *call) reason(code app.Code, values []string) string {
	args := make([]any, 0, 4)
	for _, v := range values {
		args = append(args, v)
	}
	for len(args) < 4 {
		args = append(args, "?")
	}
	return c.say("error."+string(code), args...)
}

// field answers what people call an input: a flag, or a column by its title.
func (c *call) field(name string) string {
	if text, ok := assets.Text(c.lang, "ctl.field."+name); ok {
		return text
	}
	for _, k := range store.ImportKinds() {
		columns, titles := store.Columns(k), store.Template(k)
		for i, column := range columns {
			if column == name {
				return titles[i]
			}
		}
	}
	return name
}

// kind reads a KIND argument.
func (c *call) kind(among []store.Kind) (store.Kind, error) {
	names := make([]string, len(among))
	for i, k := range among {
		if string(k) == c.args[0] {
			return k, nil
		}
		names[i] = string(k)
	}
	return "", misuse{"unknown-kind", c.args[0] + " (" + strings.Join(names, ", ") + ")"}
}
