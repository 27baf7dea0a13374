package wire_test

import (
	"bytes"
	"context"
	"io"
	"sync"

	"linli/sync/exchange"
	"linli/sync/oplog"
	"linli/sync/wire"
)

// drawer keeps attachments in memory.
type drawer struct {
	mu    sync.Mutex
	whole map[string][]byte
	parts map[string][]byte
	taken map[string]bool
	drops int
	came  chan struct{} // gets a value when bytes have come
}

func newDrawer() *drawer {
	return &drawer{whole: make(map[string][]byte), parts: make(map[string][]byte), taken: make(map[string]bool), came: make(chan struct{}, 1)}
}

func blobKey(scope oplog.Scope, hash oplog.Hash) string { return string(scope) + " " + hash.String() }

func (d *drawer) put(scope oplog.Scope, hash oplog.Hash, b []byte) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.whole[blobKey(scope, hash)] = b
}

func (d *drawer) get(scope oplog.Scope, hash oplog.Hash) (whole, part []byte) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.whole[blobKey(scope, hash)], d.parts[blobKey(scope, hash)]
}

func (d *drawer) Open(_ context.Context, scope oplog.Scope, hash oplog.Hash) (io.ReadSeekCloser, error) {
	whole, _ := d.get(scope, hash)
	if whole == nil {
		return nil, wire.ErrNoBlob
	}
	return nopCloser{bytes.NewReader(whole)}, nil
}

type nopCloser struct{ *bytes.Reader }

func (nopCloser) Close() error { return nil }

func (d *drawer) Part(_ context.Context, scope oplog.Scope, hash oplog.Hash, _ int64) (wire.Part, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	key := blobKey(scope, hash)
	if d.taken[key] {
		return nil, &exchange.BusyError{After: 1}
	}
	d.taken[key] = true
	return &drawerPart{d: d, key: key}, nil
}

type drawerPart struct {
	d    *drawer
	key  string
	read int
}

func (p *drawerPart) Read(b []byte) (int, error) {
	p.d.mu.Lock()
	defer p.d.mu.Unlock()
	n := copy(b, p.d.parts[p.key][p.read:])
	if p.read += n; n == 0 {
		return 0, io.EOF
	}
	return n, nil
}

func (p *drawerPart) Write(b []byte) (int, error) {
	p.d.mu.Lock()
	defer p.d.mu.Unlock()
	p.d.parts[p.key] = append(p.d.parts[p.key], b...)
	select {
	case p.d.came <- struct{}{}:
	default:
	}
	return len(b), nil
}

func (p *drawerPart) Have() int64 {
	p.d.mu.Lock()
	defer p.d.mu.Unlock()
	return int64(len(p.d.whole[p.key]) + len(p.d.parts[p.key]))
}

func (p *drawerPart) Whole() bool {
	p.d.mu.Lock()
	defer p.d.mu.Unlock()
	return p.d.whole[p.key] != nil
}

func (p *drawerPart) Keep() error {
	p.d.mu.Lock()
	defer p.d.mu.Unlock()
	p.d.whole[p.key] = p.d.parts[p.key]
	delete(p.d.parts, p.key)
	return nil
}

func (p *drawerPart) Drop() error {
	p.d.mu.Lock()
	defer p.d.mu.Unlock()
	p.d.drops++
	delete(p.d.parts, p.key)
	return nil
}

func (p *drawerPart) Close() error {
	p.d.mu.Lock()
	defer p.d.mu.Unlock()
	delete(p.d.taken, p.key)
	return nil
}
