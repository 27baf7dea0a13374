package sqlite

import (
	"linli/sync/hub"
	"linli/sync/oplog"
)

// tx is an open transaction.
type tx struct{ *snapshot }

// number answers a scope's number, and gives it one.
func (t *tx) number(scope oplog.Scope) (scopeHead, error) {
	h, err := t.head(scope)
	if err != nil || h.no != 0 {
		return h, err
	}
	err = t.c.row("INSERT INTO scope_head(scope, seq, hash, applied, rows) VALUES (?, 0, ?, 0, ?) RETURNING no", string(scope), h.Hash[:], h.Rows[:]).Scan(&h.no)
	if err == nil {
		t.scopes[scope] = h
	}
	return h, err
}

// Append implements [hub.LogTx].
func (t *tx) Append(scope oplog.Scope, entries []hub.Record) error {
	if len(entries) == 0 {
		return nil
	}
	h, err := t.number(scope)
	if err != nil {
		return err
	}
	h.Hash = entries[len(entries)-1].Head.Hash
	if err := t.c.row("UPDATE scope_head SET seq = seq + ?, hash = ? WHERE no = ? RETURNING seq", len(entries), h.Hash[:], h.no).Scan(&h.Seq); err != nil {
		return err
	}
	at := place(h.no, h.Seq-int64(len(entries)))
	insert, err := t.c.prepared("INSERT INTO entry(place, line, n, dot, hash, verdict, sig, body) VALUES (?,?,?,?,?,?,?,?)")
	if err != nil {
		return err
	}
	for i := range entries {
		e := &entries[i]
		line, err := t.line(scope, e.Head.Origin)
		if err != nil {
			return err
		}
		if line == 0 {
			return hub.ErrDamaged // its certificate was not put first
		}
		var sig any
		if e.Sig != nil {
			sig = e.Sig
		}
		if _, err := insert.ExecContext(background, at+1+int64(i), line, e.Head.N, dotOf(e.Head.Hash), e.Head.Hash[:], int64(e.Verdict), sig, e.Body); err != nil {
			return err
		}
	}
	t.scopes[scope] = h
	return nil
}

// SetEnds implements [hub.LogTx].
func (t *tx) SetEnds(scope oplog.Scope, origin oplog.Origin, ends []oplog.Head) error {
	line, err := t.line(scope, origin)
	if err != nil {
		return err
	}
	if err := t.c.exec("DELETE FROM tip WHERE line = ?", line); err != nil {
		return err
	}
	for i := range ends {
		if err := t.c.exec("INSERT INTO tip(line, n, hash) VALUES (?,?,?)", line, ends[i].N, ends[i].Hash[:]); err != nil {
			return err
		}
	}
	return nil
}

// PutCertificate implements [hub.LogTx].
func (t *tx) PutCertificate(scope oplog.Scope, origin oplog.Origin, encoded []byte) error {
	h, err := t.number(scope)
	if err != nil {
		return err
	}
	return t.c.exec("INSERT INTO line(scope, origin, certificate) VALUES (?,?,?) ON CONFLICT(scope, origin) DO UPDATE SET certificate = excluded.certificate", h.no, origin[:], blob(encoded))
}

// SetVerdict implements [hub.LogTx].
func (t *tx) SetVerdict(scope oplog.Scope, seq int64, v oplog.Verdict) error {
	h, err := t.head(scope)
	if err != nil {
		return err
	}
	return t.c.exec("UPDATE entry SET verdict = ? WHERE place = ?", int64(v), place(h.no, seq))
}

// PutCut implements [hub.LogTx].
func (t *tx) PutCut(c oplog.Cut) error {
	body, err := c.Encode()
	if err != nil {
		return err
	}
	return t.c.exec(`INSERT INTO cut(hall, scope, origin, body) VALUES (?,?,?,?) ON CONFLICT DO NOTHING`, c.Hall, string(c.Scope), c.Origin[:], body)
}

// PutRow implements [hub.LogTx].
func (t *tx) PutRow(scope oplog.Scope, table, row string, cells []byte) error {
	h, err := t.number(scope)
	if err != nil {
		return err
	}
	return t.c.exec("INSERT INTO register(scope, tbl, row, cells) VALUES (?,?,?,?) ON CONFLICT(scope, tbl, row) DO UPDATE SET cells = excluded.cells", h.no, table, row, blob(cells))
}

// SetApplied implements [hub.LogTx].
func (t *tx) SetApplied(scope oplog.Scope, seq int64, rows oplog.SetDigest) error {
	h, err := t.number(scope)
	if err != nil {
		return err
	}
	h.Applied, h.Rows = seq, rows
	if err := t.c.exec("UPDATE scope_head SET applied = ?, rows = ? WHERE no = ?", seq, rows[:], h.no); err != nil {
		return err
	}
	t.scopes[scope] = h
	return nil
}

// ClearRows implements [hub.LogTx].
func (t *tx) ClearRows(scope oplog.Scope) error {
	h, err := t.head(scope)
	if err != nil || h.no == 0 {
		return err
	}
	if err := t.c.exec("DELETE FROM register WHERE scope = ?", h.no); err != nil {
		return err
	}
	return t.SetApplied(scope, 0, oplog.SetDigest{})
}
