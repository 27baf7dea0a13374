package bundle_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"errors"
	"io"
	"math/rand/v2"
	"testing"
	"testing/iotest"
	"time"

	"linli/internal/replicatest"
	"linli/sync/bundle"
	"linli/sync/exchange"
	"linli/sync/exchange/memlog"
	"linli/sync/oplog"
)

var (
	background = context.Background()
	testHall   = replicatest.Hall{ID: "h1", Authority: ed25519.NewKeyFromSeed(bytes.Repeat([]byte{7}, 32))}
	parts      = []string{oplog.Public, oplog.Intake, oplog.Desk, oplog.Care}
)

// party is a log and the machine that carries it.
type party struct {
	tb testing.TB
	*memlog.Log
	*replicatest.Machine
	hall   replicatest.Hall
	refuse func(exchange.Caller) error
}

func newParty(tb testing.TB, name, role string) *party {
	m := testHall.Machine(tb, name, func(c *oplog.Certificate) {
		c.Role = role
		if role != exchange.RoleDesk {
			c.Scopes = []oplog.Scope{scope(oplog.Public), scope(oplog.Intake)}
		}
	})
	return &party{tb: tb, Log: memlog.New(name, testHall.ID, testHall.Authority.Public().(ed25519.PublicKey)), Machine: m, hall: testHall}
}

func scope(part string) oplog.Scope { return oplog.HallScope(testHall.ID, part) }

func scopes(may func(oplog.Certificate, oplog.Scope) bool, c oplog.Certificate) (out []oplog.Scope) {
	for _, part := range parts {
		if may(c, scope(part)) {
			out = append(out, scope(part))
		}
	}
	return out
}

// adds has the machine write runs of entries in a part, into its own log.
func (p *party) adds(part string, runs, each int) {
	p.tb.Helper()
	for range runs {
		rec, err := p.Accept(background, oplog.Batch{Scope: scope(part), Items: p.Run(part, each)})
		if err != nil || rec.Fault != nil {
			p.tb.Fatal(err, rec.Fault)
		}
	}
}

type plain struct{ io.Writer }

func (plain) Close() error { return nil }

// outgoing seals nothing: what the format itself withstands is tested here.
func (p *party) outgoing() bundle.Outgoing {
	cert, err := p.Cert.Encode()
	if err != nil {
		p.tb.Fatal(err)
	}
	return bundle.Outgoing{
		Hall: p.hall.ID, Made: time.UnixMilli(1790000000000), Key: p.Key, Certificate: cert, Answer: []byte("answer"),
		Entries: scopes(exchange.MayWrite, p.Cert), Heads: scopes(exchange.MayWrite, p.Cert),
		Seal: func(dst io.Writer, _ []byte) (io.WriteCloser, error) { return plain{dst}, nil },
	}
}

func (p *party) incoming() bundle.Incoming {
	return bundle.Incoming{
		Hall: p.hall.ID, Authority: p.hall.Authority.Public().(ed25519.PublicKey), Mine: p.Cert, Refuse: p.refuse,
		Open: func(src io.Reader, _ []byte) (io.Reader, error) { return src, nil },
	}
}

func (p *party) writes(edit func(*bundle.Outgoing)) (file []byte, entries int) {
	p.tb.Helper()
	o := p.outgoing()
	if edit != nil {
		edit(&o)
	}
	var b bytes.Buffer
	n, err := bundle.Write(background, &b, p.Log, o)
	if err != nil {
		p.tb.Fatal(err)
	}
	return b.Bytes(), n
}

func (p *party) reads(file []byte) (bundle.Report, error) {
	return bundle.Read(background, bytes.NewReader(file), p.Log, p.incoming())
}

// alike compares what two parties hold of the parts.
func alike(tb testing.TB, a, b *party, parts ...string) {
	tb.Helper()
	for _, part := range parts {
		x, err := a.Digest(background, scope(part))
		y, err2 := b.Digest(background, scope(part))
		if err != nil || err2 != nil || x != y {
			tb.Errorf("%s: the logs differ", part)
		}
	}
}

