package card_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"linli/kiosk/card"
)

// device is what lies behind a reader, in a test's hand.
type device struct {
	reader  card.Reader
	address string // of some
	place   func(card.Person)
	remove  func()
	spoil   func() // puts something down that makes no sense
	unplug  func()
	plug    func()
	scans   func(text string) // nil: it reads no codes
	noCards bool              // it reads codes alone
}

// devices are all back-ends.
var devices = map[string]func(t *testing.T) device{
	"dir": folderDevice, "dir with text": textDevice, "http": serviceDevice, "http with fields": fieldsDevice, "exec": programDevice,
	"sim": simDevice, "sim with a file": simFileDevice, "wedge": keysDevice, "two together": togetherDevice,
}

func open(t *testing.T, address string) card.Reader {
	t.Helper()
	r, err := card.New(address)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// watch is a reader that runs, with what it told.
type watch struct {
	t      *testing.T
	events chan card.Event
	once   sync.Once
	end    func()
	done   chan error
}

func run(t *testing.T, r card.Reader) *watch {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	w := &watch{t: t, events: make(chan card.Event, 1000), end: cancel, done: make(chan error, 1)}
	var inside sync.Mutex
	go func() {
		w.done <- r.Run(ctx, func(e card.Event) {
			if !inside.TryLock() {
				t.Error("told from two goroutines at a time")
				return
			}
			defer inside.Unlock()
			w.events <- e
		})
		close(w.events)
	}()
	t.Cleanup(w.stop)
	return w
}

// stop ends the reader and waits for it.
func (w *watch) stop() {
	w.once.Do(func() {
		w.end()
		if err := <-w.done; err != nil {
			w.t.Errorf("the reader ended with %v", err)
		}
	})
}

// next fails the test unless the next event is of a kind.
func (w *watch) next(want card.What) card.Event {
	w.t.Helper()
	e, open := <-w.events
	if !open {
		w.t.Fatalf("the reader ended before %s", want)
	}
	if e.What != want {
		w.t.Fatalf("%s, want %s", e.What, want)
	}
	return e
}

// placed fails the test unless a person's card is placed next.
func (w *watch) placed(p card.Person) {
	w.t.Helper()
	if e := w.next(card.Placed); e.Person != p {
		w.t.Error("another person than was placed")
	}
}

func TestEveryReaderKeepsTheContract(t *testing.T) {
	people := card.People()
	for name, open := range devices {
		t.Run(name, func(t *testing.T) {
			d := open(t)
			w := run(t, d.reader)
			if d.scans != nil {
				d.scans("LINLI:1:R:" + number(t) + ":246810")
				if e := w.next(card.Scanned); e.Text != "LINLI:1:R:"+number(t)+":246810" {
					t.Error("another text than was scanned")
				}
			}
			if !d.noCards {
				d.place(people[0])
				w.placed(people[0])
				d.remove()
				w.next(card.Removed)
				d.place(people[1])
				w.placed(people[1]) // and once only: what comes next is another
				d.place(people[2])  // while the last one lies there
				w.next(card.Removed)
				w.placed(people[2])
				d.remove()
				w.next(card.Removed)
				d.spoil()
				if e := w.next(card.Unreadable); e.Fault == nil || e.Person != (card.Person{}) {
					t.Error("what cannot be read has a reason, and is nobody")
				}
				d.place(people[3])
				w.placed(people[3])
				d.unplug()
				w.next(card.Gone)
				d.plug()
				w.next(card.Back)
				d.place(people[0])
				w.placed(people[0])
				d.remove()
				w.next(card.Removed)
			}
			if err := d.reader.Run(t.Context(), func(card.Event) {}); !errors.Is(err, card.ErrRunning) {
				t.Errorf("a second run: %v", err)
			}
			w.stop()
			if e, open := <-w.events; open {
				t.Errorf("%s after the end", e.What)
			}
		})
	}
}

// A reader that is ended while its device is away ends at once, and one that was never begun holds nobody.
func TestEveryReaderEndsWhileItsDeviceIsAway(t *testing.T) {
	for name, open := range devices {
		t.Run(name, func(t *testing.T) {
			d := open(t)
			if d.noCards {
				return
			}
			w := run(t, d.reader)
			d.place(card.People()[0])
			w.placed(card.People()[0])
			d.unplug()
			w.next(card.Gone)
			w.stop()
		})
	}
}

// dropper is a maker's program that drops files.
type dropper struct {
	t    *testing.T
	path string
	stop func()
}

// drop drops a file again and again, as makers' programs do while a card lies there; empty for none.
func (d *dropper) drop(body []byte) {
	if d.stop != nil {
		d.stop()
	}
	ctx, cancel := context.WithCancel(d.t.Context())
	var done sync.WaitGroup
	d.stop = func() { cancel(); done.Wait() }
	if body == nil {
		return
	}
	done.Go(func() {
		for ctx.Err() == nil {
			if _, err := os.Stat(d.path); err != nil {
				tmp := d.path + ".tmp"
				if os.WriteFile(tmp, body, 0o600) == nil {
					_ = os.Rename(tmp, d.path)
				}
			}
			select {
			case <-time.After(5 * time.Millisecond):
			case <-ctx.Done():
			}
		}
	})
}

func dropDevice(t *testing.T, content func(card.Person) []byte) device {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "reader")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	d := &dropper{t: t, path: filepath.Join(dir, "wz.txt")}
	t.Cleanup(func() { d.drop(nil) })
	return device{
		reader: open(t, "dir://"+dir+"?hold=500ms"),
		place:  func(p card.Person) { d.drop(content(p)) },
		remove: func() { d.drop(nil) },
		spoil:  func() { d.drop(filled(0xff)) },
		unplug: func() {
			d.drop(nil)
			if err := os.RemoveAll(dir); err != nil {
				t.Error(err)
			}
		},
		plug: func() {
			if err := os.Mkdir(dir, 0o700); err != nil {
				t.Error(err)
			}
		},
	}
}

