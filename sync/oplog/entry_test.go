package oplog_test

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"math/rand"
	"reflect"
	"sort"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"linli/sync/oplog"
)

// keyPair is a key made from a number, the same in every run.
type keyPair struct {
	pub  ed25519.PublicKey
	priv ed25519.PrivateKey
}

func key(n byte) keyPair {
	priv := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{n}, ed25519.SeedSize))
	return keyPair{priv.Public().(ed25519.PublicKey), priv}
}

// salts is a deterministic source of salts.
func salts(seed int64) io.Reader { return rand.New(rand.NewSource(seed)) }

// firstEntry is a valid unsealed entry with n = 1; the person in it is invented.
func firstEntry() oplog.Entry {
	return oplog.Entry{
		Format: oplog.Format,
		Scope:  "hall/h1/desk",
		Origin: oplog.OriginOf(key(1).pub),
		N:      1,
		Action: "0190a5c8-0000-7000-8000-000000000001",
		HLC:    oplog.HLC(noon.UnixMilli() << 16),
		Wall:   noon.UnixMilli(),
		Actor:  "0190a5c8-0000-7000-8000-0000000000aa",
		Verb:   "visit.confirm",
		Schema: 3,
		Cert:   []byte("certificate"),
		Changes: []oplog.Change{
			{Table: "visit", Row: "0190a5c8-0000-7000-8000-000000000002", Cells: []oplog.Cell{
				{Column: "purpose", Value: "高龄津贴"},
				{Column: "minutes", Value: int64(-7)},
				{Column: "score", Value: 4.5},
				{Column: "note", Value: []byte{0, 1, 2}},
				{Column: "window", Value: nil},
			}},
			{Table: "resident", Row: "r-2", Cells: []oplog.Cell{
				{Column: "deleted", Value: int64(0), Over: []oplog.Dot{{2}, {1}, {2}}},
			}},
		},
	}
}

// sealed returns e sealed with fixed salts.
func sealed(t testing.TB, e oplog.Entry) oplog.Entry {
	t.Helper()
	if err := e.Seal(salts(1)); err != nil {
		t.Fatal(err)
	}
	return e
}

// next is the valid, unsealed successor of e.
func next(e oplog.Entry) oplog.Entry {
	f := firstEntry()
	f.N, f.Prev, f.Cert = e.N+1, e.Hash(), nil
	f.HLC = e.HLC + 1
	return f
}

