package main

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"time"

	"linli/app"
	"linli/store"
	"linli/store/seal"
	"linli/sync/device"
)

// visitsMoved is how many visits are pushed and pulled, each an action of its own.
const visitsMoved = 10_000

//go:embed pouchdb.cjs
var pouchdb []byte

// measureReplication measures what the design's rows on replication ask, and PouchDB in the same run.
func measureReplication(ctx context.Context, r *report, bin string, residents int) (err error) {
	dir, err := os.MkdirTemp("", "linli-bench-hub")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	peer := measurePouchDB(r, dir)
	c, err := openCentre(bin, dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.close()) }()
	one, err := c.desk(ctx, dir, "one")
	if err != nil {
		return err
	}
	defer one.Close() //nolint:errcheck // measured, not kept
	two, err := c.desk(ctx, dir, "two")
	if err != nil {
		return err
	}
	defer two.Close() //nolint:errcheck // measured, not kept
	if err := register(ctx, one, visitsMoved); err != nil {
		return err
	}
	push, pushed, err := timedSync(ctx, one)
	if err != nil {
		return err
	}
	pull, pulled, err := timedSync(ctx, two)
	if err != nil {
		return err
	}
	r.add("push 10,000 visits to the hub", "≥ 5 × faster than PouchDB", "%.2f s%s", push.Seconds(), peer.ratio(push, peer.Push.Seconds))
	r.add("pull 10,000 visits from the hub, folded", "≥ 7 × faster than PouchDB", "%.2f s%s", pull.Seconds(), peer.ratio(pull, peer.Pull.Seconds))
	r.add("bytes of the push", "≤ 1/8 of PouchDB's", "%.2f MB%s", float64(pushed)/1e6, peer.share(pushed, peer.Push.Bytes))
	r.add("bytes of the pull", "≤ 1/3 of PouchDB's", "%.2f MB%s", float64(pulled)/1e6, peer.share(pulled, peer.Pull.Bytes))
	r.add("hub memory after it", "≤ 64 MB + 50 KB a connection", "%.0f MB", float64(c.memory())/1e6)
	if err := measureBootstrap(ctx, r, c, one, dir, residents); err != nil {
		return err
	}
	return measureLive(ctx, r, one, two)
}

// measureBootstrap measures how a new desk gets a hall of many residents from the hub: until it may serve the first one, and
// until it has everything.
func measureBootstrap(ctx context.Context, r *report, c *centre, full *store.Store, dir string, residents int) error {
	if err := store.FillDemo(ctx, full, store.Demo{Residents: residents, Visits: 0, Seed: 1, Separate: true}); err != nil {
		return err
	}
	if _, _, err := timedSync(ctx, full); err != nil {
		return err
	}
	got, err := c.call("", "code", "--hall", c.hall, "--role", "desk")
	if err != nil {
		return err
	}
	code, _ := got["code"].(string)
	o := store.Options{Program: "bench", Keys: seal.NewKeyFiles(filepath.Join(dir, "three.keys"))}
	began := time.Now()
	if _, err := device.Enrol(ctx, c.address, code, "three", filepath.Join(dir, "three"), true, o); err != nil {
		return err
	}
	s, err := store.Open(ctx, filepath.Join(dir, "three"), o)
	if err != nil {
		return err
	}
	defer s.Close() //nolint:errcheck // measured, not kept
	done := make(chan error, 1)
	var bytes int64
	go func() {
		var err error
		_, bytes, err = timedSync(ctx, s)
		done <- err
	}()
	usable := time.Duration(0)
	for usable == 0 {
		select {
		case err := <-done:
			done <- err
			usable = time.Since(began)
		default:
			// The kiosk's first page needs the businesses; they come before the residents.
			if list, err := s.Hall().Public.Businesses(ctx); err == nil && len(list) > 0 {
				usable = time.Since(began)
			}
		}
	}
	if err := <-done; err != nil {
		return err
	}
	r.add(fmt.Sprintf("a new desk gets %d residents from the hub", residents), "usable before it ends", "first page after %.2f s, all after %.1f s, %.1f MB", usable.Seconds(), time.Since(began).Seconds(), float64(bytes)/1e6)
	return nil
}

// register writes visits one by one.
func register(ctx context.Context, s *store.Store, n int) error {
	hall, by := s.Hall(), app.ConsoleActor()
	id, err := hall.Registry.Save(ctx, by, app.Form{}, map[string]string{"name": "样例甲"})
	for i := 0; i < n && err == nil; i++ {
		_, err = hall.Visits.Register(ctx, by, app.NewVisit{ResidentID: id, Channel: app.ChannelWindow, Purpose: "样例来意：咨询高龄津贴", Outcome: app.OutcomeDone})
	}
	return err
}

func timedSync(ctx context.Context, s *store.Store) (time.Duration, int64, error) {
	began := time.Now()
	m, err := device.Sync(ctx, s)
	return time.Since(began), m.BytesOut + m.BytesIn, err
}

