package seal_test

import (
	"bytes"
	"crypto/rand"
	"errors"
	"io"
	"testing"
	"testing/iotest"

	"linli/store/seal"
)

var clear0 = []byte("the header in clear")

// sealBundle seals plain in pieces of an odd size; for the machine with that key, or for the hall for nil.
func sealBundle(tb testing.TB, r *seal.Ring, machine, plain []byte) []byte {
	tb.Helper()
	var b bytes.Buffer
	w, err := r.SealBundle(&b, clear0)
	if machine != nil {
		b.Reset()
		w, err = r.SealBundleTo(&b, clear0, machine)
	}
	if err != nil {
		tb.Fatal(err)
	}
	for len(plain) > 0 {
		n := min(len(plain), 9973)
		if _, err := w.Write(plain[:n]); err != nil {
			tb.Fatal(err)
		}
		plain = plain[n:]
	}
	if err := w.Close(); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

func openBundle(r *seal.Ring, header, sealed []byte) ([]byte, error) {
	src, err := r.OpenBundle(bytes.NewReader(sealed), header)
	if err != nil {
		return nil, err
	}
	return io.ReadAll(src)
}

func bundleKey(tb testing.TB, r *seal.Ring) []byte {
	tb.Helper()
	key, err := r.BundleKey()
	if err != nil {
		tb.Fatal(err)
	}
	return key
}

// Who can open what: each desk a file of any desk or kiosk, a kiosk one that was made for it, and nobody else any.
func TestABundleOpensForThoseItIsSealedFor(t *testing.T) {
	hall, stranger := newRing(t), newRing(t)
	desk, other := admitted(t, hall, true), admitted(t, hall, true)
	kiosk, kiosk2 := admitted(t, hall, false), admitted(t, hall, false)
	rings := map[string]*seal.Ring{"hall": hall, "desk": desk, "other": other, "kiosk": kiosk, "kiosk2": kiosk2, "stranger": stranger}
	plain := content(3*chunk + 5)
	for name, c := range map[string]struct {
		sealed []byte
		opens  []string
	}{
		"a desk's":           {sealBundle(t, desk, nil, plain), []string{"hall", "desk", "other"}},
		"a kiosk's":          {sealBundle(t, kiosk, nil, plain), []string{"hall", "desk", "other"}},
		"a desk's for kiosk": {sealBundle(t, desk, bundleKey(t, kiosk), plain), []string{"kiosk"}},
		"one for a desk":     {sealBundle(t, hall, bundleKey(t, desk), plain), []string{"desk"}},
	} {
		may := map[string]bool{}
		for _, who := range c.opens {
			may[who] = true
		}
		for who, r := range rings {
			got, err := openBundle(r, clear0, c.sealed)
			switch {
			case may[who] && (err != nil || !bytes.Equal(got, plain)):
				t.Errorf("%s: %s gets %d bytes, %v", name, who, len(got), err)
			case !may[who] && (!errors.Is(err, seal.ErrUnknownKey) || len(got) > 0):
				t.Errorf("%s: %s gets %d bytes, %v", name, who, len(got), err)
			}
		}
		if bytes.Contains(c.sealed, plain[:16]) {
			t.Errorf("%s shows its content", name)
		}
	}
}

// A machine that went on as a new origin opens what was made for the one it was.
func TestABundleForAnEarlierOriginStillOpens(t *testing.T) {
	hall := newRing(t)
	kiosk := admitted(t, hall, false)
	sealed := sealBundle(t, hall, bundleKey(t, kiosk), content(100))
	if _, err := kiosk.NewOrigin(rand.Reader); err != nil {
		t.Fatal(err)
	}
	if got, err := openBundle(kiosk, clear0, sealed); err != nil || len(got) != 100 {
		t.Errorf("%d bytes, %v", len(got), err)
	}
}

// Whatever is cut off or changed, what comes out before the error is what went in.
func TestADamagedBundleGivesOnlyWhatIsWhole(t *testing.T) {
	r := newRing(t)
	plain := content(2*chunk + 100)
	sealed := sealBundle(t, r, nil, plain)
	start := 1 + 4 + 16 + 16
	check := func(what string, b []byte, at int) {
		t.Helper()
		got, err := openBundle(r, clear0, b)
		if err == nil {
			t.Fatalf("%s at %d: nobody noticed", what, at)
		}
		if !bytes.HasPrefix(plain, got) {
			t.Fatalf("%s at %d: other bytes came out", what, at)
		}
		if whole := (at - start) / (chunk + 16) * chunk; at > start && len(got) < whole {
			t.Errorf("%s at %d: %d bytes, want %d", what, at, len(got), whole)
		}
	}
	for at := range len(sealed) {
		if at > 200 && at%997 != 0 && at < len(sealed)-200 {
			continue
		}
		check("cut", sealed[:at], at)
		bad := bytes.Clone(sealed)
		bad[at] ^= 0x10
		check("changed", bad, at)
	}
	if _, err := openBundle(r, []byte("another header"), sealed); !errors.Is(err, seal.ErrAltered) {
		t.Errorf("another header: %v", err)
	}
	for _, n := range []int{start, start + chunk + 16, start + 2*(chunk+16), start - 1, 0, start + chunk + 20} {
		if _, err := openBundle(r, clear0, sealed[:n]); !errors.Is(err, seal.ErrTruncated) {
			t.Errorf("cut to %d bytes: %v, want ErrTruncated", n, err)
		}
	}
	if got, err := openBundle(r, clear0, sealBundle(t, r, nil, nil)); err != nil || len(got) != 0 {
		t.Errorf("an empty one: %d bytes, %v", len(got), err)
	}
	for n, want := range map[byte]error{0: seal.ErrNotSealed, 3: seal.ErrUnknownSuite, 200: seal.ErrUnknownSuite} {
		if _, err := openBundle(r, clear0, append([]byte{n}, sealed[1:]...)); !errors.Is(err, want) {
			t.Errorf("suite %d: %v", n, err)
		}
	}
}

func TestBundlesPassDiskErrorsOn(t *testing.T) {
	r := newRing(t)
	for _, room := range []int{0, 50, 37 + chunk + 16} {
		w, err := r.SealBundle(&brokenWriter{room}, clear0)
		if err == nil {
			_, err = w.Write(content(2 * chunk))
		}
		if err == nil {
			err = w.Close()
		}
		if !errors.Is(err, errDisk) {
			t.Errorf("room for %d bytes: %v", room, err)
		}
	}
	sealed := sealBundle(t, r, nil, content(2*chunk))
	for _, n := range []int{0, 10, 37, 37 + chunk + 16, 37 + chunk + 100} {
		src, err := r.OpenBundle(io.MultiReader(bytes.NewReader(sealed[:n]), iotest.ErrReader(errDisk)), clear0)
		if err == nil {
			_, err = io.Copy(io.Discard, src)
		}
		if !errors.Is(err, errDisk) {
			t.Errorf("reading fails after %d bytes: %v", n, err)
		}
	}
	var b bytes.Buffer
	w, err := r.SealBundle(&b, clear0)
	if err != nil || w.Close() != nil {
		t.Fatal(err)
	}
	if _, err := w.Write([]byte{1}); err == nil {
		t.Error("written after it was closed")
	}
}
