package seal_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"linli/store/seal"
)

func somePlace(t *rapid.T, label string) seal.Place {
	return seal.Place{
		Table:  rapid.StringN(0, 4, -1).Draw(t, label+" table"),
		Row:    rapid.StringN(0, 4, -1).Draw(t, label+" row"),
		Column: rapid.StringN(0, 4, -1).Draw(t, label+" column"),
	}
}

func TestCellLaws(t *testing.T) {
	r := newRing(t)
	rapid.Check(t, func(t *rapid.T) {
		domain := rapid.SampledFrom([]seal.Domain{seal.Desk, seal.Care}).Draw(t, "domain")
		place := somePlace(t, "first")
		plain := rapid.SliceOfN(rapid.Byte(), 0, 70).Draw(t, "plain")
		sealed := r.Seal(domain, place, plain)

		got, err := r.Open(place, sealed)
		if err != nil || !bytes.Equal(got, plain) {
			t.Fatalf("opened to something else: %v", err)
		}
		if !bytes.Equal(sealed, r.Seal(domain, place, plain)) {
			t.Fatal("equal values in one cell are not equal bytes")
		}
		if !seal.IsSealed(sealed) {
			t.Fatal("a sealed value is not recognised")
		}
		if id, ok := seal.SealedKey(sealed); !ok || id != r.KeyID() {
			t.Fatal("the key id is not in the sealed value")
		}
		if want := 34 + (len(plain)/16+1)*16; len(sealed) != want {
			t.Fatalf("%d bytes sealed to %d, want %d", len(plain), len(sealed), want)
		}
		if elsewhere := somePlace(t, "second"); elsewhere != place {
			if _, err := r.Open(elsewhere, sealed); !errors.Is(err, seal.ErrAltered) {
				t.Fatalf("moved to another place it opened: %v", err)
			}
			if bytes.Equal(sealed, r.Seal(domain, elsewhere, plain)) {
				t.Fatal("one value shows as equal in two cells")
			}
		}
	})
}

func TestSwappedCellsDoNotOpen(t *testing.T) {
	r := newRing(t)
	a := seal.Place{Table: "resident", Row: "1", Column: "phone"}
	for _, b := range []seal.Place{
		{Table: "resident", Row: "2", Column: "phone"},
		{Table: "resident", Row: "1", Column: "id_number"},
		{Table: "staff", Row: "1", Column: "phone"},
		{Table: "resident1", Row: "", Column: "phone"},
		{Table: "resident", Row: "1p", Column: "hone"},
	} {
		sa, sb := r.Seal(seal.Desk, a, []byte("13800000001")), r.Seal(seal.Desk, b, []byte("13800000002"))
		for place, sealed := range map[seal.Place][]byte{a: sb, b: sa} {
			if _, err := r.Open(place, sealed); !errors.Is(err, seal.ErrAltered) {
				t.Errorf("%v opened the value of another cell: %v", place, err)
			}
		}
	}
}

func TestEveryAlteredByteIsFound(t *testing.T) {
	r := newRing(t)
	place := seal.Place{Table: "resident", Row: "1", Column: "phone"}
	sealed := r.Seal(seal.Desk, place, []byte("13800000000"))
	for i := range sealed {
		for bit := range 8 {
			bad := bytes.Clone(sealed)
			bad[i] ^= 1 << bit
			if _, err := r.Open(place, bad); err == nil {
				t.Fatalf("byte %d, bit %d altered, and it opened", i, bit)
			}
		}
	}
	for n := range sealed {
		if _, err := r.Open(place, sealed[:n]); err == nil {
			t.Fatalf("cut to %d bytes it opened", n)
		}
	}
	if _, err := r.Open(place, append(bytes.Clone(sealed), 0)); !errors.Is(err, seal.ErrAltered) {
		t.Errorf("with a byte more: %v", err)
	}
}

