package main

import (
	"crypto/ed25519"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"linli/app"
	"linli/store/seal"
	"linli/sync/hub"
	"linli/sync/hub/sqlite"
)

// verify checks everything that the hub keeps. That something was found is a failure.
func (c *call) verify() error {
	return c.with(false, func(o *opened) (err error) {
		tmp, err := os.MkdirTemp(c.data, ".verify-")
		if err != nil {
			return asFolder(err)
		}
		defer func() { err = errors.Join(err, os.RemoveAll(tmp)) }()
		scratch, err := sqlite.Open(c.ctx, tmp)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, scratch.Close()) }()
		var r hub.Report
		whole := o.storage.Integrity(c.ctx)
		if whole == nil {
			r, whole = hub.Verify(c.ctx, o.storage, scratch)
		}
		if errors.Is(whole, hub.ErrDamaged) {
			r.Problems, r.OK = append(r.Problems, hub.Problem{Kind: hub.ProblemDatabase}), false
		} else if whole != nil {
			return whole
		}
		type problem struct {
			Kind   string `json:"kind"`
			Scope  string `json:"scope,omitempty"`
			Origin string `json:"origin,omitempty"`
			N      int64  `json:"n,omitempty"`
			Table  string `json:"table,omitempty"`
			Row    string `json:"row,omitempty"`
		}
		problems := make([]problem, len(r.Problems))
		var lines []string
		for i, p := range r.Problems {
			problems[i] = problem{p.Kind, string(p.Scope), p.Origin, p.N, p.Table, p.Row}
			lines = append(lines, "    "+p.String())
		}
		head := c.say("hub.verify.ok", r.Entries, r.Rows, r.Took.Round(time.Millisecond))
		if !r.OK {
			head = c.say("hub.verify.bad", r.Entries, r.Rows, len(r.Problems)+r.More)
		}
		if err := c.answer(map[string]any{
			"ok": r.OK, "entries": r.Entries, "rows": r.Rows, "problems": problems, "more": r.More, "took_ms": r.Took.Milliseconds(),
		}, append([]string{head}, lines...)...); err != nil {
			return err
		}
		if !r.OK {
			return errFailed
		}
		return nil
	})
}

// backup copies the data to one file, while the hub serves.
func (c *call) backup() error {
	if err := c.needs("out"); err != nil {
		return err
	}
	out := *c.text["out"]
	if err := c.writable(out); err != nil {
		return err
	}
	return c.with(false, func(o *opened) error {
		copied, err := o.storage.BackupTo(c.ctx, out)
		if err != nil {
			return err
		}
		return c.answer(map[string]any{"file": out, "bytes": copied.Bytes, "entries": copied.Entries, "halls": copied.Halls},
			c.say("hub.backup.done", out, megabytes(copied.Bytes), copied.Halls, copied.Entries))
	})
}

// restore puts a backup in place in an empty folder.
func (c *call) restore() error {
	if err := c.needs("from"); err != nil {
		return err
	}
	from := *c.text["from"]
	if _, err := os.Stat(from); err != nil {
		return &app.Error{Code: "file_unreadable", Err: err}
	}
	copied, err := sqlite.Restore(c.ctx, from, c.data)
	if errors.Is(err, hub.ErrDamaged) {
		return refusal{"unreadable", "restore.unreadable", ""}
	}
	if err != nil {
		return err
	}
	return c.with(false, func(o *opened) error {
		return c.answer(map[string]any{"data": c.data, "entries": copied.Entries, "halls": copied.Halls, "bytes": copied.Bytes, "log": o.Log.ID()},
			c.say("hub.restore.done", c.data, copied.Halls, copied.Entries), c.say("hub.restore.next"))
	})
}

// status answers the hub in figures.
func (c *call) status() error {
	return c.with(false, func(o *opened) error {
		t, err := o.Totals(c.ctx)
		if err != nil {
			return err
		}
		var size int64
		for _, suffix := range []string{"", "-wal"} {
			if info, err := os.Stat(filepath.Join(c.data, sqlite.DatabaseFile+suffix)); err == nil {
				size += info.Size()
			}
		}
		serving := false
		if release, err := o.Hold(); errors.Is(err, hub.ErrBusy) {
			serving = true
		} else if err == nil {
			err = release()
			if err != nil {
				return err
			}
		}
		mark := fingerprint(o.Identity().Public().(ed25519.PublicKey))
		state := c.say("hub.status.stands")
		if serving {
			state = c.say("hub.status.serves")
		}
		return c.answer(map[string]any{
			"log": o.Log.ID(), "halls": t.Halls, "entries": t.Entries, "behind": t.Behind, "database_bytes": size,
			"serving": serving, "fingerprint": mark, "keys": o.where, "data": c.data, "version": version,
		}, state, c.say("hub.status.halls", t.Halls, t.Entries), c.say("hub.status.data", c.data, megabytes(size)), c.say("hub.status.keys", o.where), c.say("hub.serve.fingerprint", mark))
	})
}

// writable refuses a file that cannot come into being, or that would land among the hub's own.
func (c *call) writable(out string) error {
	if isFolder(out) {
		return refusal{"out_is_folder", "out.folder", out}
	}
	dir := filepath.Dir(out)
	if !isFolder(dir) {
		return refusal{"out_nowhere", "out.nowhere", dir}
	}
	own := []string{c.data}
	if k, err := seal.DefaultKeyFiles(); err == nil {
		own = append(own, k.Where())
	}
	there, err := os.Stat(dir)
	if err != nil {
		return err
	}
	for _, o := range own {
		if info, err := os.Stat(o); err == nil && os.SameFile(there, info) {
			return refusal{"out_beside_data", "out.beside", out}
		}
	}
	return nil
}

func isFolder(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

func megabytes(n int64) string { return fmt.Sprintf("%.1f MB", float64(n)/(1<<20)) }
