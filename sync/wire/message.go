package wire

import (
	"time"
	"unicode/utf8"

	"linli/sync/exchange"
	"linli/sync/oplog"
)

// The messages, as deterministic CBOR. Heads stand packed in one byte string: a list of them would take twenty
// times its size in memory while it is read.
//
//	heads   request [scope, heads]                       answer [log, heads, held, end]
//	pull    request [wait ms, [[scope, known, after]…]]  answer [log, [[batch, next, more]…]]
//	push    request batch                                answer [log, fresh, duplicates, fault]
//	digest  request [scope]                              answer [log, vector, rows]
//
// A cursor is [seq, hash], the beginning of a log is []. A batch is what [oplog.Batch.Encode] makes.

// Bounds of messages, before compression.
const (
	maxScopes  = 16  // scopes of one pull
	maxLog     = 128 // bytes of a log's id
	headSize   = len(oplog.Origin{}) + 8 + len(oplog.Hash{})
	maxItems   = 8 + maxScopes*8 // CBOR items in a message, all together
	maxAsk     = 1 << 20         // bytes of a request other than a batch
	maxAnswer  = 512 << 10       // bytes of an answer other than a pull's
	maxBatch   = oplog.MaxBatch + oplog.MaxBatchEntries*80 + 1024
	maxPull    = 3 << 20 // bytes of a pull's answer: a page is begun up to half of a batch, and pages are not larger than one
	maxWaiting = time.Hour
)

// fields are the items of an array, taken one after the other. The first that is not what was wanted spoils all, so that a
// decoder needs one check at its end.
type fields struct {
	items []any
	bad   bool
}

// parse reads one array of CBOR. Memory is bounded by the items that are there, counted before any is made.
func parse(b []byte) *fields {
	if countItems(b, maxItems) > maxItems {
		return &fields{bad: true}
	}
	v, err := oplog.Unmarshal(b)
	list, ok := v.([]any)
	return &fields{items: list, bad: err != nil || !ok}
}

// done says whether everything was there and nothing more.
func (f *fields) done() error {
	if f.bad || len(f.items) > 0 {
		return exchange.ErrMalformed
	}
	return nil
}

// take answers the next item as a T.
func take[T any](f *fields) (v T) {
	if f.bad || len(f.items) == 0 {
		f.bad = true
		return v
	}
	v, ok := f.items[0].(T)
	f.bad = !ok
	f.items = f.items[1:]
	return v
}

func (f *fields) text(limit int) string {
	s := take[string](f)
	f.bad = f.bad || s == "" || len(s) > limit
	return s
}

func (f *fields) within(least, most int64) int64 {
	n := take[int64](f)
	f.bad = f.bad || n < least || n > most
	return n
}

func (f *fields) sized(size int) []byte {
	b := take[[]byte](f)
	if f.bad = f.bad || len(b) != size; f.bad {
		return make([]byte, size)
	}
	return b
}

func (f *fields) list(limit int) []any {
	l := take[[]any](f)
	f.bad = f.bad || len(l) > limit
	return l
}

func (f *fields) scope() oplog.Scope {
	s := oplog.Scope(take[string](f))
	f.bad = f.bad || s.Check() != nil
	return s
}

func (f *fields) hash() oplog.Hash { return oplog.Hash(f.sized(len(oplog.Hash{}))) }

func (f *fields) cursor() exchange.Cursor {
	in := &fields{items: f.list(2), bad: f.bad}
	if !in.bad && len(in.items) == 0 {
		return exchange.Cursor{}
	}
	c := exchange.Cursor{Seq: in.within(1, 1<<62), Hash: in.hash()}
	f.bad = f.bad || in.done() != nil || c.Hash.IsZero()
	return c
}

