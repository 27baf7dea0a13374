package storagetest

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"linli/sync/hub"
	"linli/sync/oplog"
)

var errOn = errors.New("on purpose")

// everything writes something by each method.
func everything(tx hub.Tx) error {
	o := origin(50)
	_, err := tx.TakeMachines("one", 5, 3)
	_, _, _, err1 := tx.UseCode("open", []byte("key"), moment(0))
	_, err2 := tx.CountMiss(1)
	return errors.Join(err, err1, err2,
		put(tx, one, line(o, 1, 3)...), put(tx, "hall/new/desk", line(o, 1, 1)...),
		tx.SetEnds(one, origin(1), nil), tx.SetVerdict(one, 1, oplog.VoidCut), tx.PutRow(one, "t", "r", []byte("new")),
		tx.SetApplied(one, 1, oplog.SetDigest{1}), tx.ClearRows(one),
		tx.PutHall(hub.Hall{ID: "new", Kind: hub.Made}), tx.SetWriter("one", o),
		tx.PutDevice(hub.Device{Hall: "one", Origin: o}), tx.SetSeen(hub.Device{Hall: "one", Origin: origin(1), Seen: moment(9)}),
		tx.PutCode(hub.Code{ID: "new", Expires: moment(9)}, moment(0)),
	)
}

// picture is all that a storage has, as text.
func (s *suite) picture() (text string) {
	s.t.Helper()
	s.view(func(v hub.Snapshot) error {
		text = ""
		states, err := v.States()
		text += fmt.Sprintln("states", states)
		for _, scope := range []oplog.Scope{one, two, "hall/new/desk"} {
			heads, err1 := v.Heads(scope)
			certs, err2 := v.Certificates(scope)
			err = errors.Join(err, err1, err2)
			text += fmt.Sprintln(scope, s.entries(v, scope, 0), heads, certs)
			for r, bad := range v.Rows(scope) {
				err = errors.Join(err, bad)
				text += fmt.Sprintln(r.Table, r.Row, string(r.Cells))
			}
		}
		halls, err1 := v.Halls()
		devices, err2 := v.Devices("one")
		codes, err3 := v.Codes(moment(0))
		text += fmt.Sprintln(halls, devices, codes)
		return errors.Join(err, err1, err2, err3)
	})
	return text
}

func (s *suite) rollback() {
	s.update(func(tx hub.Tx) error {
		return errors.Join(put(tx, one, line(origin(1), 1, 2)...), tx.PutRow(one, "t", "r", []byte("old")), tx.SetApplied(one, 2, oplog.SetDigest{2}),
			tx.PutHall(hub.Hall{ID: "one", Kind: hub.Made, Machines: 3}),
			tx.PutDevice(hub.Device{Hall: "one", Origin: origin(1), Name: "desk"}), tx.PutCode(hub.Code{ID: "open", Expires: moment(9)}, moment(0)))
	})
	before := s.picture()
	if err := s.s.Update(context.Background(), []oplog.Scope{one, "hall/new/desk"}, func(tx hub.Tx) error {
		s.must(everything(tx))
		return errOn
	}); !errors.Is(err, errOn) {
		s.t.Fatalf("the update answers %v", err)
	}
	if after := s.picture(); after != before {
		s.t.Errorf("before:\n%s\nafter:\n%s", before, after)
	}
	// The numbers that were taken back are given again: no gap.
	s.update(func(tx hub.Tx) error { return put(tx, one, line(origin(1), 3, 4)...) })
	s.view(func(v hub.Snapshot) error {
		for i, r := range s.entries(v, one, 0) {
			s.same("number", r.Seq, int64(i+1))
		}
		last, err := v.State(one)
		s.same("last", last.Seq, int64(4))
		return err
	})
	s.update(func(tx hub.Tx) error {
		_, found, again, err := tx.UseCode("open", []byte("other"), moment(0))
		s.same("the code is still good", found && !again, true)
		return err
	})
}

