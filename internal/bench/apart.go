package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"linli/app"
	"linli/store"
	"linli/store/seal"
	"linli/sync/agent"
	"linli/sync/exchange"
	"linli/sync/oplog"
	"linli/sync/wire"
)

// What a hall does while its machines are apart.
const (
	apartDesks     = 5
	apartDays      = 14
	apartPerDay    = 2000 // actions of one desk, each an entry
	apartResidents = 200  // whom all know, and whom each desk edits
	apartEdits     = 20   // one action in so many edits one of them, the others are visits
)

// apart is a desk that was away. While it is away this process writes into its folder; what comes back is linlictl, a process
// for each desk, as on machines of their own.
type apart struct {
	name, dir, keys string
	zero            time.Time // when it went away
	program         string    // linlictl
	moved           exchanged
	peak            int64 // bytes; the greatest of its processes
}

// exchanged is what linlictl says of one exchange.
type exchanged struct {
	Pushed, Pulled int
	BytesOut       int64 `json:"bytes_out"`
	BytesIn        int64 `json:"bytes_in"`
}

// measureApart measures two weeks without a network: each desk of a hall goes on alone, and then all come back at once and
// exchange until each has everything. That all have the same in the end is compared by digest, here and at the hub.
func measureApart(ctx context.Context, r *report, bin string) error {
	return withCentre(bin, func(c *centre, dir string) error {
		desks := make([]*apart, apartDesks)
		for i := range desks {
			name := fmt.Sprint("desk", i+1)
			desks[i] = &apart{
				name: name, dir: filepath.Join(dir, name), keys: filepath.Join(dir, name+".keys"), program: filepath.Join(bin, "linlictl"),
				zero: time.Now().AddDate(0, 0, -apartDays),
			}
			s, err := c.desk(ctx, dir, name)
			if err != nil {
				return err
			}
			if i == 0 {
				err = store.FillDemo(ctx, s, store.Demo{Residents: apartResidents, Seed: 1})
			}
			if err := errors.Join(err, s.Close()); err != nil {
				return err
			}
		}
		if _, err := exchangeAll(desks); err != nil {
			return err
		}
		before, err := c.entries()
		if err != nil {
			return err
		}

		began := time.Now()
		if err := each(desks, func(d *apart) error { return d.live(ctx) }); err != nil {
			return err
		}
		fmt.Fprintf(os.Stderr, "%d desks wrote %d entries each in %.0f s\n", apartDesks, apartDays*apartPerDay, time.Since(began).Seconds())
		for _, d := range desks {
			d.moved, d.peak = exchanged{}, 0
		}

		began = time.Now()
		rounds, err := exchangeAll(desks)
		if err != nil {
			return err
		}
		took := time.Since(began)
		after, err := c.entries()
		if err != nil {
			return err
		}
		if want := before + apartDesks*apartDays*apartPerDay; after != want {
			return fmt.Errorf("the hub has %d entries and should have %d", after, want)
		}
		peak := c.peak() // before it is asked for digests
		if err := c.sameAs(ctx, desks); err != nil {
			return err
		}
		var all exchanged
		var most int64
		for _, d := range desks {
			all.Pushed, all.Pulled = all.Pushed+d.moved.Pushed, all.Pulled+d.moved.Pulled
			all.BytesOut, all.BytesIn = all.BytesOut+d.moved.BytesOut, all.BytesIn+d.moved.BytesIn
			most = max(most, d.peak)
		}
		r.add(fmt.Sprintf("%d desks, %d days apart, %d changes a day each: all have all", apartDesks, apartDays, apartPerDay), "digests equal",
			"%.1f s in %d rounds, the last of which moved nothing; %d entries written, %d moved: %.0f entries/s", took.Seconds(), rounds, after-before, all.Pushed+all.Pulled, float64(all.Pushed+all.Pulled)/took.Seconds())
		r.add("bytes of it, of all desks", "-", "%.1f MB out, %.1f MB in; %.0f bytes an entry that moved", float64(all.BytesOut)/1e6, float64(all.BytesIn)/1e6,
			float64(all.BytesOut+all.BytesIn)/float64(all.Pushed+all.Pulled))
		r.add("hub memory at most", "≤ 64 MB + 50 KB a connection", "%.0f MB", float64(peak)/1e6)
		r.add("a desk's memory at most, linlictl sync", "-", "%.0f MB", float64(most)/1e6)
		return nil
	})
}

// each does the same for all desks at once.
func each(desks []*apart, do func(*apart) error) error {
	errs := make([]error, len(desks))
	var running sync.WaitGroup
	for i, d := range desks {
		running.Go(func() {
			if err := do(d); err != nil {
				errs[i] = fmt.Errorf("%s: %w", d.name, err)
			}
		})
	}
	running.Wait()
	return errors.Join(errs...)
}