func TestABundleBringsWhatTheOtherLacksAndTheAnswerOnlyTheRest(t *testing.T) {
	a, b := newParty(t, "a", exchange.RoleDesk), newParty(t, "b", exchange.RoleDesk)
	a.adds(oplog.Public, 3, 5)
	a.adds(oplog.Desk, 10, 300) // more than one batch
	b.adds(oplog.Desk, 2, 5)
	file, n := a.writes(nil)
	if n != 3015 {
		t.Errorf("%d entries in it", n)
	}
	r, err := b.reads(file)
	if err != nil || r.Fresh != 3015 || r.Duplicates != 0 || r.Log != "a" || r.Writer.Origin != a.Cert.Origin || string(r.Answer) != "answer" || !r.Made.Equal(time.UnixMilli(1790000000000)) {
		t.Fatalf("%+v, %v", r, err)
	}
	// The way back carries what a is not known to hold, and only that.
	back, n := b.writes(func(o *bundle.Outgoing) {
		o.Held = func(s oplog.Scope) [][]oplog.Head { return [][]oplog.Head{r.Holds[s]} }
	})
	if n != 10 {
		t.Errorf("%d entries on the way back", n)
	}
	if r, err := a.reads(back); err != nil || r.Fresh != 10 {
		t.Fatalf("%+v, %v", r, err)
	}
	alike(t, a, b, parts...)
	// Again, and the first one late: nothing happens.
	for _, f := range [][]byte{back, file} {
		for _, p := range []*party{a, b} {
			if r, err := p.reads(f); err != nil || r.Fresh != 0 || r.Duplicates == 0 {
				t.Errorf("again: %+v, %v", r, err)
			}
		}
	}
	// For several machines: what any of them lacks.
	_, n = a.writes(func(o *bundle.Outgoing) {
		o.Held = func(s oplog.Scope) [][]oplog.Head {
			heads, err := a.Log.Heads(background, s)
			if err != nil {
				t.Fatal(err)
			}
			return [][]oplog.Head{heads.List(), r.Holds[s]}
		}
	})
	if n != 10 {
		t.Errorf("%d entries for two machines, one of which lacks 10", n)
	}
}

// Whatever order files come in, nothing is lost and nothing is out of place.
func TestBundlesLateLostAndOutOfOrder(t *testing.T) {
	a, b := newParty(t, "a", exchange.RoleDesk), newParty(t, "b", exchange.RoleDesk)
	var files [][]byte
	for range 6 {
		a.adds(oplog.Desk, 1, 7)
		file, _ := a.writes(nil)
		files = append(files, file)
	}
	for _, i := range []int{4, 0, 4, 2, 5, 1} {
		if r, err := b.reads(files[i]); err != nil {
			t.Fatalf("file %d: %+v, %v", i, r, err)
		}
	}
	alike(t, a, b, oplog.Desk)
	// One that goes on from entries that are missing takes nothing of that scope, and says so.
	c := newParty(t, "c", exchange.RoleDesk)
	a.adds(oplog.Public, 1, 3)
	known, err := a.Log.Heads(background, scope(oplog.Desk))
	if err != nil {
		t.Fatal(err)
	}
	a.adds(oplog.Desk, 1, 2)
	gap, _ := a.writes(func(o *bundle.Outgoing) {
		o.Held = func(s oplog.Scope) [][]oplog.Head {
			if s == scope(oplog.Desk) {
				return [][]oplog.Head{known.List()}
			}
			return nil
		}
	})
	r, err := c.reads(gap)
	if !errors.Is(err, bundle.ErrGap) || r.Fresh != 3 || r.Faults[scope(oplog.Desk)] != exchange.FaultGap {
		t.Errorf("a gap: %+v, %v", r, err)
	}
	all, _ := a.writes(nil)
	if r, err := c.reads(all); err != nil || r.Fresh != 44 {
		t.Errorf("then everything: %+v, %v", r, err)
	}
	alike(t, a, c, oplog.Desk, oplog.Public)
}

