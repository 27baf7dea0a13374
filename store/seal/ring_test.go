package seal_test

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"

	"linli/store/seal"
)

// fixedRing is the ring of an invented hall: its root is the bytes 0, 1, 2, …
func fixedRing(t testing.TB) *seal.Ring {
	t.Helper()
	var root seal.Root
	for i := range root {
		root[i] = byte(i)
	}
	r, err := seal.RingFromRoot(root, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func newRing(t testing.TB) *seal.Ring {
	t.Helper()
	r, err := seal.NewRing(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestSameRootGivesSameDerivedKeysAndAnotherOrigin(t *testing.T) {
	a := newRing(t)
	b, err := seal.RingFromRoot(a.Root(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	if a.KeyID() != b.KeyID() || !a.Authority().Equal(b.Authority()) || !bytes.Equal(a.HallPublicKey(), b.HallPublicKey()) {
		t.Error("keys derived from one root differ")
	}
	if a.Origin().Equal(b.Origin()) {
		t.Error("two devices of one root sign with one key")
	}
	if c := newRing(t); c.KeyID() == a.KeyID() || c.Authority().Equal(a.Authority()) || bytes.Equal(c.HallPublicKey(), a.HallPublicKey()) {
		t.Error("another root gave the same keys")
	}
}

// The values are frozen: a change of a label or a layout would lock every hall out of its own data.
func TestDerivationIsFrozen(t *testing.T) {
	r := fixedRing(t)
	place := seal.Place{Table: "resident", Row: "r1", Column: "id_number"}
	for name, c := range map[string]struct{ got, want string }{
		"key id":     {r.KeyID().String(), goldenKeyID},
		"authority":  {hex.EncodeToString(r.Authority().Public().(ed25519.PublicKey)), goldenAuthority},
		"submission": {hex.EncodeToString(r.HallPublicKey()), goldenHall},
		"blind":      {hex.EncodeToString(r.Blind("phone", "13800000000")), goldenBlind},
		"desk cell":  {hex.EncodeToString(r.Seal(seal.Desk, place, []byte("invented"))), goldenDesk},
		"care cell":  {hex.EncodeToString(r.Seal(seal.Care, place, []byte("invented"))), goldenCare},
		"receipt":    {hex.EncodeToString(seal.ReceiptKey("S2-0001", "123456")), goldenReceipt},
		"digest":     {hex.EncodeToString(seal.ReceiptDigest(seal.ReceiptKey("S2-0001", "123456"))), goldenDigest},
		"sheet":      {seal.SheetText(r.Root()), goldenSheet},
	} {
		if c.got != c.want {
			t.Errorf("%s = %q, want %q", name, c.got, c.want)
		}
	}
}

func TestOriginsAreKeptOldestFirst(t *testing.T) {
	r := newRing(t)
	first := r.Origin()
	second, err := r.NewOrigin(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	all := r.Origins()
	if len(all) != 2 || !all[0].Equal(first) || !all[1].Equal(second) || !r.Origin().Equal(second) {
		t.Error("origins are not first, second with the second present")
	}
	all[1][0] ^= 1
	if !r.Origin().Equal(second) {
		t.Error("a caller changed the ring's key through the returned one")
	}
}

func TestNoRandomnessIsAnError(t *testing.T) {
	if _, err := seal.NewRing(bytes.NewReader(make([]byte, 31))); err == nil {
		t.Error("a root of 31 bytes was accepted")
	}
	if _, err := seal.NewRing(bytes.NewReader(make([]byte, 33))); err == nil {
		t.Error("an origin of 1 byte was accepted")
	}
}

func TestPrintingARingShowsNoSecret(t *testing.T) {
	r := newRing(t)
	root := r.Root()
	type holder struct {
		Ring *seal.Ring
		Copy seal.Ring
		Root seal.Root
		ring *seal.Ring // as in most of the program's own types
	}
	h := holder{r, *r, root, r}
	var out strings.Builder
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x", "%d", "%q"} {
		fmt.Fprintf(&out, verb+verb+verb+verb, r, *r, root, h)
	}
	j, err := json.Marshal(h)
	if err != nil {
		t.Fatal(err)
	}
	out.Write(j)
	slog.New(slog.NewTextHandler(&out, nil)).Info("x", "ring", r, "root", root, "h", h)
	slog.New(slog.NewJSONHandler(&out, nil)).Info("x", "ring", r, "root", root, "h", h)
	assertNoSecret(t, r, out.String())
}

// assertNoSecret looks for the root and the origin's seed in the usual spellings.
func assertNoSecret(t *testing.T, r *seal.Ring, text string) {
	t.Helper()
	root := r.Root()
	for _, secret := range [][]byte{root[:], r.Origin().Seed(), r.Authority().Seed()} {
		head := secret[:6]
		for _, form := range []string{
			string(head), hex.EncodeToString(head), strings.ToUpper(hex.EncodeToString(head)),
			base64.StdEncoding.EncodeToString(head), strings.Trim(fmt.Sprint(head), "[]"),
			strings.ReplaceAll(strings.Trim(fmt.Sprint(head), "[]"), " ", ","),
			strings.TrimSuffix(strings.TrimPrefix(fmt.Sprintf("%#v", head), "[]byte{"), "}"),
		} {
			if strings.Contains(text, form) {
				t.Fatal("the text shows a secret")
			}
		}
	}
	for group := range strings.FieldsSeq(seal.SheetText(root)) {
		if strings.Contains(text, group) {
			t.Fatal("the text shows a group of the recovery sheet")
		}
	}
}

func TestNoErrorShowsASecret(t *testing.T) {
	r, other := newRing(t), newRing(t)
	const plain = "invented-secret-text"
	place := seal.Place{Table: "resident", Row: "row", Column: "phone"}
	var errs []error
	keep := func(err error) {
		t.Helper()
		if err == nil {
			t.Error("want an error")
			return
		}
		errs = append(errs, err)
	}
	_, err := other.Open(place, r.Seal(seal.Desk, place, []byte(plain)))
	keep(err)
	_, err = r.Open(place, []byte(plain))
	keep(err)
	sub, err := seal.SealToHall(r.HallPublicKey(), nil, nil, []byte(plain))
	if err != nil {
		t.Fatal(err)
	}
	_, err = other.OpenSubmission(nil, nil, sub)
	keep(err)
	_, err = r.OpenSubmission([]byte(plain), nil, sub)
	keep(err)
	_, err = seal.SealToHall([]byte(plain), nil, nil, []byte(plain))
	keep(err)
	_, err = seal.SealWithKey([]byte(plain), []byte(plain))
	keep(err)
	var file bytes.Buffer
	if err := r.SealFile(&file, strings.NewReader(plain)); err != nil {
		t.Fatal(err)
	}
	keep(other.OpenFile(&bytes.Buffer{}, bytes.NewReader(file.Bytes())))
	keep(r.OpenFile(&bytes.Buffer{}, bytes.NewReader(file.Bytes()[:file.Len()-1])))
	sheet := seal.SheetText(r.Root())
	for _, wrong := range []string{sheet[:30], sheet + sheet, "U" + sheet, sheet[1:], "?" + sheet[1:]} {
		_, err := seal.ParseSheet(wrong)
		keep(err)
	}
	for _, err := range errs {
		assertNoSecret(t, r, err.Error())
		if strings.Contains(err.Error(), plain) {
			t.Error("an error shows the plaintext")
		}
	}
}

func TestRingUnderConcurrency(t *testing.T) {
	r := newRing(t)
	place := seal.Place{Table: "resident", Row: "1", Column: "phone"}
	want := r.Seal(seal.Desk, place, []byte("13800000000"))
	blind := r.Blind("phone", "13800000000")
	errs := make(chan error, 8)
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			for j := range 200 {
				row := fmt.Sprint(i, "-", j)
				own := seal.Place{Table: "t", Row: row, Column: "c"}
				got, err := r.Open(own, r.Seal(seal.Care, own, []byte(row)))
				if err != nil || string(got) != row ||
					!bytes.Equal(want, r.Seal(seal.Desk, place, []byte("13800000000"))) ||
					!bytes.Equal(blind, r.Blind("phone", "13800000000")) {
					errs <- errors.Join(err, fmt.Errorf("goroutine %d, round %d got something else", i, j))
					return
				}
				r.SetMachine(j)
				_, _ = r.Machine(), r.Origins()
			}
			if _, err := r.NewOrigin(rand.Reader); err != nil {
				errs <- err
			}
		})
	}
	wg.Wait()
	close(errs)
	for err := range errs {
		t.Error(err)
	}
	if n := len(r.Origins()); n != 9 {
		t.Errorf("%d origins after 8 new ones, want 9", n)
	}
}
