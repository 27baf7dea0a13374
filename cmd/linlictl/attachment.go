package main

import (
	"io"
	"os"
	"time"

	"linli/app"
	"linli/store"
)

// attachment keeps files with records: adds one, lists those of a record, saves one as it was.
func (c *call) attachment() error {
	what, rest, out := c.args[0], c.args[1:], *c.text["out"]
	wants := map[string]int{"add": 3, "list": 2, "save": 1}[what]
	switch {
	case wants == 0:
		return misuse{"unknown-kind", what + " (add, list, save)"}
	case len(rest) < wants:
		return misuse{"too-few", "attachment"}
	case len(rest) > wants:
		return misuse{"too-many", rest[wants]}
	case what == "save" && out == "":
		return misuse{"needs-flag", "--out"}
	case what != "save" && out != "":
		return misuse{"only-with", "--out: attachment save"}
	}
	return c.with(func(s *store.Store, by app.Actor) error {
		files := s.Hall().Files
		switch what {
		case "add":
			content, err := readAttachment(rest[2])
			if err != nil {
				return err
			}
			a, err := files.Attach(c.ctx, by, rest[0], rest[1], rest[2], content)
			if err != nil {
				return err
			}
			return c.answer(described(a), c.say("ctl.attachment.added", a.Name, megabytes(a.Size), a.ID))
		case "list":
			list, err := files.Attachments(c.ctx, by, rest[0], rest[1])
			if err != nil {
				return err
			}
			return c.attachments(list)
		}
		return c.saveAttachment(files, by, rest[0], out)
	})
}

// readAttachment reads a file of the user's, but not much more of it than can be kept.
func readAttachment(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fileError(err)
	}
	defer func() { _ = f.Close() }()
	b, err := io.ReadAll(io.LimitReader(f, app.MaxAttachment+1))
	if err != nil {
		return nil, fileError(err)
	}
	return b, nil
}

func (c *call) attachments(list []app.Attachment) error {
	out, lines := make([]map[string]any, len(list)), []string{c.say("ctl.find.count", len(list))}
	for i, a := range list {
		out[i] = described(a)
		where := c.say("ctl.attachment.here")
		if !a.Here {
			where = c.say("ctl.attachment.away")
		}
		lines = append(lines, c.say("ctl.attachment.one", a.ID, a.Name, megabytes(a.Size), a.ByName, a.At.Local().Format(time.DateTime), where))
	}
	return c.answer(map[string]any{"attachments": out}, lines...)
}

func (c *call) saveAttachment(files app.AttachmentPort, by app.Actor, id, out string) error {
	if err := c.apart(out); err != nil {
		return err
	}
	if err := writable(out); err != nil {
		return err
	}
	a, content, err := files.OpenAttachment(c.ctx, by, id)
	if err != nil {
		return err
	}
	if err := store.WriteFile(out, func(w io.Writer) error { _, err := w.Write(content); return err }); err != nil {
		return err
	}
	object := described(a)
	object["file"] = out
	return c.answer(object, c.say("ctl.written", out), c.say("ctl.export.revealed"))
}

func described(a app.Attachment) map[string]any {
	return map[string]any{
		"id": a.ID, "record": a.Record, "row": a.Row, "name": a.Name, "type": string(a.Type), "bytes": a.Size,
		"by": a.ByName, "at": moment(a.At), "here": a.Here,
	}
}

// filesLine says how many contents of attachments are here, and what the backups have of them; empty without any.
func (c *call) filesLine(s *store.Store) (here, away int, line string, err error) {
	here, away, err = s.Attachments(c.ctx)
	switch {
	case err != nil, here+away == 0:
	case away == 0:
		line = c.say("ctl.attachment.all", here)
	default:
		line = c.say("ctl.attachment.some", here, away)
	}
	return here, away, line, err
}