func encoded(t testing.TB, e oplog.Entry) []byte {
	t.Helper()
	b, err := oplog.Encode(e)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// The format of an entry must never change: stored logs, hashes and signatures depend on each byte.
// If this test fails, the change is wrong, not the vector.
func TestGoldenEntry(t *testing.T) {
	e := sealed(t, firstEntry())
	if got := hex.EncodeToString(encoded(t, e)); got != goldenFirst {
		t.Errorf("bytes of the first entry:\n got %s\nwant %s", got, goldenFirst)
	}
	if got := e.Hash().String(); got != goldenFirstHash {
		t.Errorf("hash of the first entry:\n got %s\nwant %s", got, goldenFirstHash)
	}
	f := sealed(t, next(e)).Erase(0)
	if got := hex.EncodeToString(encoded(t, f)); got != goldenSecond {
		t.Errorf("bytes of the second entry, half erased:\n got %s\nwant %s", got, goldenSecond)
	}
	if got := f.Hash().String(); got != goldenSecondHash {
		t.Errorf("hash of the second entry:\n got %s\nwant %s", got, goldenSecondHash)
	}
	if got := hex.EncodeToString(oplog.SignHead(key(1).priv, f)); got != goldenSecondSignature {
		t.Errorf("signature of the second entry:\n got %s\nwant %s", got, goldenSecondSignature)
	}
}

// The hash is recomputed here from the written rule, with the generic codec, so that it does not rest
// on the code that it checks.
func TestHashFollowsTheRule(t *testing.T) {
	e := sealed(t, firstEntry())
	v, err := oplog.Unmarshal(encoded(t, e))
	if err != nil {
		t.Fatal("an entry is not deterministic CBOR:", err)
	}
	envelope := v.(map[string]any)
	var digests []any
	for _, c := range envelope["x"].([]any) {
		salt, change := c.([]any)[0].([]byte), c.([]any)[1]
		d := sha256.Sum256(append(append([]byte("linli change 1\x00"), salt...), must(oplog.Marshal(change))...))
		digests = append(digests, d[:])
	}
	envelope["x"] = digests
	want := sha256.Sum256(append([]byte("linli entry 1\x00"), must(oplog.Marshal(envelope))...))
	if e.Hash() != want {
		t.Errorf("hash %v, want %x", e.Hash(), want)
	}
	if e.Dot() != e.Hash().Dot() {
		t.Error("the dot of an entry is the beginning of its hash")
	}
}

func TestDecodeReturnsWhatWasSealed(t *testing.T) {
	e := sealed(t, firstEntry())
	for _, e := range []oplog.Entry{e, sealed(t, next(e)), e.Erase(1), e.Erase(0).Erase(1)} {
		back, err := oplog.Decode(encoded(t, e))
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(back, e) {
			t.Errorf("became\n%+v\nfrom\n%+v", back, e)
		}
	}
}

func TestDecodeSharesNoMemory(t *testing.T) {
	b := encoded(t, sealed(t, firstEntry()))
	e := must(oplog.Decode(b))
	clear(b)
	if _, err := oplog.Encode(e); err != nil {
		t.Errorf("the entry changed with the buffer: %v", err)
	}
}

// flips alter a byte in each single bit, in its low bits (a CBOR length), in its type, and wholly.
var flips = []byte{0x01, 0x02, 0x04, 0x08, 0x10, 0x20, 0x40, 0x80, 0x03, 0x1f, 0x60, 0xe0, 0xff}

// Every byte of an entry is covered by its hash or is refused.
func TestEveryByteCounts(t *testing.T) {
	first := sealed(t, firstEntry())
	for name, e := range map[string]oplog.Entry{
		"first": first, "second": sealed(t, next(first)), "erased": first.Erase(0),
	} {
		b := encoded(t, e)
		for i := range b {
			for _, flip := range flips {
				b[i] ^= flip
				if back, err := oplog.Decode(b); err == nil && back.Hash() == e.Hash() {
					t.Errorf("%s: byte %d ^ %02x goes unseen", name, i, flip)
				}
				b[i] ^= flip
			}
		}
		for i := range b {
			if _, err := oplog.Decode(b[:i]); err == nil {
				t.Errorf("%s: accepted when cut at %d", name, i)
			}
		}
		if _, err := oplog.Decode(append(b, 0)); !errors.Is(err, oplog.ErrCBOR) {
			t.Errorf("%s: trailing byte: %v", name, err)
		}
	}
}

func TestDecodeRefusesOtherEnvelopes(t *testing.T) {
	for what, edit := range map[string]func(m map[string]any){
		"unknown key":           func(m map[string]any) { m["z"] = int64(1) },
		"unknown key in front":  func(m map[string]any) { m[""] = int64(1) },
		"unknown key instead":   func(m map[string]any) { delete(m, "w"); m["y"] = int64(1) },
		"missing key":           func(m map[string]any) { delete(m, "v") },
		"prev on the first":     func(m map[string]any) { m["p"] = make([]byte, 32) },
		"no certificate":        func(m map[string]any) { delete(m, "c") },
		"empty certificate":     func(m map[string]any) { m["c"] = []byte{} },
		"prev for certificate":  func(m map[string]any) { delete(m, "c"); m["p"] = bytes.Repeat([]byte{1}, 32) },
		"certificate on second": func(m map[string]any) { m["n"] = int64(2) },
		"UUID as text":          func(m map[string]any) { m["a"] = "0190a5c8-0000-7000-8000-000000000001" },
		"short origin":          func(m map[string]any) { m["o"] = make([]byte, 15) },
		"short digest":          func(m map[string]any) { m["x"] = []any{make([]byte, 31)} },
		"no changes":            func(m map[string]any) { m["x"] = []any{} },
		"change of three":       func(m map[string]any) { m["x"] = []any{[]any{int64(1), int64(2), int64(3)}} },
		"cell over nothing": func(m map[string]any) {
			m["x"] = []any{[]any{make([]byte, 16), []any{"t", "r", map[string]any{"c": []any{int64(1), []byte{}}}}}}
		},
		"cell over a broken dot": func(m map[string]any) {
			m["x"] = []any{[]any{make([]byte, 16), []any{"t", "r", map[string]any{"c": []any{int64(1), make([]byte, 13)}}}}}
		},
		"cell over a dot twice": func(m map[string]any) {
			m["x"] = []any{[]any{make([]byte, 16), []any{"t", "r", map[string]any{"c": []any{int64(1), make([]byte, 24)}}}}}
		},
		"bool as value": func(m map[string]any) {
			m["x"] = []any{[]any{make([]byte, 16), []any{"t", "r", map[string]any{"c": true}}}}
		},
	} {
		v := must(oplog.Unmarshal(encoded(t, sealed(t, firstEntry())))).(map[string]any)
		edit(v)
		if _, err := oplog.Decode(must(oplog.Marshal(v))); err == nil {
			t.Errorf("%s: accepted", what)
		}
	}
	v := must(oplog.Unmarshal(encoded(t, sealed(t, firstEntry())))).(map[string]any)
	b := must(oplog.Marshal(v))
	for _, head := range []byte{0xab, 0xad} {
		b[0] = head
		if _, err := oplog.Decode(b); !errors.Is(err, oplog.ErrCBOR) {
			t.Errorf("number of keys %02x: %v", head, err)
		}
	}
	v["f"] = int64(2)
	if _, err := oplog.Decode(must(oplog.Marshal(v))); !errors.Is(err, oplog.ErrFormat) {
		t.Errorf("format 2: %v", err)
	}
}

func TestSealRefusesBrokenRules(t *testing.T) {
	long := func(n int) string { return strings.Repeat("a", n) }
	for what, edit := range map[string]func(e *oplog.Entry){
		"scope":               func(e *oplog.Entry) { e.Scope = "hall/h1" },
		"n":                   func(e *oplog.Entry) { e.N = 0 },
		"negative n":          func(e *oplog.Entry) { e.N = -1; e.Prev = oplog.Hash{1}; e.Cert = nil },
		"prev at the start":   func(e *oplog.Entry) { e.Prev = oplog.Hash{1} },
		"no prev later":       func(e *oplog.Entry) { e.N = 2; e.Cert = nil },
		"no certificate":      func(e *oplog.Entry) { e.Cert = nil },
		"certificate later":   func(e *oplog.Entry) { e.N = 2; e.Prev = oplog.Hash{1} },
		"long certificate":    func(e *oplog.Entry) { e.Cert = make([]byte, oplog.MaxCert+1) },
		"no clock":            func(e *oplog.Entry) { e.HLC = 0 },
		"clock beyond bound":  func(e *oplog.Entry) { e.HLC = oplog.MaxHLC + 1 },
		"schema":              func(e *oplog.Entry) { e.Schema = -1 },
		"no action":           func(e *oplog.Entry) { e.Action = "" },
		"long action":         func(e *oplog.Entry) { e.Action = long(oplog.MaxAction + 1) },
		"action not UTF-8":    func(e *oplog.Entry) { e.Action = "\xff" },
		"no actor":            func(e *oplog.Entry) { e.Actor = "" },
		"long actor":          func(e *oplog.Entry) { e.Actor = long(oplog.MaxActor + 1) },
		"no verb":             func(e *oplog.Entry) { e.Verb = "" },
		"long verb":           func(e *oplog.Entry) { e.Verb = long(oplog.MaxVerb + 1) },
		"no changes":          func(e *oplog.Entry) { e.Changes = nil },
		"no table":            func(e *oplog.Entry) { e.Changes[0].Table = "" },
		"long table":          func(e *oplog.Entry) { e.Changes[0].Table = long(oplog.MaxTable + 1) },
		"row with a NUL":      func(e *oplog.Entry) { e.Changes[0].Row = "a\x00b" },
		"verb with a NUL":     func(e *oplog.Entry) { e.Verb = "a\x00" },
		"no row":              func(e *oplog.Entry) { e.Changes[0].Row = "" },
		"long row":            func(e *oplog.Entry) { e.Changes[0].Row = long(oplog.MaxRow + 1) },
		"no cells":            func(e *oplog.Entry) { e.Changes[0].Cells = nil },
		"no column":           func(e *oplog.Entry) { e.Changes[0].Cells[0].Column = "" },
		"long column":         func(e *oplog.Entry) { e.Changes[0].Cells[0].Column = long(oplog.MaxColumn + 1) },
		"column twice":        func(e *oplog.Entry) { e.Changes[0].Cells[0].Column = "window" },
		"row twice":           func(e *oplog.Entry) { e.Changes[1].Table, e.Changes[1].Row = e.Changes[0].Table, e.Changes[0].Row },
		"value of no type":    func(e *oplog.Entry) { e.Changes[0].Cells[0].Value = 1 },
		"text not UTF-8":      func(e *oplog.Entry) { e.Changes[0].Cells[0].Value = "\xff" },
		"erased with content": func(e *oplog.Entry) { e.Changes[0].Erased = true },
	} {
		e := firstEntry()
		edit(&e)
		if err := e.Seal(salts(1)); !errors.Is(err, oplog.ErrEntry) {
			t.Errorf("%s: %v; want ErrEntry", what, err)
		}
	}
	e := firstEntry()
	e.Format = 2
	if err := e.Seal(salts(1)); !errors.Is(err, oplog.ErrFormat) {
		t.Errorf("format: %v", err)
	}
	e = firstEntry()
	if err := e.Seal(bytes.NewReader(make([]byte, 20))); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("salts running out: %v", err)
	}
}