func (f *fields) heads() []oplog.Head {
	b := take[[]byte](f)
	if f.bad = f.bad || len(b)%headSize != 0 || len(b)/headSize > exchange.MaxHeads; f.bad {
		return nil
	}
	heads := make([]oplog.Head, 0, len(b)/headSize)
	for ; len(b) > 0; b = b[headSize:] {
		h := unpackHead(b)
		f.bad = f.bad || h.N < 1 || h.Hash.IsZero()
		heads = append(heads, h)
	}
	return heads
}

func packHeads(heads []oplog.Head) []byte {
	b := make([]byte, 0, len(heads)*headSize)
	for i := range heads {
		b = appendHead(b, heads[i])
	}
	return b
}

func packCursor(c exchange.Cursor) []any {
	if c == (exchange.Cursor{}) {
		return []any{}
	}
	return []any{c.Seq, c.Hash[:]}
}

func encodeHeadsRequest(r exchange.HeadsRequest) ([]byte, error) {
	if len(r.Heads) > exchange.MaxHeads {
		return nil, exchange.ErrTooMuch
	}
	return oplog.Marshal([]any{string(r.Scope), packHeads(r.Heads)})
}

func decodeHeadsRequest(b []byte) (exchange.HeadsRequest, error) {
	f := parse(b)
	r := exchange.HeadsRequest{Scope: f.scope(), Heads: f.heads()}
	return r, f.done()
}

func encodeHeadsAnswer(a exchange.HeadsAnswer) ([]byte, error) {
	if len(a.Heads) > exchange.MaxHeads || len(a.Held) > exchange.MaxHeads {
		return nil, exchange.ErrTooMuch
	}
	held := make([]byte, len(a.Held))
	for i, there := range a.Held {
		if there {
			held[i] = 1
		}
	}
	return oplog.Marshal([]any{a.Log, packHeads(a.Heads), held, packCursor(a.End)})
}

func decodeHeadsAnswer(b []byte) (exchange.HeadsAnswer, error) {
	f := parse(b)
	a := exchange.HeadsAnswer{Log: f.text(maxLog), Heads: f.heads()}
	held := take[[]byte](f)
	f.bad = f.bad || len(held) > exchange.MaxHeads
	if !f.bad {
		a.Held = make([]bool, len(held))
		for i, there := range held {
			f.bad = f.bad || there > 1
			a.Held[i] = there == 1
		}
	}
	a.End = f.cursor()
	return a, f.done()
}

func encodePullRequest(r exchange.PullRequest) ([]byte, error) {
	if len(r.Scopes) > maxScopes {
		return nil, exchange.ErrTooMuch
	}
	scopes := make([]any, 0, len(r.Scopes))
	for _, q := range r.Scopes {
		if len(q.Known) > exchange.MaxHeads {
			return nil, exchange.ErrTooMuch
		}
		scopes = append(scopes, []any{string(q.Scope), packHeads(q.Known), packCursor(q.After)})
	}
	b, err := oplog.Marshal([]any{r.Wait.Milliseconds(), scopes})
	if err == nil && len(b) > maxAsk {
		err = exchange.ErrTooMuch
	}
	return b, err
}

func decodePullRequest(b []byte) (exchange.PullRequest, error) {
	f := parse(b)
	r := exchange.PullRequest{Wait: time.Duration(f.within(0, maxWaiting.Milliseconds())) * time.Millisecond}
	list := f.list(maxScopes)
	if err := f.done(); err != nil || len(list) == 0 {
		return exchange.PullRequest{}, exchange.ErrMalformed
	}
	seen := make(map[oplog.Scope]bool, len(list))
	for _, item := range list {
		in, ok := item.([]any)
		f := &fields{items: in, bad: !ok}
		q := exchange.PullScope{Scope: f.scope(), Known: f.heads(), After: f.cursor()}
		if f.done() != nil || seen[q.Scope] {
			return exchange.PullRequest{}, exchange.ErrMalformed
		}
		seen[q.Scope] = true
		r.Scopes = append(r.Scopes, q)
	}
	return r, nil
}

