package seal_test

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"testing"

	"linli/store/seal"
)

func admitted(t *testing.T, from *seal.Ring, opens bool) *seal.Ring {
	t.Helper()
	w, err := seal.NewWrapping(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	sealed, err := from.Share(opens, w.PublicKey())
	if err != nil {
		t.Fatal(err)
	}
	_, key, _ := ed25519.GenerateKey(rand.Reader)
	ring, err := w.Open(sealed, key, []byte("certificate"))
	if err != nil {
		t.Fatal(err)
	}
	return ring
}

func TestASharedRingOpensTheDataAndIsNoAuthority(t *testing.T) {
	hall := newRing(t)
	desk := admitted(t, hall, true)
	place := seal.Place{Table: "resident", Row: "r", Column: "name"}
	if got, err := desk.Open(place, hall.Seal(seal.Desk, place, []byte("样例"))); err != nil || string(got) != "样例" {
		t.Errorf("a desk opened %q, %v", got, err)
	}
	if !bytes.Equal(desk.Seal(seal.Desk, place, []byte("样例")), hall.Seal(seal.Desk, place, []byte("样例"))) {
		t.Error("equal values of two desks are not equal bytes")
	}
	if !bytes.Equal(desk.Blind("k", "1"), hall.Blind("k", "1")) || !bytes.Equal(desk.HallPublicKey(), hall.HallPublicKey()) {
		t.Error("the desk's other keys differ")
	}
	if desk.HasRoot() || desk.Authority() != nil || desk.Root() != (seal.Root{}) {
		t.Error("the desk got the hall's authority")
	}
	if !desk.AuthorityKey().Equal(hall.AuthorityKey()) {
		t.Error("the desk does not know the hall's authority")
	}
	if again := admitted(t, desk, true); !again.AuthorityKey().Equal(hall.AuthorityKey()) || !again.Opens(seal.Desk) {
		t.Error("a desk cannot pass on what it has")
	}
}

func TestAKioskGetsPublicHalvesOnly(t *testing.T) {
	hall := newRing(t)
	kiosk := admitted(t, hall, false)
	if kiosk.Opens(seal.Desk) || kiosk.Opens(seal.Care) || kiosk.HasRoot() {
		t.Fatal("the kiosk has keys of the hall's data")
	}
	place := seal.Place{Table: "resident", Row: "r", Column: "name"}
	if _, err := kiosk.Open(place, hall.Seal(seal.Desk, place, []byte("样例"))); !errors.Is(err, seal.ErrUnknownKey) {
		t.Errorf("the kiosk opened a cell: %v", err)
	}
	body, err := seal.SealToHall(kiosk.HallPublicKey(), []byte("i"), []byte("a"), []byte("said"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := kiosk.OpenSubmission([]byte("i"), []byte("a"), body); !errors.Is(err, seal.ErrUnknownKey) {
		t.Errorf("the kiosk read a submission back: %v", err)
	}
	if got, err := hall.OpenSubmission([]byte("i"), []byte("a"), body); err != nil || string(got) != "said" {
		t.Errorf("the hall opened %q, %v", got, err)
	}
}

func TestASharedRingSurvivesItsFile(t *testing.T) {
	keys := seal.NewKeyFiles(t.TempDir())
	hall := newRing(t)
	for _, opens := range []bool{true, false} {
		ring := admitted(t, hall, opens)
		ring.SetMachine(7)
		name := map[bool]string{true: "desk", false: "kiosk"}[opens]
		if err := keys.Save(name, ring); err != nil {
			t.Fatal(err)
		}
		back, err := keys.Load(name)
		if err != nil {
			t.Fatal(err)
		}
		if back.Opens(seal.Desk) != opens || back.HasRoot() || back.Machine() != 7 || !back.Origin().Equal(ring.Origin()) ||
			string(back.Certificate(back.Origin())) != "certificate" || back.KeyID() != hall.KeyID() {
			t.Errorf("%s came back otherwise", name)
		}
	}
}

func TestWhatWasSharedOpensForItsAskerAlone(t *testing.T) {
	hall := newRing(t)
	mine, _ := seal.NewWrapping(rand.Reader)
	other, _ := seal.NewWrapping(rand.Reader)
	sealed, err := hall.Share(true, mine.PublicKey())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := other.Open(sealed, hall.Origin(), nil); !errors.Is(err, seal.ErrShare) {
		t.Errorf("another machine: %v", err)
	}
	for i := range sealed {
		sealed[i] ^= 1
		if _, err := mine.Open(sealed, hall.Origin(), nil); !errors.Is(err, seal.ErrShare) {
			t.Fatalf("byte %d altered: %v", i, err)
		}
		sealed[i] ^= 1
	}
	root := hall.Root()
	plain, _ := hall.Share(true, mine.PublicKey())
	if bytes.Contains(plain, root[:]) {
		t.Error("the root is in it")
	}
}
