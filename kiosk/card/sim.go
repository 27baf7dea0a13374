package card

import (
	"context"
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"linli/app"
)

// Sim is a reader without a device, for demonstrations and tests: invented people, placed and taken away by its methods or by a file's presence.
type Sim struct {
	once
	file string
	say  chan func(*desk)
	done chan struct{}
}

// People are the invented people of [Sim], from number 1: an old woman, a young man, one with a long name, an old man whose card has expired. Their
// numbers were made up to have right check digits; the first is the sample of GB 11643.
func People() []Person {
	const issuer, address = "样例市公安局样例分局", "样例市样例区样例路1号2栋301室"
	return []Person{
		{Name: "王秀珍", Sex: "2", Nation: "01", Birth: "1949-12-31", Address: address, IDNumber: "11010519491231002X", Issuer: issuer, From: "2016-05-01", LongTerm: true},
		{Name: "李建国", Sex: "1", Nation: "01", Birth: "1988-03-04", Address: address, IDNumber: "110105198803041236", Issuer: issuer, From: "2020-01-01", Until: "2040-01-01"},
		{Name: "古丽娜尔·阿不都拉", Sex: "2", Nation: "05", Birth: "1975-07-20", Address: address, IDNumber: "650105197507201240", Issuer: issuer, From: "2012-08-01", Until: "2032-08-01"},
		{Name: "赵德明", Sex: "1", Nation: "11", Birth: "1941-02-28", Address: address, IDNumber: "110105194102281239", Issuer: issuer, From: "2004-06-01", Until: "2024-06-01"},
	}
}

// NewSim answers the reader at sim://. With ?person=1 that one of [People] lies there from the beginning; with ?file=/PATH a card lies there as long as
// the file exists: it holds the person's number, or "unreadable".
func NewSim(u *url.URL) (*Sim, error) {
	s := &Sim{file: u.Query().Get("file"), say: make(chan func(*desk), 64), done: make(chan struct{})}
	if s.file != "" && !filepath.IsAbs(s.file) {
		return nil, errors.New("file is a whole path")
	}
	if n := u.Query().Get("person"); n != "" {
		p, ok := invented(n)
		if !ok {
			return nil, errors.New("person is a number from 1 to " + strconv.Itoa(len(People())))
		}
		s.Place(p)
	}
	return s, nil
}

func invented(number string) (Person, bool) {
	n, err := strconv.Atoi(strings.TrimSpace(number))
	if err != nil || n < 1 || n > len(People()) {
		return Person{}, false
	}
	return People()[n-1], true
}

func (s *Sim) tell(f func(*desk)) {
	select {
	case s.say <- f:
	case <-s.done:
	}
}

// Place puts a card down.
func (s *Sim) Place(p Person) { s.tell(func(d *desk) { d.placed(p) }) }

// Remove takes away what lies there.
func (s *Sim) Remove() { s.tell((*desk).removed) }

// Spoil puts something down that cannot be read.
func (s *Sim) Spoil() { s.tell(func(d *desk) { d.unreadable(app.Bad(app.CodeInvalid, "record")) }) }

// Scan scans a code.
func (s *Sim) Scan(text string) { s.tell(func(d *desk) { d.scanned(text) }) }

// Unplug takes the device away, and Plug brings it back.
func (s *Sim) Unplug() { s.tell(func(d *desk) { d.gone(errAway) }) }

// Plug brings the device back.
func (s *Sim) Plug() { s.tell((*desk).back) }

// Run implements [Reader].
func (s *Sim) Run(ctx context.Context, take func(Event)) error {
	if err := s.begin(); err != nil {
		return err
	}
	defer close(s.done)
	d := &desk{take: take}
	var look <-chan time.Time
	if s.file != "" {
		every := time.NewTicker(pace.look)
		defer every.Stop()
		look = every.C
	}
	for {
		select {
		case <-ctx.Done():
			return nil
		case f := <-s.say:
			if ctx.Err() == nil {
				f(d)
			}
		case <-look:
			if !d.away { // unplugged
				s.look(d)
			}
		}
	}
}

// look does what the file says.
func (s *Sim) look(d *desk) {
	body, err := os.ReadFile(s.file)
	if err != nil {
		d.removed()
		return
	}
	if p, ok := invented(string(body)); ok {
		d.placed(p)
	} else if len(body) > 0 {
		d.unreadable(app.Bad(app.CodeInvalid, "record"))
	}
}
