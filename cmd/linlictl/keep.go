package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"linli/app"
	"linli/store"
	"linli/store/seal"
)

// verify compares the hall with its log. That something was found is a failure.
func (c *call) verify() error {
	return c.with(func(s *store.Store, _ app.Actor) error {
		r, err := s.Verify(c.ctx)
		if err != nil {
			return err
		}
		type problem struct {
			Kind   string `json:"kind"`
			Table  string `json:"table,omitempty"`
			Row    string `json:"row,omitempty"`
			Column string `json:"column,omitempty"`
			Scope  string `json:"scope,omitempty"`
			Origin string `json:"origin,omitempty"`
			N      int64  `json:"n,omitempty"`
		}
		problems := make([]problem, len(r.Problems))
		var lines []string
		for i, p := range r.Problems {
			problems[i] = problem(p)
			lines = append(lines, "    "+p.String())
		}
		head := c.say("ctl.verify.ok", r.Entries, r.Rows, r.Took.Round(time.Millisecond))
		files := func(p store.Problem) bool { return p.Kind != store.ProblemAttachment }
		switch {
		case !r.OK && !slices.ContainsFunc(r.Problems, files):
			head = c.say("ctl.verify.files", r.Entries, r.Rows, len(r.Problems)+r.More)
		case !r.OK:
			head = c.say("ctl.verify.bad", r.Entries, r.Rows, len(r.Problems)+r.More)
		}
		// What is not here is no problem, and nobody has to read it in a list of problems.
		if away := len(r.Away) + r.MoreAway; r.Attachments+away > 0 {
			lines = append(lines, c.say("ctl.verify.attachments", r.Attachments, away))
			for _, id := range r.Away {
				lines = append(lines, "    "+id)
			}
		}
		if err := c.answer(map[string]any{
			"ok": r.OK, "entries": r.Entries, "rows": r.Rows, "problems": problems, "more": r.More, "took_ms": r.Took.Milliseconds(),
			"attachments": r.Attachments, "away": append([]string{}, r.Away...), "more_away": r.MoreAway,
		}, append([]string{head}, lines...)...); err != nil {
			return err
		}
		if !r.OK {
			return errFailed
		}
		return nil
	})
}

// backup writes the whole hall, sealed, to one file.
func (c *call) backup() error {
	out := *c.text["out"]
	if out == "" {
		return misuse{"needs-flag", "--out"}
	}
	if err := c.apart(out); err != nil {
		return err
	}
	return c.with(func(s *store.Store, _ app.Actor) error {
		if err := s.BackupTo(c.ctx, out); err != nil {
			return err
		}
		info, err := os.Stat(out)
		if err != nil {
			return err
		}
		here, away, line, err := c.filesLine(s)
		if err != nil {
			return err
		}
		return c.answer(map[string]any{"file": out, "bytes": info.Size(), "attachments": here, "away": away},
			sentences(c.say("ctl.backup.done", out, megabytes(info.Size())), line)...)
	})
}

// restore makes a hall from a backup in an empty folder.
func (c *call) restore() error {
	from, sheetFile := *c.text["from"], *c.text["sheet"]
	if from == "" {
		return misuse{"needs-flag", "--from"}
	}
	if sheetFile != "" && *c.switches["sheet-stdin"] {
		return misuse{"one-of", "--sheet | --sheet-stdin"}
	}
	var sheet []byte
	var err error
	switch {
	case sheetFile != "":
		sheet, err = os.ReadFile(sheetFile)
	case *c.switches["sheet-stdin"]:
		sheet, err = io.ReadAll(io.LimitReader(c.in, 64<<10))
	}
	if err != nil {
		return fileError(err)
	}
	if _, err := os.Stat(from); err != nil {
		return fileError(err)
	}
	if err := store.Restore(c.ctx, from, c.data, c.options(), strings.TrimSpace(string(sheet))); err != nil {
		return notRestored(err, len(sheet) > 0)
	}
	return c.with(func(s *store.Store, _ app.Actor) error {
		info, err := s.Hall().Public.Hall(c.ctx)
		if err != nil {
			return err
		}
		h, err := s.Hall().Upkeep.Health(c.ctx)
		if err != nil {
			return err
		}
		here, away, line, err := c.filesLine(s)
		if err != nil {
			return err
		}
		return c.answer(map[string]any{"hall": info.Name, "data": c.data, "entries": h.Entries, "residents": h.Residents, "attachments": here, "away": away},
			sentences(c.say("ctl.restore.done", info.Name, c.data, h.Residents, h.Entries), line)...)
	})
}