func TestSealBoundsSize(t *testing.T) {
	e := firstEntry()
	e.Changes[0].Cells[0].Value = strings.Repeat("x", oplog.MaxEntry)
	if err := e.Seal(salts(1)); !errors.Is(err, oplog.ErrTooLarge) {
		t.Errorf("large value: %v", err)
	}
	if _, err := oplog.Decode(make([]byte, oplog.MaxEntry+1)); !errors.Is(err, oplog.ErrTooLarge) {
		t.Errorf("large input: %v", err)
	}
	// The largest entry that can be sealed stays within the bound however much of it is erased.
	tiny := func(n int) (oplog.Entry, error) {
		e := firstEntry()
		e.Changes = nil
		for i := range n {
			e.Changes = append(e.Changes, oplog.Change{Table: "t", Row: strconv.Itoa(i), Cells: []oplog.Cell{{Column: "c", Value: int64(1)}}})
		}
		err := e.Seal(salts(1))
		return e, err
	}
	tooMany := sort.Search(20000, func(n int) bool {
		_, err := tiny(n)
		return errors.Is(err, oplog.ErrTooLarge)
	})
	e, err := tiny(tooMany - 1)
	if err != nil {
		t.Fatal(err)
	}
	// One more change would fit as it is, but not erased, and no replica accepts it.
	m := must(oplog.Unmarshal(encoded(t, e))).(map[string]any)
	list := m["x"].([]any)
	m["x"] = append(list, list[0])
	if b := must(oplog.Marshal(m)); len(b) > oplog.MaxEntry {
		t.Fatal("the entry is not tiny enough for this test")
	} else if _, err := oplog.Decode(b); !errors.Is(err, oplog.ErrTooLarge) {
		t.Errorf("one change more: %v", err)
	}
	for i := range e.Changes {
		e.Changes[i] = oplog.Change{Digest: e.Changes[i].Digest, Erased: true}
	}
	b := encoded(t, e)
	if len(b) > oplog.MaxEntry || len(b) < oplog.MaxEntry-1000 {
		t.Errorf("erased, the largest entry has %d bytes", len(b))
	}
	if _, err := oplog.Decode(b); err != nil {
		t.Error(err)
	}
}