func (s *suite) moment() {
	s.update(func(tx hub.Tx) error { return put(tx, one, line(origin(1), 1, 2)...) })
	v1, err := s.s.Version(context.Background())
	s.must(err)
	wrote := make(chan error, 1)
	s.view(func(v hub.Snapshot) error {
		before, err := v.State(one)
		if err != nil {
			return err
		}
		go func() {
			wrote <- s.s.Update(context.Background(), []oplog.Scope{one}, func(tx hub.Tx) error { return put(tx, one, line(origin(1), 3, 4)...) })
		}()
		// The update may wait for this view or run beside it; it shows in the view in neither case.
		for range 100 {
			now, err := v.State(one)
			if err != nil || now != before || len(s.entries(v, one, 0)) != 2 {
				s.t.Fatalf("the view moved from %v to %v, %v", before, now, err)
			}
		}
		return nil
	})
	s.must(<-wrote)
	v2, err := s.s.Version(context.Background())
	s.must(err)
	if v1 == v2 {
		s.t.Error("the version is the same after a commit")
	}
}

func (s *suite) together() {
	const writers, times = 16, 12
	s.update(func(tx hub.Tx) error { return tx.PutHall(hub.Hall{ID: "one", Kind: hub.Made}) })
	var wg sync.WaitGroup
	errs := make(chan error, writers)
	for w := range writers {
		wg.Go(func() {
			for n := range int64(times) {
				e := record(origin(100+w), n+1, 0)
				if err := s.s.Update(context.Background(), []oplog.Scope{one}, func(tx hub.Tx) error {
					last, err := tx.TakeMachines("one", 0, 3)
					if err == nil && last%3 != 0 {
						err = fmt.Errorf("the numbers end at %d", last)
					}
					return errors.Join(err, put(tx, one, e))
				}); err != nil {
					errs <- err
					return
				}
			}
		})
	}
	wg.Wait()
	close(errs)
	for err := range errs {
		s.t.Error(err)
	}
	s.view(func(v hub.Snapshot) error {
		h, _, err := v.Hall("one")
		got := s.entries(v, one, 0)
		s.same("entries", len(got), writers*times)
		s.same("machine numbers", h.Machines, 3*len(got))
		next := make(map[oplog.Origin]int64)
		for i, r := range got {
			s.same("number", r.Seq, int64(i+1))
			next[r.Head.Origin]++
			s.same("own number", r.Head.N, next[r.Head.Origin])
		}
		return err
	})
}

func (s *suite) apart() {
	const writers = 24
	var wg sync.WaitGroup
	errs := make([]error, writers)
	for w := range writers {
		wg.Go(func() {
			errs[w] = s.s.Update(context.Background(), []oplog.Scope{one}, func(tx hub.Tx) error {
				if err := put(tx, one, record(origin(w), 1, 0)); err != nil || w%3 != 0 {
					return err
				}
				return errOn
			})
		})
	}
	wg.Wait()
	want := 0
	for w, err := range errs {
		if w%3 != 0 {
			s.must(err)
			want++
		} else if !errors.Is(err, errOn) {
			s.t.Errorf("writer %d: %v", w, err)
		}
	}
	s.view(func(v hub.Snapshot) error {
		got := s.entries(v, one, 0)
		s.same("entries", len(got), want)
		for _, r := range got {
			if int(r.Head.Origin[0])%3 == 0 {
				s.t.Error("an update that failed left an entry")
			}
		}
		return nil
	})
}

func (s *suite) closed() {
	s.must(s.s.Close())
	ctx := context.Background()
	if err := s.s.Update(ctx, nil, func(hub.Tx) error { return nil }); !errors.Is(err, hub.ErrClosed) {
		s.t.Errorf("update: %v", err)
	}
	if err := s.s.View(ctx, func(hub.Snapshot) error { return nil }); !errors.Is(err, hub.ErrClosed) {
		s.t.Errorf("view: %v", err)
	}
	s.must(s.s.Close())
}
