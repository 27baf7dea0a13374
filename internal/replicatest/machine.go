package replicatest

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"fmt"
	"io"
	"maps"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"linli/sync/exchange"
	"linli/sync/oplog"
)

// Hall is the hall that a replica under test belongs to.
type Hall struct {
	ID        string
	Authority ed25519.PrivateKey
	// Table names a table and three of its columns for a part of the hall, so that a replica that knows tables sees
	// some that it knows; nil where it makes no difference.
	Table func(part string) (table string, columns [3]string)
}

func (h Hall) scope(part string) oplog.Scope { return oplog.HallScope(h.ID, part) }

func (h Hall) table(part string) (string, [3]string) {
	if h.Table == nil {
		return "note", [3]string{"title", "body", "state"}
	}
	return h.Table(part)
}

// public is the authority's public key.
func (h Hall) public() ed25519.PublicKey { return h.Authority.Public().(ed25519.PublicKey) }

// Machine is an origin that writes entries without a log of its own.
type Machine struct {
	tb    testing.TB
	Hall  Hall
	Key   ed25519.PrivateKey
	Cert  oplog.Certificate
	last  map[oplog.Scope]oplog.Head
	links map[oplog.Scope][]oplog.Link // of all that it has written, itself or before it was cloned
	clock oplog.HLC
	salts io.Reader
}

// clones numbers the clones of a test program, so that no two of them draw the same salts.
var clones atomic.Int64

// Epoch is when the machines of tests begin to write.
var Epoch = time.Date(2026, 6, 1, 8, 0, 0, 0, time.UTC)

// Machine makes a machine that the hall has certified; edit may change the certificate before it is signed.
func (h Hall) Machine(tb testing.TB, name string, edit func(*oplog.Certificate)) *Machine {
	tb.Helper()
	seed := sha256.Sum256([]byte(h.ID + " " + name))
	key := ed25519.NewKeyFromSeed(seed[:])
	c := oplog.Certificate{
		Hall: h.ID, PublicKey: key.Public().(ed25519.PublicKey), Machines: []int{900 + int(seed[0])}, Role: exchange.RoleDesk,
		Scopes: []oplog.Scope{h.scope(oplog.Public), h.scope(oplog.Desk), h.scope(oplog.Care), h.scope(oplog.Intake)},
		Issued: Epoch.UnixMilli(), Expires: Epoch.AddDate(1, 0, 0).UnixMilli(), Serial: 1,
	}
	if edit != nil {
		edit(&c)
	}
	must(tb, c.Sign(h.Authority))
	return &Machine{
		tb: tb, Hall: h, Key: key, Cert: c, last: make(map[oplog.Scope]oplog.Head), links: make(map[oplog.Scope][]oplog.Link),
		clock: oplog.HLC(Epoch.UnixMilli()<<16) + oplog.HLC(seed[1]), salts: &stream{seed: seed},
	}
}

// Clone is a copy of the machine with the same key. What the two write from now on are branches.
func (m *Machine) Clone() *Machine {
	c := *m
	c.last, c.links = maps.Clone(m.last), make(map[oplog.Scope][]oplog.Link)
	for scope, links := range m.links {
		c.links[scope] = slices.Clone(links)
	}
	c.salts = &stream{seed: sha256.Sum256([]byte(fmt.Sprint(m.Cert.Origin, m.clock, clones.Add(1))))}
	return &c
}

// Write makes the machine's next entry in a part of the hall, unsigned.
func (m *Machine) Write(part string, changes ...oplog.Change) oplog.Item {
	m.tb.Helper()
	scope := m.Hall.scope(part)
	m.clock += 1 << 16
	e := oplog.Entry{
		Format: oplog.Format, Scope: scope, Origin: m.Cert.Origin, N: m.last[scope].N + 1, Prev: m.last[scope].Hash,
		Action: fmt.Sprintf("act-%d", m.clock), Actor: "machine", Verb: "test.write", HLC: m.clock, Wall: m.clock.Time().UnixMilli(),
		Changes: changes,
	}
	if e.N == 1 {
		cert, err := m.Cert.Encode()
		must(m.tb, err)
		e.Cert = cert
	}
	must(m.tb, e.Seal(m.salts))
	body, err := oplog.Encode(e)
	must(m.tb, err)
	m.last[scope] = oplog.Head{Origin: e.Origin, N: e.N, Hash: e.Hash()}
	m.links[scope] = append(m.links[scope], e.Link())
	return oplog.Item{Entry: e, Body: body}
}

// Sign signs an item.
func (m *Machine) Sign(it oplog.Item) oplog.Item {
	it.Sig = oplog.SignHead(m.Key, it.Entry)
	return it
}

// Row is a change of the first column of a row of the part's table.
func (m *Machine) Row(part, row string, value oplog.Value, over ...oplog.Dot) oplog.Change {
	table, columns := m.Hall.table(part)
	return oplog.Change{Table: table, Row: row, Cells: []oplog.Cell{{Column: columns[0], Value: value, Over: over}}}
}

// Run writes n entries of which the last one is signed.
func (m *Machine) Run(part string, n int) []oplog.Item {
	m.tb.Helper()
	items := make([]oplog.Item, n)
	for i := range items {
		items[i] = m.Write(part, m.Row(part, fmt.Sprintf("row-%d", m.last[m.Hall.scope(part)].N%5), fmt.Sprint(i)))
	}
	items[n-1] = m.Sign(items[n-1])
	return items
}

// Back makes the machine go on from one of its entries in a part, as whoever has its key can.
func (m *Machine) Back(part string, n int64) {
	scope := m.Hall.scope(part)
	m.last[scope] = oplog.Head{}
	if n > 0 {
		l := m.links[scope][n-1]
		m.last[scope] = oplog.Head{Origin: m.Cert.Origin, N: n, Hash: l.Hash}
	}
}

// Cut is a statement of the hall that keeps of a machine what it has written in a part up to a number, as a change of a public row.
func (m *Machine) Cut(part string, last int64) oplog.Change {
	m.tb.Helper()
	var links []oplog.Link
	for _, l := range m.links[m.Hall.scope(part)] {
		if l.N <= last {
			links = append(links, l)
		}
	}
	return m.Hall.cut(m.tb, m.Cert.Origin, part, oplog.Kept(m.Cert.Origin, links))
}

func (h Hall) cut(tb testing.TB, origin oplog.Origin, part string, kept []oplog.Hash) oplog.Change {
	tb.Helper()
	c := oplog.Cut{Hall: h.ID, Origin: origin, Scope: h.scope(part), Kept: kept, Issued: Epoch.UnixMilli()}
	must(tb, c.Sign(h.Authority))
	body, err := c.Encode()
	must(tb, err)
	return oplog.Change{
		Table: oplog.ControlTable, Row: fmt.Sprintf("cut-%x", sha256.Sum256(body)),
		Cells: []oplog.Cell{{Column: oplog.ControlColumn, Value: body}},
	}
}

// stream is salts without end that are the same in every run.
type stream struct {
	seed [32]byte
	rest bytes.Reader
}

func (s *stream) Read(p []byte) (int, error) {
	if s.rest.Len() == 0 {
		s.seed = sha256.Sum256(s.seed[:])
		s.rest.Reset(s.seed[:])
	}
	return s.rest.Read(p)
}

func must(tb testing.TB, err error) {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
}
