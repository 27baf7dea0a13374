package main_test

import (
	"os"
	"testing"

	"linli/store"
	"linli/store/seal"
)

func TestTheCodeOfAKiosk(t *testing.T) {
	t.Parallel()
	p := withHall(t)
	var made struct {
		Set  bool
		Code string
	}
	p.ctl("", "kiosk-code", "--json").wants(0).object(&made)
	if !made.Set || len(made.Code) != 6 {
		t.Fatalf("made %+v", made)
	}
	p.ctl("290416\n", "kiosk-code", "--pin-stdin").wants(0, "维护密码设好了")
	p.ctl("123456\n", "kiosk-code", "--pin-stdin").wants(1, "6 位数字")
	p.ctl("290416\n", "kiosk-code", "--pin-stdin", "290416").wants(2) // a code among the arguments is seen by others

	// The kiosk has the folder open all day.
	s, err := store.Open(t.Context(), p.data, store.Options{Keys: seal.NewKeyFiles(p.keys)})
	if err == nil {
		p.ctl("472615\n", "kiosk-code", "--pin-stdin").wants(0)
		if err := s.Hall().Corner.TryCode(t.Context(), "472615"); err != nil {
			t.Errorf("the code that was set meanwhile: %v", err)
		}
		err = s.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(p.data); err != nil {
		t.Fatal(err)
	}
	p.ctl("", "kiosk-code").wants(1)
}