// pouch is what the peer's script prints.
type pouch struct {
	Push, Pull struct {
		Seconds float64
		Bytes   int64
	}
}

func (p pouch) ratio(ours time.Duration, theirs float64) string {
	if theirs == 0 {
		return ""
	}
	return fmt.Sprintf("; PouchDB %.2f s: %.1f ×", theirs, theirs/ours.Seconds())
}

func (p pouch) share(ours, theirs int64) string {
	if theirs == 0 {
		return ""
	}
	return fmt.Sprintf("; PouchDB %.2f MB: 1/%.1f", float64(theirs)/1e6, float64(theirs)/float64(ours))
}

// measurePouchDB runs the peer, or says why it could not.
func measurePouchDB(r *report, dir string) (p pouch) {
	folder := filepath.Join(dir, "pouchdb")
	run := func(name string, args ...string) ([]byte, error) {
		cmd := exec.Command(name, args...)
		cmd.Dir = folder
		var errs bytes.Buffer
		cmd.Stderr = &errs
		out, err := cmd.Output()
		if err != nil {
			err = fmt.Errorf("%w: %s", err, errs.String())
		}
		return out, err
	}
	err := os.MkdirAll(filepath.Join(folder, "d"), 0o700)
	if err == nil {
		err = os.WriteFile(filepath.Join(folder, "pouchdb.cjs"), pouchdb, 0o600)
	}
	if err == nil {
		err = os.WriteFile(filepath.Join(folder, "package.json"), []byte("{}"), 0o600)
	}
	if err == nil {
		_, err = run("npm", "install", "--no-audit", "--no-fund", "pouchdb@9", "express-pouchdb@4", "express@4", "pouchdb-adapter-memory@9")
	}
	var out []byte
	if err == nil {
		out, err = run("node", "pouchdb.cjs", filepath.Join(folder, "d"), fmt.Sprint(visitsMoved))
	}
	if err == nil {
		err = json.Unmarshal(out, &p)
	}
	if err != nil {
		r.add("PouchDB ↔ express-pouchdb, the same visits", "-", "not measured: %v", err)
	}
	return p
}

// measureLive measures how long a number that is taken at one machine needs until another one of the hall has it, durable at
// both ends and nothing between them but the hall's network.
func measureLive(ctx context.Context, r *report, one, two *store.Store) error {
	a, err := device.Start(ctx, one, device.Options{Listen: "127.0.0.1:0"})
	if err != nil {
		return err
	}
	defer a.Stop() //nolint:errcheck // measured, not kept
	for _, p := range mustPeers(ctx, two) {
		if err := two.RemovePeer(ctx, p.Address); err != nil {
			return err
		}
	}
	if err := two.AddPeer(ctx, store.KnownPeer{Address: fmt.Sprintf("127.0.0.1:%d", a.Port()), Kind: app.PeerLAN, Name: "one"}); err != nil {
		return err
	}
	b, err := device.Start(ctx, two, device.Options{})
	if err != nil {
		return err
	}
	defer b.Stop() //nolint:errcheck // measured, not kept
	businesses, err := one.Hall().Public.Businesses(ctx)
	if err != nil {
		return err
	}
	seen := &arrivals{at: map[string]time.Time{}, changed: sync.NewCond(&sync.Mutex{})}
	events, stop := two.Bus().Subscribe()
	defer stop()
	go seen.watch(events)
	var took []time.Duration
	for range 320 {
		began := time.Now()
		t, err := one.Hall().Queue.TakeAtDesk(ctx, app.ConsoleActor(), app.TakeTicket{BusinessID: businesses[0].ID})
		if err != nil {
			return err
		}
		took = append(took, seen.wait(t.Ticket.ID).Sub(began))
	}
	took = took[20:] // until both are warm
	r.add("machine → machine on the LAN, durable at both", "p95 ≤ 25 ms on loopback", "p50 %.1f, p95 %.1f ms", ms(quantile(took, 0.5)), ms(quantile(took, 0.95)))
	return nil
}

func mustPeers(ctx context.Context, s *store.Store) []store.KnownPeer {
	list, _ := s.Peers(ctx)
	return list
}

// arrivals is when the tickets of another machine were there.
type arrivals struct {
	at      map[string]time.Time
	changed *sync.Cond
}

func (a *arrivals) watch(events <-chan app.Changed) {
	for e := range events {
		if e.Table != "ticket" {
			continue
		}
		now := time.Now()
		a.changed.L.Lock()
		for _, id := range e.IDs {
			a.at[id] = now
		}
		a.changed.L.Unlock()
		a.changed.Broadcast()
	}
}

func (a *arrivals) wait(id string) time.Time {
	a.changed.L.Lock()
	defer a.changed.L.Unlock()
	for a.at[id].IsZero() {
		a.changed.Wait()
	}
	return a.at[id]
}