func TestWhyACellDoesNotOpen(t *testing.T) {
	r := newRing(t)
	place := seal.Place{Table: "resident", Row: "1", Column: "phone"}
	good := r.Seal(seal.Desk, place, []byte("13800000000"))
	change := func(i int, b byte) []byte {
		bad := bytes.Clone(good)
		bad[i] = b
		return bad
	}
	for name, c := range map[string]struct {
		sealed []byte
		want   error
	}{
		"nothing":        {nil, seal.ErrNotSealed},
		"text":           {[]byte(strings.Repeat("张三 is invented ", 9)), seal.ErrNotSealed},
		"newer suite":    {change(0, 2), seal.ErrUnknownSuite},
		"newer domain":   {change(1, 3), seal.ErrUnknownDomain},
		"other domain":   {change(1, byte(seal.Care)), seal.ErrAltered},
		"another hall":   {newRing(t).Seal(seal.Desk, place, []byte("13800000000")), seal.ErrUnknownKey},
		"changed key id": {change(2, good[2]^1), seal.ErrUnknownKey},
		"changed nonce":  {change(6, good[6]^1), seal.ErrAltered},
	} {
		if _, err := r.Open(place, c.sealed); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
}

func TestLengthsOfNamesDoNotShow(t *testing.T) {
	r := newRing(t)
	place := seal.Place{Table: "resident", Row: "1", Column: "name"}
	short, long := r.Seal(seal.Desk, place, []byte("王五")), r.Seal(seal.Desk, place, []byte("欧阳诸葛"))
	if len(short) != len(long) {
		t.Errorf("an invented name of two characters takes %d bytes, of four %d", len(short), len(long))
	}
}

func TestDomainsDoNotShareKeys(t *testing.T) {
	r := newRing(t)
	place := seal.Place{Table: "health", Row: "1", Column: "note"}
	desk, care := r.Seal(seal.Desk, place, []byte("x")), r.Seal(seal.Care, place, []byte("x"))
	if bytes.Equal(desk[6:18], care[6:18]) {
		t.Error("desk and care give one nonce: they share the nonce key")
	}
}

func TestSealingForNoDomainPanics(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("sealed for domain 0")
		}
	}()
	newRing(t).Seal(0, seal.Place{}, nil)
}

func TestBlind(t *testing.T) {
	r := newRing(t)
	a := r.Blind("phone", "13800000000")
	if len(a) != seal.BlindSize || !bytes.Equal(a, r.Blind("phone", "13800000000")) {
		t.Error("a blind value is not 16 bytes, or not always the same")
	}
	for name, b := range map[string][]byte{
		"another value":      r.Blind("phone", "13800000001"),
		"another kind":       r.Blind("id", "13800000000"),
		"the border shifted": r.Blind("phone1", "3800000000"),
		"another hall":       newRing(t).Blind("phone", "13800000000"),
	} {
		if bytes.Equal(a, b) {
			t.Errorf("%s gives the same blind value", name)
		}
	}
}

func BenchmarkSeal(b *testing.B) {
	r := newRing(b)
	place := seal.Place{Table: "resident", Row: "0197f3a0-0000-7000-8000-000000000001", Column: "id_number"}
	plain := []byte("32010019400101001X")
	b.ReportAllocs()
	for b.Loop() {
		r.Seal(seal.Desk, place, plain)
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "cells/s")
}

func BenchmarkOpen(b *testing.B) {
	r := newRing(b)
	place := seal.Place{Table: "resident", Row: "0197f3a0-0000-7000-8000-000000000001", Column: "id_number"}
	sealed := r.Seal(seal.Desk, place, []byte("32010019400101001X"))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := r.Open(place, sealed); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "cells/s")
}

func BenchmarkBlind(b *testing.B) {
	r := newRing(b)
	for b.Loop() {
		r.Blind("resident.id_number", "32010019400101001X")
	}
}

func TestAValueHasOneSealedFormOnly(t *testing.T) {
	r := newRing(t)
	place := seal.Place{Table: "resident", Row: "1", Column: "phone"}
	good := r.Seal(seal.Desk, place, []byte("x"))
	if same := seal.SealWithNonce(r, place, [12]byte(good[6:18]), []byte("x")); !bytes.Equal(same, good) {
		t.Fatal("the test seals otherwise than the package")
	}
	other := seal.SealWithNonce(r, place, [12]byte{1}, []byte("x"))
	if _, err := r.Open(place, other); !errors.Is(err, seal.ErrAltered) {
		t.Errorf("a second form of one value opened: %v", err)
	}
}