func folderDevice(t *testing.T) device { return dropDevice(t, record) }

func textDevice(t *testing.T) device {
	sex := map[string]string{"1": "男", "2": "女"}
	nation := map[string]string{"01": "汉", "05": "维吾尔", "11": "满"}
	return dropDevice(t, func(p card.Person) []byte {
		until := string(p.Until)
		if p.LongTerm {
			until = "长期"
		}
		var b []byte
		for _, line := range []string{p.Name, sex[p.Sex], nation[p.Nation], string(p.Birth), p.Address, p.IDNumber, p.Issuer, string(p.From), until} {
			b = append(b, line+"\r\n"...)
		}
		return b
	})
}

// service is a maker's service; what it answers is in the test's hand.
type service struct {
	mu     sync.Mutex
	answer any
	away   bool
}

func (s *service) set(answer any, away bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answer, s.away = answer, away
}

func (s *service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.away:
		w.WriteHeader(http.StatusServiceUnavailable)
	case s.answer == nil:
		w.WriteHeader(http.StatusNoContent)
	default:
		_ = json.NewEncoder(w).Encode(s.answer)
	}
}

func webDevice(t *testing.T, query string, answer func(card.Person) any, spoilt any) device {
	t.Helper()
	s := &service{}
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	address := server.URL + "/read?poll=50ms&" + query
	return device{
		reader: open(t, address), address: address,
		place:  func(p card.Person) { s.set(answer(p), false) },
		remove: func() { s.set(nil, false) },
		spoil:  func() { s.set(spoilt, false) },
		unplug: func() { s.set(nil, true) },
		plug:   func() { s.set(nil, false) },
	}
}

func serviceDevice(t *testing.T) device {
	return webDevice(t, "record=data.block",
		func(p card.Person) any {
			return map[string]any{"data": map[string]any{"block": base64.StdEncoding.EncodeToString(record(p))}}
		},
		map[string]any{"data": map[string]any{"block": "bm90IGEgcmVjb3Jk"}})
}