// exchangeAll lets all desks exchange at once, again and again until nothing moves any more.
func exchangeAll(desks []*apart) (rounds int, err error) {
	for moved := true; moved; rounds++ {
		var sum atomic.Int64
		err := each(desks, func(d *apart) error {
			m, err := d.exchange()
			sum.Add(int64(m.Pushed + m.Pulled))
			return err
		})
		if err != nil {
			return rounds, err
		}
		moved = sum.Load() > 0
	}
	return rounds, nil
}

// exchange is one exchange of the desk, by a process of its own.
func (d *apart) exchange() (m exchanged, err error) {
	cmd := exec.Command(d.program, "sync", "--data", d.dir, "--json")
	cmd.Env = append(os.Environ(), seal.KeysEnv+"="+d.keys)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return m, err
	}
	d.peak = max(d.peak, peakOf(cmd.ProcessState))
	if err := json.Unmarshal(out, &m); err != nil {
		return m, err
	}
	d.moved.Pushed, d.moved.Pulled = d.moved.Pushed+m.Pushed, d.moved.Pulled+m.Pulled
	d.moved.BytesOut, d.moved.BytesIn = d.moved.BytesOut+m.BytesOut, d.moved.BytesIn+m.BytesIn
	return m, nil
}

// open opens the desk's folder here, at the time that the clock says.
func (d *apart) open(ctx context.Context, clock app.Clock) (*store.Store, error) {
	return store.Open(ctx, d.dir, store.Options{Program: "bench", Keys: seal.NewKeyFiles(d.keys), Clock: clock})
}

// clockAt is a clock that stands where it is put.
type clockAt struct{ now time.Time }

// Now implements [app.Clock].
func (c *clockAt) Now() time.Time { return c.now }

// live is what a desk does alone: visits, and now and then an edit of a resident whom the others edit too.
func (d *apart) live(ctx context.Context) (err error) {
	clock := &clockAt{d.zero}
	s, err := d.open(ctx, clock)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	hall, by := s.Hall(), app.ConsoleActor()
	known, err := hall.Registry.Find(ctx, by, "样例", "", apartResidents)
	if err != nil {
		return err
	}
	if len(known) != apartResidents {
		return fmt.Errorf("it knows %d residents before it goes", len(known))
	}
	for day := range apartDays {
		for i := range apartPerDay {
			clock.now = d.zero.AddDate(0, 0, day).Add(time.Duration(i) * 10 * time.Second)
			one := known[(day*apartPerDay+i)%len(known)]
			if i%apartEdits > 0 {
				_, err = hall.Visits.Register(ctx, by, app.NewVisit{ResidentID: one.ID, Channel: app.ChannelWindow, Purpose: "样例来意：咨询高龄津贴", Outcome: app.OutcomeDone})
			} else {
				err = edit(ctx, hall, one.ID, fmt.Sprintf("样例路%d号%d栋（%s）", day+1, i, d.name))
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// edit changes a resident's address, as a person does with the form on the screen.
func edit(ctx context.Context, hall *app.Hall, id, address string) error {
	by := app.ConsoleActor()
	_, form, err := hall.Registry.Resident(ctx, by, id)
	if err == nil {
		_, err = hall.Registry.Save(ctx, by, form, map[string]string{"address": address})
	}
	return err
}

// sameAs compares the digests of all scopes, of the entries and of the rows, between the hub and every desk.
func (c *centre) sameAs(ctx context.Context, desks []*apart) error {
	var want map[oplog.Scope]exchange.Digest
	for _, d := range desks {
		s, err := d.open(ctx, nil)
		if err != nil {
			return err
		}
		has, err := digests(ctx, s)
		if err == nil && want == nil {
			want, err = has, c.agrees(ctx, s, has)
		}
		if err := errors.Join(err, s.Close()); err != nil {
			return fmt.Errorf("%s: %w", d.name, err)
		}
		for scope, digest := range has {
			if digest != want[scope] {
				return fmt.Errorf("%s and %s differ in %s", desks[0].name, d.name, scope.Part())
			}
		}
	}
	return nil
}

// digests are those of all scopes of a desk.
func digests(ctx context.Context, s *store.Store) (map[oplog.Scope]exchange.Digest, error) {
	out := make(map[oplog.Scope]exchange.Digest)
	for _, lane := range agent.Lanes(s.Membership().Decoded) {
		d, err := s.Replica().Digest(ctx, lane.Scope)
		if err != nil {
			return nil, err
		}
		out[lane.Scope] = d
	}
	return out, nil
}

// agrees asks the hub for its digests, as that desk.
func (c *centre) agrees(ctx context.Context, s *store.Store, want map[oplog.Scope]exchange.Digest) error {
	me := s.Membership()
	w, err := wire.NewClient(c.address, wire.Identity{Key: me.Key, Certificate: me.Certificate}, c.trust)
	if err != nil {
		return err
	}
	w.Proxy = wire.Direct
	defer w.Close()
	for scope, digest := range want {
		a, err := w.Digest(ctx, scope)
		if err != nil {
			return err
		}
		if a.Digest != digest {
			return fmt.Errorf("the hub differs in %s: the same entries %t, the same rows %t", scope.Part(), a.Vector == digest.Vector, a.Rows == digest.Rows)
		}
	}
	return nil
}
