package memlog

import (
	"crypto/ed25519"
	"errors"
	"io"
	"maps"
	"slices"
	"time"

	"linli/sync/oplog"
)

// ErrNoAuthor reports a write to a log that nobody writes into yet, see [Log.Become].
var ErrNoAuthor = errors.New("memlog: the log has no author")

// Author is the origin that a log writes as.
type Author struct {
	key     ed25519.PrivateKey
	cert    oplog.Certificate
	encoded []byte
	own     map[oplog.Scope]oplog.Head // its newest entries that were written here
	usurped bool
}

func (a *Author) copy() *Author {
	c := *a
	c.own = maps.Clone(a.own)
	return &c
}

// Action is what the entries of one write have in common.
type Action struct {
	ID     string
	Actor  string
	Verb   string
	Schema int64
	Wall   time.Time
	// Built is the date of the program, before which no clock is believed.
	Built time.Time
	// Salts are drawn from it.
	Random io.Reader
	// Split is how many changes go into one entry; 0 means all. Of several in a scope only the last one is signed.
	Split int
}

// Become makes the log write as a new origin from now on, with the key that the certificate is for.
func (l *Log) Become(key ed25519.PrivateKey, cert oplog.Certificate) error {
	encoded, err := cert.Encode()
	if err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.author = &Author{key: key, cert: cert, encoded: encoded, own: make(map[oplog.Scope]oplog.Head)}
	return nil
}

// Origin is who the log writes as; zero for nobody.
func (l *Log) Origin() oplog.Origin {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.author == nil {
		return oplog.Origin{}
	}
	return l.author.cert.Origin
}

// Own is the author's newest entry in a scope, of those that were written here.
func (l *Log) Own(name oplog.Scope) oplog.Head {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.author == nil {
		return oplog.Head{}
	}
	return l.author.own[name]
}

// Usurped tells whether an entry of the author came from elsewhere: the log was rolled back, or there is a copy of
// it that goes on as well. The log has to become another origin before it writes again.
func (l *Log) Usurped() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.author != nil && l.author.usurped
}

// Write adds one action, all of its entries in one transaction. With an error after the commit the entries are in the
// log and come with it: the program ended before it could say so.
func (l *Log) Write(a Action, changes map[oplog.Scope][]oplog.Change) ([]oplog.Entry, error) {
	if err := l.step(BeforeCommit); err != nil {
		return nil, err
	}
	entries, err := l.write(a, changes)
	if err != nil {
		return nil, err
	}
	return entries, l.step(AfterCommit)
}

func (l *Log) write(a Action, changes map[oplog.Scope][]oplog.Change) ([]oplog.Entry, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.author == nil {
		return nil, ErrNoAuthor
	}
	var items []oplog.Item
	for _, name := range slices.Sorted(maps.Keys(changes)) {
		h := l.author.own[name]
		for part := range slices.Chunk(changes[name], l.split(a, changes[name])) {
			it, err := l.seal(a, name, h, slices.Clone(part))
			if err != nil {
				return nil, err
			}
			h = oplog.Head{Origin: it.Entry.Origin, N: it.Entry.N, Hash: it.Entry.Hash()}
			items = append(items, it)
		}
		last := &items[len(items)-1]
		last.Sig = oplog.SignHead(l.author.key, last.Entry)
	}
	entries := make([]oplog.Entry, len(items))
	for i := range items {
		e := items[i].Entry
		entries[i] = e
		l.author.own[e.Scope] = oplog.Head{Origin: e.Origin, N: e.N, Hash: e.Hash()}
		l.add(items[i])
		l.wake(e.Scope)
	}
	return entries, nil
}

func (l *Log) split(a Action, changes []oplog.Change) int {
	if a.Split > 0 {
		return a.Split
	}
	return max(len(changes), 1)
}

// seal makes the author's next entry after h.
func (l *Log) seal(a Action, name oplog.Scope, h oplog.Head, changes []oplog.Change) (oplog.Item, error) {
	e := oplog.Entry{
		Format: oplog.Format, Scope: name, Origin: l.author.cert.Origin, N: h.N + 1, Prev: h.Hash,
		Action: a.ID, Actor: a.Actor, Verb: a.Verb, Schema: a.Schema,
		HLC: l.clock.Next(a.Wall, a.Built), Wall: a.Wall.UnixMilli(),
		Changes: changes,
	}
	if h.N == 0 {
		e.Cert = l.author.encoded
	}
	if err := e.Seal(a.Random); err != nil {
		return oplog.Item{}, err
	}
	body, err := oplog.Encode(e)
	return oplog.Item{Entry: e, Body: body}, err
}
