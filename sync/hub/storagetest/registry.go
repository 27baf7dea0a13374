package storagetest

import (
	"crypto/ed25519"
	"errors"

	"linli/sync/hub"
)

func (s *suite) halls() {
	key := ed25519.NewKeyFromSeed(make([]byte, 32)).Public().(ed25519.PublicKey)
	made := hub.Hall{ID: "one", Name: "样例一", Division: "320199001001", Zone: "Asia/Shanghai", Authority: key, Kind: hub.Founding, Since: moment(5), Machines: 3, Writer: origin(1)}
	s.update(func(tx hub.Tx) error {
		return errors.Join(tx.PutHall(made), tx.PutHall(hub.Hall{ID: "two", Authority: key, Kind: hub.Adopted, Since: moment(1)}))
	})
	s.update(func(tx hub.Tx) error {
		last, err := tx.TakeMachines("one", 0, 3)
		s.same("numbers", last, 6)
		last, err1 := tx.TakeMachines("one", 20, 3)
		s.same("numbers beyond the floor", last, 23)
		_, err2 := tx.TakeMachines("strange", 0, 3)
		s.same("numbers of a stranger", errors.Is(err2, hub.ErrNoHall), true)
		// A hall that is put again keeps its numbers and its writer.
		again := made
		again.Name, again.Kind, again.Machines, again.Writer = "样例二", hub.Made, 0, origin(0)
		return errors.Join(err, err1, tx.PutHall(again), tx.SetWriter("two", origin(2)))
	})
	s.view(func(v hub.Snapshot) error {
		want := made
		want.Name, want.Kind, want.Machines = "样例二", hub.Made, 23
		h, found, err := v.Hall("one")
		s.same("hall", h, want)
		s.same("found", found, true)
		_, found, err1 := v.Hall("strange")
		s.same("a stranger found", found, false)
		all, err2 := v.Halls()
		s.same("halls", len(all), 2)
		s.same("the second", all[1].ID, "two")
		s.same("its writer", all[1].Writer, origin(2))
		return errors.Join(err, err1, err2)
	})
}

func (s *suite) devices() {
	d := hub.Device{Hall: "one", Origin: origin(1), Role: "desk", Name: "一号窗口", Certificate: []byte("first"), Admitted: moment(5)}
	s.update(func(tx hub.Tx) error {
		return errors.Join(tx.PutDevice(d),
			tx.SetSeen(hub.Device{Hall: "one", Origin: origin(1), Role: "kiosk", Name: "other", Certificate: []byte("second"), Seen: moment(8)}),
			tx.SetSeen(hub.Device{Hall: "one", Origin: origin(1), Role: "kiosk", Certificate: []byte("second"), Seen: moment(7)}),
			tx.SetSeen(hub.Device{Hall: "one", Origin: origin(2), Role: "board", Certificate: []byte("b"), Seen: moment(6)}),
			tx.PutDevice(hub.Device{Hall: "two", Origin: origin(1), Certificate: []byte("c")}))
	})
	s.view(func(v hub.Snapshot) error {
		got, err := v.Devices("one")
		d.Role, d.Certificate, d.Seen = "kiosk", []byte("second"), moment(8)
		s.same("machines", got, []hub.Device{d, {Hall: "one", Origin: origin(2), Role: "board", Certificate: []byte("b"), Seen: moment(6)}})
		return err
	})
}

func (s *suite) codes() {
	a := hub.Code{ID: "a", Hall: "one", Role: "desk", Key: []byte("ka"), Expires: moment(10)}
	b := hub.Code{ID: "b", Hall: "", Role: "desk", Key: []byte("kb"), Expires: moment(20)}
	s.update(func(tx hub.Tx) error { return errors.Join(tx.PutCode(a, moment(0)), tx.PutCode(b, moment(0))) })
	listed := func(at int64) (ids string) {
		s.view(func(v hub.Snapshot) error {
			codes, err := v.Codes(moment(at))
			ids = ""
			for _, c := range codes {
				ids += c.ID
			}
			return err
		})
		return ids
	}
	s.same("codes", listed(9), "ab")
	s.same("codes later", listed(10), "b")
	use := func(id, key string, at int64) (got hub.Code, found, again bool) {
		s.update(func(tx hub.Tx) (err error) {
			got, found, again, err = tx.UseCode(id, []byte(key), moment(at))
			return err
		})
		return got, found, again
	}
	got, found, again := use("a", "key", 9)
	s.same("used", got, a)
	s.same("found, again", []bool{found, again}, []bool{true, false})
	_, found, again = use("a", "key", 9)
	s.same("by the same: found, again", []bool{found, again}, []bool{true, true})
	_, found, _ = use("a", "other", 9)
	s.same("by another", found, false)
	_, found, _ = use("a", "key", 10)
	s.same("too late", found, false)
	_, found, _ = use("none", "key", 9)
	s.same("none", found, false)
	s.same("a used code is listed until it expires", listed(9), "ab")

	miss := func() (dropped bool) {
		s.update(func(tx hub.Tx) (err error) {
			dropped, err = tx.CountMiss(3)
			return err
		})
		return dropped
	}
	s.same("misses", []bool{miss(), miss()}, []bool{false, false})
	if _, found, _ := use("b", "key", 9); !found {
		s.t.Error("b is not good")
	}
	s.same("misses begin again after a code was used", []bool{miss(), miss(), miss()}, []bool{false, false, true})
	s.same("all dropped", listed(0), "")
	s.update(func(tx hub.Tx) error { return tx.PutCode(a, moment(0)) })
	s.same("misses begin again", []bool{miss(), miss(), miss()}, []bool{false, false, true})
	s.update(func(tx hub.Tx) error { return errors.Join(tx.PutCode(a, moment(0)), tx.PutCode(b, moment(15))) })
	s.same("an expired code is forgotten", listed(0), "b")
}