// notRestored says what was wrong with the backup or the sheet, and what to try
// next: who restores a hall has nobody to ask.
func notRestored(err error, typed bool) error {
	e := app.AsError(err)
	switch {
	case e.Code == app.CodeUnreadable && e.Field == "sheet" && len(e.Args) > 0 && e.Args[0] != "0":
		return refusal{string(e.Code), "sheet.line", e.Args[0]}
	case e.Code == app.CodeUnreadable && e.Field == "sheet":
		return refusal{string(e.Code), "sheet.mixed", ""}
	case e.Code == app.CodeUnreadable:
		return refusal{string(e.Code), "restore.unreadable", ""}
	case e.Code == app.CodeNoKey && typed:
		return refusal{string(e.Code), "sheet.other", ""}
	case e.Code == app.CodeNoKey:
		return refusal{string(e.Code), "restore.no-key", ""}
	}
	return err
}

// sheet writes the recovery sheet, or confirms that it has been printed and kept.
func (c *call) sheet() error {
	out, group := *c.text["out"], *c.text["confirm"]
	switch {
	case out == "" && group == "":
		return misuse{"needs-flag", "--out | --confirm"}
	case out != "" && group != "":
		return misuse{"one-of", "--out | --confirm"}
	case out != "":
		if err := errors.Join(c.apart(out), writable(out)); err != nil {
			return err
		}
	}
	return c.with(func(s *store.Store, by app.Actor) error {
		if group != "" {
			if err := s.Hall().Upkeep.ConfirmSheet(c.ctx, by, group); err != nil {
				return err
			}
			return c.answer(map[string]any{"confirmed": true}, c.say("ctl.sheet.confirmed"))
		}
		pdf, err := s.Hall().Upkeep.RecoverySheet(c.ctx, by, c.lang)
		if err != nil {
			return err
		}
		if err := store.WriteFile(out, func(w io.Writer) error { _, err := w.Write(pdf); return err }); err != nil {
			return err
		}
		return c.answer(map[string]any{"file": out}, c.say("ctl.written", out), c.say("ctl.sheet.next"))
	})
}

// sentences leaves out what has nothing to say.
func sentences(lines ...string) []string {
	return slices.DeleteFunc(lines, func(l string) bool { return l == "" })
}

// writable refuses a file that cannot come into being: in a folder that is not
// there, or under the name of a folder.
func writable(out string) error {
	if isFolder(out) {
		return refusal{"out_is_folder", "out.folder", out}
	}
	if dir := filepath.Dir(out); !isFolder(dir) {
		return refusal{"out_nowhere", "out.nowhere", dir}
	}
	return nil
}

// apart refuses a file directly among the hall's data or keys: one mistyped name
// there would replace the database or the only key, and a backup that is lost
// together with the data is none.
func (c *call) apart(out string) error {
	if isFolder(out) {
		return refusal{"out_is_folder", "out.folder", out}
	}
	dirs := []string{c.data}
	if k, err := seal.DefaultKeyFiles(); err == nil {
		dirs = append(dirs, k.Where())
	}
	there, err := os.Stat(filepath.Dir(out))
	if err != nil {
		return nil // a folder that is not there yet is neither
	}
	for _, dir := range dirs {
		if info, err := os.Stat(dir); err == nil && os.SameFile(there, info) {
			return refusal{"out_beside_data", "out.beside", out}
		}
	}
	return nil
}

func isFolder(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// fileError turns the system's error about a file that the user named into ours.
func fileError(err error) error {
	return &app.Error{Code: "file_unreadable", Err: err}
}

func moment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.RFC3339)
}

func megabytes(n int64) string { return fmt.Sprintf("%.1f MB", float64(n)/(1<<20)) }

// backupLine says how old the last backup is.
func (c *call) backupLine(h app.Health) string {
	if h.LastBackup.IsZero() {
		return c.say("ctl.backup.never")
	}
	return c.say("ctl.backup.last", h.LastBackup.Local().Format(time.DateTime))
}