func encodePullAnswer(a exchange.PullAnswer) ([]byte, error) {
	pages := make([]any, 0, len(a.Pages))
	for _, p := range a.Pages {
		batch, err := p.Batch.Encode()
		if err != nil {
			return nil, err
		}
		pages = append(pages, []any{batch, packCursor(p.Next), p.More})
	}
	return oplog.Marshal([]any{a.Log, pages})
}

// decodePullAnswer hands on what could be read of a batch together with what ended it.
func decodePullAnswer(b []byte) (exchange.PullAnswer, error) {
	f := parse(b)
	a := exchange.PullAnswer{Log: f.text(maxLog)}
	list := f.list(maxScopes)
	if err := f.done(); err != nil {
		return exchange.PullAnswer{}, err
	}
	for _, item := range list {
		in, ok := item.([]any)
		f := &fields{items: in, bad: !ok}
		batch := take[[]byte](f)
		p := exchange.PullPage{Next: f.cursor(), More: take[bool](f)}
		if err := f.done(); err != nil {
			return exchange.PullAnswer{}, err
		}
		if p.Batch, p.Fault = oplog.DecodeBatch(batch); p.Batch.Scope == "" {
			return exchange.PullAnswer{}, exchange.ErrMalformed
		}
		a.Pages = append(a.Pages, p)
	}
	return a, nil
}

func encodePush(b oplog.Batch) ([]byte, error) {
	if b.Size() > oplog.MaxBatch || len(b.Items) > oplog.MaxBatchEntries {
		return nil, exchange.ErrTooMuch
	}
	return b.Encode()
}

// decodePush likewise: with a fault beside it, the batch is what came before it.
func decodePush(body []byte) (b oplog.Batch, fault, err error) {
	if b, fault = oplog.DecodeBatch(body); b.Scope == "" {
		return oplog.Batch{}, nil, exchange.ErrMalformed
	}
	return b, fault, nil
}

func encodePushAnswer(a exchange.PushAnswer) ([]byte, error) {
	return oplog.Marshal([]any{a.Log, int64(a.Fresh), int64(a.Duplicates), a.Fault})
}

func decodePushAnswer(b []byte) (exchange.PushAnswer, error) {
	f := parse(b)
	a := exchange.PushAnswer{
		Log:        f.text(maxLog),
		Fresh:      int(f.within(0, oplog.MaxBatchEntries)),
		Duplicates: int(f.within(0, oplog.MaxBatchEntries)),
		Fault:      take[string](f),
	}
	f.bad = f.bad || len(a.Fault) > 16 || !isWord(a.Fault)
	return a, f.done()
}

func encodeDigestRequest(scope oplog.Scope) ([]byte, error) {
	return oplog.Marshal([]any{string(scope)})
}

func decodeDigestRequest(b []byte) (oplog.Scope, error) {
	f := parse(b)
	scope := f.scope()
	return scope, f.done()
}

func encodeDigestAnswer(a exchange.DigestAnswer) ([]byte, error) {
	return oplog.Marshal([]any{a.Log, a.Vector[:], a.Rows[:]})
}

func decodeDigestAnswer(b []byte) (exchange.DigestAnswer, error) {
	f := parse(b)
	a := exchange.DigestAnswer{Log: f.text(maxLog)}
	a.Vector = f.hash()
	a.Rows = oplog.SetDigest(f.sized(len(a.Rows)))
	return a, f.done()
}

// isWord tells whether s consists of small letters and hyphens, as the words of errors and faults do.
func isWord(s string) bool {
	for i := range len(s) {
		if c := s[i]; (c < 'a' || c > 'z') && c != '-' {
			return false
		}
	}
	return true
}

// oneLine is the rule for names that people gave, where they are let in: no control characters, no more than limit bytes.
func oneLine(s string, limit int) bool {
	if s == "" || len(s) > limit || !utf8.ValidString(s) {
		return false
	}
	for _, r := range s {
		if r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 || r == 0x2028 || r == 0x2029 {
			return false
		}
	}
	return true
}