// A file has the rights of the machine that wrote it, and its reader takes what it may hold.
func TestABundleHasItsWritersRights(t *testing.T) {
	desk, kiosk := newParty(t, "desk", exchange.RoleDesk), newParty(t, "kiosk", exchange.RoleKiosk)
	desk.adds(oplog.Desk, 1, 3)
	desk.adds(oplog.Public, 1, 2)
	kiosk.adds(oplog.Intake, 1, 4)
	file, n := kiosk.writes(nil)
	if r, err := desk.reads(file); err != nil || n != 4 || r.Fresh != 4 {
		t.Errorf("a kiosk's: %d entries, %+v, %v", n, r, err)
	}
	// A kiosk that hands on what is not its own to hand on.
	forged, _ := desk.writes(func(o *bundle.Outgoing) {
		cert, err := kiosk.Cert.Encode()
		if err != nil {
			t.Fatal(err)
		}
		o.Certificate, o.Key = cert, kiosk.Key
	})
	other := newParty(t, "other", exchange.RoleDesk)
	if r, err := other.reads(forged); !errors.Is(err, bundle.ErrRefused) || r.Fresh != 2+4 {
		t.Errorf("a kiosk's with the desk's entries: %+v, %v", r, err)
	}
	if _, ok := other.holds(t, oplog.Desk); ok {
		t.Error("entries of the desk came from a kiosk")
	}
	// One in another machine's name: nothing of what it says is believed.
	inName, _ := kiosk.writes(func(o *bundle.Outgoing) {
		cert, err := desk.Cert.Encode()
		if err != nil {
			t.Fatal(err)
		}
		o.Certificate = cert
	})
	if r, err := other.reads(inName); !errors.Is(err, bundle.ErrRefused) || r.Log != "" || r.Fresh != 0 {
		t.Errorf("in another machine's name: %+v, %v", r, err)
	}
	// A desk's whole file does a kiosk no harm: it takes what is public.
	whole, _ := desk.writes(nil)
	if r, err := kiosk.reads(whole); err != nil || r.Fresh != 2 {
		t.Errorf("a desk's, read by a kiosk: %+v, %v", r, err)
	}
	if _, ok := kiosk.holds(t, oplog.Desk); ok {
		t.Error("a kiosk took entries of the desk")
	}
	desk.refuse = func(c exchange.Caller) error {
		if c.Certificate.Origin == kiosk.Cert.Origin {
			return exchange.ErrRevoked
		}
		return nil
	}
	if r, err := desk.reads(file); !errors.Is(err, exchange.ErrRevoked) || r.Log != "" {
		t.Errorf("of a machine that was cut: %+v, %v", r, err)
	}
}

func (p *party) holds(tb testing.TB, part string) (n int, any bool) {
	tb.Helper()
	heads, err := p.Log.Heads(background, scope(part))
	if err != nil {
		tb.Fatal(err)
	}
	return len(heads.List()), len(heads.List()) > 0
}

