package seal_test

import (
	"bytes"
	"errors"
	"io"
	"testing"

	"linli/store/seal"
)

var record = seal.Place{Table: "case", Row: "c1", Column: "attachment"}

func sealAttachment(tb testing.TB, r *seal.Ring, at seal.Place, content []byte) []byte {
	tb.Helper()
	var b bytes.Buffer
	if err := r.SealAttachment(seal.Desk, at, content, &b); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

func openAttachment(r *seal.Ring, at seal.Place, sealed []byte) ([]byte, error) {
	src, err := r.OpenAttachment(at, bytes.NewReader(sealed))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(src)
}

func TestAttachmentComesBackAtEverySize(t *testing.T) {
	hall := newRing(t)
	desk := admitted(t, hall, true)
	for _, n := range []int{0, 1, 15, chunk - 1, chunk, chunk + 1, 3*chunk + 5} {
		plain := content(n)
		sealed := sealAttachment(t, hall, record, plain)
		if int64(len(sealed)) != seal.SealedSize(int64(n)) {
			t.Errorf("%d bytes became %d, want %d", n, len(sealed), seal.SealedSize(int64(n)))
		}
		if got, err := openAttachment(desk, record, sealed); err != nil || !bytes.Equal(got, plain) {
			t.Errorf("%d bytes came back different: %v", n, err)
		}
	}
}

// The same file at the same record is the same bytes on every desk, and nowhere else.
func TestEqualAttachmentsAreEqualOnlyAtOneRecord(t *testing.T) {
	hall := newRing(t)
	desk, other := admitted(t, hall, true), newRing(t)
	plain := content(chunk + 3)
	a := sealAttachment(t, hall, record, plain)
	if !bytes.Equal(a, sealAttachment(t, desk, record, plain)) {
		t.Error("two desks seal one file to different bytes")
	}
	elsewhere := record
	elsewhere.Row = "c2"
	for what, b := range map[string][]byte{
		"at another record":    sealAttachment(t, hall, elsewhere, plain),
		"of another hall":      sealAttachment(t, other, record, plain),
		"with another content": sealAttachment(t, hall, record, append([]byte{1}, plain[1:]...)),
	} {
		// Not even the salt, which a guess could be tested with.
		if bytes.Contains(b, a[13:29]) || bytes.Contains(b, a[29:61]) {
			t.Errorf("%s the bytes are alike", what)
		}
	}
	if _, err := openAttachment(desk, elsewhere, a); !errors.Is(err, seal.ErrAltered) {
		t.Errorf("moved to another record it opens: %v", err)
	}
	if _, err := openAttachment(other, record, a); !errors.Is(err, seal.ErrUnknownKey) {
		t.Errorf("another hall opens it: %v", err)
	}
	if _, err := openAttachment(admitted(t, hall, false), record, a); !errors.Is(err, seal.ErrUnknownKey) {
		t.Errorf("a kiosk opens it: %v", err)
	}
}

func TestEveryAlteredByteOfAnAttachmentIsFound(t *testing.T) {
	r := newRing(t)
	sealed := sealAttachment(t, r, record, content(100))
	for i := range sealed {
		bad := bytes.Clone(sealed)
		bad[i] ^= 1
		if _, err := openAttachment(r, record, bad); err == nil {
			t.Fatalf("byte %d altered, and it opened", i)
		}
		if _, err := openAttachment(r, record, sealed[:i]); err == nil {
			t.Fatalf("cut to %d bytes it opened", i)
		}
	}
	if _, err := openAttachment(r, record, append([]byte("SQLite format 3\x00"), sealed...)); !errors.Is(err, seal.ErrNotSealed) {
		t.Errorf("another file: %v", err)
	}
}
