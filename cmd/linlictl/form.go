package main

import (
	"errors"
	"io"
	"os"

	"linli/app"
	"linli/app/form"
	"linli/store"
)

// form looks after the forms that residents fill in: lists them, adds one in the place of the one for the same item,
// drops one.
func (c *call) form() error {
	what, rest := c.args[0], c.args[1:]
	wants, known := map[string]int{"list": 0, "add": 1, "drop": 1}[what]
	switch {
	case !known:
		return misuse{"unknown-kind", what + " (list, add, drop)"}
	case len(rest) < wants:
		return misuse{"too-few", "form"}
	case len(rest) > wants:
		return misuse{"too-many", rest[wants]}
	}
	return c.with(func(s *store.Store, by app.Actor) error {
		switch what {
		case "add":
			body, err := readForm(rest[0])
			if err != nil {
				return err
			}
			f, err := s.Hall().Settings.SaveForm(c.ctx, by, string(body))
			if err != nil {
				return err
			}
			return c.answer(map[string]any{"service": f.Service}, c.say("ctl.form.added", f.Service))
		case "drop":
			if err := s.Hall().Settings.DropForm(c.ctx, by, rest[0]); err != nil {
				return err
			}
			return c.answer(map[string]any{"service": rest[0]}, c.say("ctl.form.dropped", rest[0]))
		}
		return c.listForms(s)
	})
}

// readForm reads a file of the user's, but not much more of it than a form may have.
func readForm(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fileError(err)
	}
	b, err := io.ReadAll(io.LimitReader(f, form.MaxBytes+1))
	if err = errors.Join(err, f.Close()); err != nil {
		return nil, fileError(err)
	}
	return b, nil
}

// listForms names every form, and what is wrong with those that kiosks leave out.
func (c *call) listForms(s *store.Store) error {
	list, err := s.Hall().Public.Forms(c.ctx)
	if err != nil {
		return err
	}
	out, lines := []map[string]any{}, []string{c.say("ctl.find.count", len(list))}
	for _, text := range list {
		one := map[string]any{"service": text.Service, "sample": text.Sample}
		f, err := form.Parse([]byte(text.Body))
		if err != nil {
			one["error"] = codeOf(err)
			lines = append(lines, c.say("ctl.form.broken", text.Service, c.sentence(err)))
		} else {
			one["title"], one["questions"] = f.Title.In(c.lang), len(f.Questions)
			lines = append(lines, c.say("ctl.form.one", text.Service, f.Title.In(c.lang), len(f.Questions)))
		}
		out = append(out, one)
	}
	return c.answer(map[string]any{"forms": out}, lines...)
}