func TestEraseKeepsTheHash(t *testing.T) {
	e := sealed(t, firstEntry())
	whole := encoded(t, e)
	erased := e.Erase(0)
	if erased.Hash() != e.Hash() {
		t.Error("erasing changed the hash")
	}
	b := encoded(t, erased)
	for _, gone := range []string{"高龄津贴", "purpose", "window"} {
		if bytes.Contains(b, []byte(gone)) {
			t.Errorf("%q is still there", gone)
		}
	}
	salt := e.Changes[0].Salt
	if bytes.Contains(b, salt[:]) {
		t.Error("the salt is still there, so that the content can be guessed")
	}
	back := must(oplog.Decode(b))
	if back.Hash() != e.Hash() || !back.Changes[0].Erased || back.Changes[1].Erased {
		t.Error("an erased entry decodes to another one")
	}
	sig := oplog.SignHead(key(1).priv, e)
	if err := oplog.VerifyHead(key(1).pub, back, sig); err != nil {
		t.Error("the signature is lost:", err)
	}
	if !bytes.Equal(whole, encoded(t, e)) {
		t.Error("erasing altered the entry it was called on")
	}
}

func TestEqualChangesHaveUnequalDigests(t *testing.T) {
	a, b := firstEntry(), firstEntry()
	random := salts(7)
	if err := errors.Join(a.Seal(random), b.Seal(random)); err != nil {
		t.Fatal(err)
	}
	if a.Changes[0].Digest == b.Changes[0].Digest || a.Changes[0].Salt == a.Changes[1].Salt {
		t.Error("salts are not used")
	}
}