func fieldsDevice(t *testing.T) device {
	return webDevice(t, "name=body.certName&number=body.certNo&until=body.expires&fault=code",
		func(p card.Person) any {
			until := string(p.Until)
			if p.LongTerm {
				until = "长期"
			}
			return map[string]any{
				"code": 0, "body": map[string]any{"certName": p.Name, "certNo": p.IDNumber, "expires": until},
				"sex": p.Sex, "nation": p.Nation, "birth": string(p.Birth), "address": p.Address, "issuer": p.Issuer, "from": string(p.From),
			}
		},
		map[string]any{"code": -8, "body": map[string]any{}})
}

// programDevice has a helper that hands on what is put into a file, a line each, and goes when its switch does.
func programDevice(t *testing.T) device {
	t.Helper()
	dir := t.TempDir()
	pipe, helper := filepath.Join(dir, "lines"), filepath.Join(dir, "helper")
	script := "#!/bin/sh\ntest -e \"$1/off\" && exit 1\nexec tail -s 0.01 -n +1 -f \"$1/lines\"\n"
	if err := os.WriteFile(helper, []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	say := func(line map[string]any) {
		b, err := json.Marshal(line)
		if err != nil {
			t.Fatal(err)
		}
		f, err := os.OpenFile(pipe, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Write(append(b, '\n')); err != nil {
			t.Error(err)
		}
		_ = f.Close()
	}
	if err := os.WriteFile(pipe, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	return device{
		reader: open(t, "exec://"+helper+"?arg="+dir),
		place: func(p card.Person) {
			say(map[string]any{"event": "placed", "record": record(p)})
			say(map[string]any{"event": "placed", "record": record(p)})
			say(map[string]any{"event": "alive"})
		},
		remove: func() { say(map[string]any{"event": "removed"}) },
		spoil:  func() { say(map[string]any{"event": "placed", "record": []byte("nothing")}) },
		unplug: func() { say(map[string]any{"event": "gone"}) },
		plug:   func() { say(map[string]any{"event": "back"}) },
		scans:  func(text string) { say(map[string]any{"event": "scanned", "text": text}) },
	}
}

func simOf(t *testing.T, r card.Reader, all device) device {
	t.Helper()
	s, ok := r.(*card.Sim)
	if !ok {
		t.Fatal("not a simulator")
	}
	all.place, all.remove, all.spoil, all.unplug, all.plug, all.scans = s.Place, s.Remove, s.Spoil, s.Unplug, s.Plug, s.Scan
	return all
}

func simDevice(t *testing.T) device {
	r := open(t, "sim://")
	return simOf(t, r, device{reader: r})
}

func simFileDevice(t *testing.T) device {
	t.Helper()
	file := filepath.Join(t.TempDir(), "card")
	put := func(s string) {
		if err := os.WriteFile(file+".tmp", []byte(s), 0o600); err != nil {
			t.Error(err)
		}
		if err := os.Rename(file+".tmp", file); err != nil {
			t.Error(err)
		}
	}
	r := open(t, "sim://?file="+file)
	d := simOf(t, r, device{reader: r})
	d.place = func(p card.Person) {
		for i, one := range card.People() {
			if one == p {
				put(string(rune('1' + i)))
			}
		}
	}
	d.remove = func() { _ = os.Remove(file) }
	d.spoil = func() { put("unreadable") }
	plug := d.plug
	d.plug = func() { d.remove(); plug() }
	return d
}

func keysDevice(t *testing.T) device {
	t.Helper()
	r := open(t, "wedge://")
	return device{reader: r, noCards: true, scans: func(text string) { scanKeys(t, r, text) }}
}

// scanKeys types as a scanner does.
func scanKeys(t *testing.T, r card.Reader, text string) {
	t.Helper()
	keys, ok := r.(card.Typist)
	if !ok || !keys.Types() {
		t.Fatal("nothing to type to")
	}
	at := start
	for _, one := range text + "\r" {
		at = at.Add(8 * time.Millisecond)
		keys.Typed(one, at)
	}
}

func togetherDevice(t *testing.T) device {
	t.Helper()
	d := serviceDevice(t)
	d.reader = open(t, d.address+" wedge://")
	d.scans = func(text string) { scanKeys(t, d.reader, text) }
	return d
}