func TestFilesThatAreNoBundleOfThisHall(t *testing.T) {
	a, b := newParty(t, "a", exchange.RoleDesk), newParty(t, "b", exchange.RoleDesk)
	a.adds(oplog.Desk, 1, 3)
	file, _ := a.writes(nil)
	for what, c := range map[string]struct {
		file []byte
		want error
	}{
		"empty":       {nil, bundle.ErrNotBundle},
		"a backup":    {[]byte("LINLIHB1 and so on"), bundle.ErrNotBundle},
		"only begun":  {file[:5], bundle.ErrBroken},
		"of a header": {file[:20], bundle.ErrBroken},
	} {
		if r, err := b.reads(c.file); !errors.Is(err, c.want) || r.Log != "" {
			t.Errorf("%s: %v, want %v", what, err, c.want)
		}
	}
	// A newer format is told from a damaged file, whatever else it says.
	body, err := oplog.Marshal(map[string]any{"format": int64(2), "hall": "h1", "new": "field"})
	if err != nil {
		t.Fatal(err)
	}
	var newer *bundle.NewerError
	if _, err := b.reads(append([]byte("LINLIBN1\x00"+string(rune(len(body)))), body...)); !errors.As(err, &newer) || newer.Format != 2 {
		t.Errorf("a newer one: %v", err)
	}
	foreign := newParty(t, "b", exchange.RoleDesk)
	foreign.hall.ID = "h2"
	if _, err := foreign.reads(file); !errors.Is(err, bundle.ErrOtherHall) {
		t.Errorf("another hall's: %v", err)
	}
	// Of this hall by name, and certified by somebody else.
	foreign.hall = replicatest.Hall{ID: "h1", Authority: ed25519.NewKeyFromSeed(bytes.Repeat([]byte{8}, 32))}
	if _, err := foreign.reads(file); !errors.Is(err, bundle.ErrRefused) {
		t.Errorf("of another authority: %v", err)
	}
	// The log that the header names is the one that the writer signed.
	renamed := bytes.Replace(file, []byte("\x63log\x61a"), []byte("\x63log\x61z"), 1)
	if r, err := b.reads(renamed); err == nil || r.Log != "" {
		t.Errorf("a renamed log: %+v, %v", r, err)
	}
	broken := errors.New("invented disk error")
	for _, n := range []int{0, 5, 30, len(file) / 2} {
		src := io.MultiReader(bytes.NewReader(file[:n]), iotest.ErrReader(broken))
		if _, err := bundle.Read(background, src, b.Log, b.incoming()); !errors.Is(err, broken) {
			t.Errorf("the disk fails after %d bytes: %v", n, err)
		}
	}
}

// Sealing finds every changed byte. Here nothing is sealed: whoever holds the keys can write what they like, and still
// nothing gets in that is no entry, and nothing is believed that the writer did not sign.
func TestWhateverIsInTheFileOnlyEntriesComeOut(t *testing.T) {
	a := newParty(t, "a", exchange.RoleDesk)
	a.adds(oplog.Public, 2, 4)
	a.adds(oplog.Desk, 2, 4)
	file, total := a.writes(nil)
	try := func(what string, at int, bad []byte) {
		t.Helper()
		b := newParty(t, "b", exchange.RoleDesk)
		r, _ := b.reads(bad)
		if r.Fresh > total || b.Len() != r.Fresh {
			t.Fatalf("%s at %d: %d entries of %d, %d said", what, at, b.Len(), total, r.Fresh)
		}
		if r.Log != "" && r.Log != "a" {
			t.Fatalf("%s at %d: it passes for a bundle of %q", what, at, r.Log)
		}
		// What was missing or spoilt comes with the next file.
		if r, err := b.reads(file); err != nil || b.Len() != total {
			t.Fatalf("%s at %d: then the whole file gives %+v, %v", what, at, r, err)
		}
		alike(t, a, b, oplog.Public, oplog.Desk)
	}
	step := 7
	if testing.Short() {
		step = 41
	}
	rng := rand.New(rand.NewPCG(1, 2))
	for at := 0; at < len(file); at += step {
		try("cut", at, file[:at])
		bad := bytes.Clone(file)
		bad[at] ^= 1 << rng.IntN(8)
		try("changed", at, bad)
	}
}

// A full disk at the writer's end is the writer's error, and no file.
func TestWritingPassesErrorsOn(t *testing.T) {
	a := newParty(t, "a", exchange.RoleDesk)
	a.adds(oplog.Desk, 2, 4)
	file, _ := a.writes(nil)
	full := errors.New("invented full disk")
	for room := 0; room < len(file); room += 13 {
		if _, err := bundle.Write(background, &short{room, full}, a.Log, a.outgoing()); !errors.Is(err, full) {
			t.Fatalf("room for %d of %d bytes: %v", room, len(file), err)
		}
	}
}

type short struct {
	left int
	err  error
}

func (s *short) Write(p []byte) (int, error) {
	if s.left -= len(p); s.left < 0 {
		return 0, s.err
	}
	return len(p), nil
}