func TestEncodeRefusesWhatIsNotSealed(t *testing.T) {
	if _, err := oplog.Encode(firstEntry()); !errors.Is(err, oplog.ErrUnsealed) {
		t.Errorf("unsealed: %v", err)
	}
	for what, edit := range map[string]func(e *oplog.Entry){
		"verb":   func(e *oplog.Entry) { e.Verb = "other" },
		"value":  func(e *oplog.Entry) { e.Changes[0].Cells[0].Value = "other" },
		"salt":   func(e *oplog.Entry) { e.Changes[0].Salt[0]++ },
		"digest": func(e *oplog.Entry) { e.Changes[0].Digest[0]++ },
	} {
		e := sealed(t, firstEntry())
		edit(&e)
		if _, err := oplog.Encode(e); !errors.Is(err, oplog.ErrUnsealed) {
			t.Errorf("%s changed: %v", what, err)
		}
	}
}

// anyEntry draws a valid, sealed entry.
func anyEntry() *rapid.Generator[oplog.Entry] {
	words := func(runes, limit int) *rapid.Generator[string] {
		return rapid.StringN(1, runes, limit).Filter(func(s string) bool { return !strings.Contains(s, "\x00") })
	}
	name := func(limit int) *rapid.Generator[string] {
		return rapid.OneOf(
			words(limit/4, limit),
			rapid.StringMatching(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`),
			rapid.StringMatching(`[0-9A-F]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`),
		)
	}
	return rapid.Custom(func(t *rapid.T) oplog.Entry {
		e := oplog.Entry{
			Format: oplog.Format,
			Scope:  rapid.SampledFrom([]oplog.Scope{"hall/h1/public", "hall/h1/desk", "district/d"}).Draw(t, "scope"),
			Origin: oplog.OriginOf(key(rapid.Byte().Draw(t, "origin")).pub),
			N:      rapid.Int64Range(1, 3).Draw(t, "n"),
			Action: name(oplog.MaxAction).Draw(t, "action"),
			HLC:    oplog.HLC(rapid.Int64Range(1, int64(oplog.MaxHLC)).Draw(t, "hlc")),
			Wall:   rapid.Int64().Draw(t, "wall"),
			Actor:  name(oplog.MaxActor).Draw(t, "actor"),
			Verb:   words(16, oplog.MaxVerb).Draw(t, "verb"),
			Schema: rapid.Int64Range(0, 1<<40).Draw(t, "schema"),
		}
		if e.N == 1 {
			e.Cert = rapid.SliceOfN(rapid.Byte(), 1, 50).Draw(t, "cert")
		} else {
			e.Prev = oplog.Hash(rapid.SliceOfN(rapid.ByteRange(1, 255), 32, 32).Draw(t, "prev"))
		}
		dot := rapid.Custom(func(t *rapid.T) oplog.Dot {
			return oplog.Dot(rapid.SliceOfN(rapid.Byte(), 12, 12).Draw(t, "dot"))
		})
		rows := rapid.SliceOfNDistinct(name(oplog.MaxRow), 1, 4, rapid.ID).Draw(t, "rows")
		for _, row := range rows {
			c := oplog.Change{Table: words(8, oplog.MaxTable).Draw(t, "table"), Row: row}
			for _, column := range rapid.SliceOfNDistinct(words(12, oplog.MaxColumn), 1, 6, rapid.ID).Draw(t, "columns") {
				c.Cells = append(c.Cells, oplog.Cell{
					Column: column,
					Value:  cellValue().Draw(t, "value"),
					Over:   rapid.SliceOfN(dot, 0, 3).Draw(t, "over"),
				})
			}
			e.Changes = append(e.Changes, c)
		}
		if err := e.Seal(salts(rapid.Int64().Draw(t, "salts"))); err != nil {
			t.Fatal(err)
		}
		return e
	})
}

func TestEntryRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := anyEntry().Draw(t, "entry")
		hash := e.Hash()
		for i := range e.Changes {
			if rapid.Bool().Draw(t, "erase") {
				e = e.Erase(i)
			}
		}
		b, err := oplog.Encode(e)
		if err != nil {
			t.Fatal(err)
		}
		back, err := oplog.Decode(b)
		if err != nil {
			t.Fatal(err)
		}
		if back.Hash() != hash {
			t.Fatal("another hash")
		}
		again, err := oplog.Encode(back)
		if err != nil || !bytes.Equal(b, again) {
			t.Fatalf("other bytes, %v", err)
		}
		if v, err := oplog.Unmarshal(b); err != nil || !bytes.Equal(must(oplog.Marshal(v)), b) {
			t.Fatalf("not deterministic CBOR: %v", err)
		}
		at := rapid.IntRange(0, len(b)-1).Draw(t, "at")
		b[at] ^= rapid.ByteRange(1, 255).Draw(t, "flip")
		if other, err := oplog.Decode(b); err == nil && other.Hash() == hash {
			t.Fatalf("a change of byte %d goes unseen", at)
		}
	})
}

func FuzzDecode(f *testing.F) {
	for _, s := range []string{goldenFirst, goldenSecond} {
		b, _ := hex.DecodeString(s)
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		e, err := oplog.Decode(b)
		if err != nil {
			return
		}
		if again, err := oplog.Encode(e); err != nil || !bytes.Equal(b, again) {
			t.Fatalf("%x is accepted but written as %x, %v", b, again, err)
		}
		if _, err := oplog.Unmarshal(b); err != nil {
			t.Fatalf("%x is an entry but not deterministic CBOR: %v", b, err)
		}
	})
}
