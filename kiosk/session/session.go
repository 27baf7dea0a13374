// Package session is one kiosk's running conversation: it holds what the
// resident has answered, does the work that a flow asks for through the two
// ports that a kiosk has, watches the time, and wipes every trace of a person.
//
// # Use
//
// The renderer calls [Session.Page] and [Session.Look] and draws; it hands
// every touch to [Session.PressOn] together with the generation of the page
// that was touched; it draws again after each touch and whenever the function
// given to [Session.OnChange] is called. Nothing here blocks on a port: work
// runs through Config.Go and comes back as a change.
//
// # What is kept, and for how long
//
// Everything about a person stands in one value, held, which [Session.Wipe]
// replaces as a whole; so nothing can be forgotten when something is added. A
// conversation ends when its resident says so, or when nobody has touched the
// kiosk for [IdleAfter] and then left the question of [IdlePage] unanswered for
// [WipeAfter].
//
// What a wipe leaves are counts: how often each page was reached and how it was left
// (package funnel). They are ids of pages and numbers, and go to the hall once an hour.
//
// All methods may be called from any goroutine.
package session

import (
	"context"
	"encoding/json"
	"hash/fnv"
	"reflect"
	"sync"
	"time"

	"linli/app"
	"linli/assets"
	"linli/kiosk/card"
	"linli/kiosk/flow"
	"linli/kiosk/funnel"
	"linli/kiosk/print"
)

// The times that a conversation goes by.
const (
	IdleAfter = 60 * time.Second // without a touch until the kiosk asks
	WipeAfter = 30 * time.Second // from the question until everything is wiped
	helpEvery = 2 * time.Second  // between two looks at whether staff answered
	helpUntil = 10 * time.Minute // after which nobody is expected to answer
	readEvery = 30 * time.Second // between two readings of the hall's data
	readAgain = 5 * time.Second  // after a reading that failed
	keepFor   = 10 * time.Second // that putting aside the form of somebody who left may take
)

// Config is what a session needs. Public and Kiosk are required: they are all
// that a kiosk may reach, also when it shares a machine with the desk.
type Config struct {
	Public app.PublicPort
	Kiosk  app.KioskPort
	Clock  app.Clock // nil: the machine's
	// After runs f once, on any goroutine, when d has passed, and answers how
	// to call it off. nil: time.AfterFunc.
	After func(d time.Duration, f func()) (cancel func())
	// Go runs work that may take long. nil: a goroutine.
	Go func(f func())
	// Speak reads text aloud in place of what is being read; empty text is
	// silence. It must return at once. nil: nothing is spoken.
	Speak func(look Look, text string)
	// Fit answers how much text a page holds in a look. It is called once for
	// each look, and again after Refresh, while a page is made: it must not call
	// the session. nil: flow.DefaultFit.
	Fit func(Look) flow.Fit
	// SavePDF stores or prints a 告知单; it runs through Go. nil: the kiosk does
	// not offer it.
	SavePDF  func(name string, pdf []byte) error
	CanPrint bool // SavePDF puts paper into the resident's hand
	CanWrite bool // the renderer has keys and a field to write in
	// Booking is for appointments. nil: the kiosk knows of none.
	Booking app.BookingPort
	// Tally takes counts of what became of the pages, at most once an hour but for the end of a day and of the
	// program; it runs through Go, but for the last. nil: they are dropped.
	Tally app.TallyPort
	// Print puts a slip out and returns when it has come out, or cannot; it runs through Go. nil: there is no printer.
	Print func(ctx context.Context, paper print.Paper) error
	// Card tells what is put on the reader and held before the scanner. It runs from New to Close. nil: the kiosk has none.
	Card card.Reader
}

// held is all that the session knows of the present resident and nothing else
// is: [Session.Wipe] sets it to its zero value.
type held struct {
	State  flow.State
	Before flow.State // what was on the screen when the work began
	Job    *job
	Help   flow.Help
	HelpID string
	Poll   time.Time // when to look again whether staff answered
	Last   time.Time // last touch
	Asked  time.Time // since when the idle question stands; zero when it does not

	CardGone time.Time // when the card was taken away
}

// job is work in flight.
type job struct {
	Asked []flow.Answer // the conversation that asked for it
	Since time.Time
}

// Session is one kiosk's conversation.
type Session struct {
	cfg    Config
	ctx    context.Context
	cancel context.CancelFunc

	mu         sync.Mutex
	held       held
	look       Look
	facts      flow.Facts // the hall's public data
	forms      formShelf  // of the hall, as they were read last
	fits       map[Look]flow.Fit
	lying      lying         // on the card reader
	cards      chan struct{} // closed when the card reader has ended; nil without one
	tally      funnel.Tally
	tallyNext  time.Time // when the counts are handed over; zero while there are none
	telling    bool      // counts are on their way
	epoch      int       // grows with every wipe; outcomes of an older one are dropped
	ringing    bool      // a call for staff is on its way to the desks
	polling    bool
	reading    bool
	readNext   time.Time
	generation int
	shown      uint64 // fingerprint of the page last shown
	said       uint64 // fingerprint of what was last spoken
	onChange   func()
	stopTimer  func()
	closed     bool
}

// New begins at the first page and reads the hall's data in the background.
func New(c Config) *Session {
	if c.Clock == nil {
		c.Clock = app.SystemClock{}
	}
	if c.After == nil {
		c.After = func(d time.Duration, f func()) func() {
			t := time.AfterFunc(d, f)
			return func() { t.Stop() }
		}
	}
	if c.Go == nil {
		c.Go = func(f func()) { go f() }
	}
	if c.Speak == nil {
		c.Speak = func(Look, string) {}
	}
	if c.Fit == nil {
		c.Fit = func(Look) flow.Fit { return flow.DefaultFit() }
	}
	s := &Session{cfg: c, look: DefaultLook()}
	s.ctx, s.cancel = context.WithCancel(context.Background())
	if problems, err := assets.Problems(); err == nil {
		s.facts.Problems = problems // embedded: a fault here is a fault of the build
	}
	s.said = s.voice(s.page())
	s.update(false, func() {})
	if c.Card != nil {
		s.listenTo(c.Card)
	}
	return s
}

// OnChange sets what is called, from any goroutine, when the page has changed
// other than by a press. It may call the session.
func (s *Session) OnChange(f func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.onChange = f
}

// Page answers the page to show now.
func (s *Session) Page() flow.Page {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.page()
}

// Parts answers all parts of the present page in order; see [flow.Parts].
func (s *Session) Parts() []flow.Page {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.held.Asked.IsZero() {
		return []flow.Page{flow.IdlePage()}
	}
	return flow.Parts(s.present(), s.visible())
}

// Generation counts the pages shown: it grows whenever Page or Look answers
// something else.
func (s *Session) Generation() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.generation
}

// Typed answers what was typed or written on the present page, digits ungrouped.
func (s *Session) Typed() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.held.Asked.IsZero() {
		return ""
	}
	return flow.Typed(s.present(), s.visible())
}

// Writing answers what is being written on the present page and is no text yet.
func (s *Session) Writing() flow.Writing {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.held.Asked.IsZero() {
		return flow.Writing{}
	}
	return flow.Written(s.present(), s.visible())
}

// Personal lists every text that the session holds about the present
// conversation. It is empty after a wipe.
func (s *Session) Personal() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []string
	collect(reflect.ValueOf(s.held), &all)
	return all
}

// collect finds every text below a value. Going through the value itself, and
// not through a list of its fields, it cannot miss one that was added later.
func collect(v reflect.Value, all *[]string) {
	switch v.Kind() {
	case reflect.String:
		if v.Len() > 0 {
			*all = append(*all, v.String())
		}
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			collect(v.Elem(), all)
		}
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			collect(v.Index(i), all)
		}
	case reflect.Map:
		for it := v.MapRange(); it.Next(); {
			collect(it.Key(), all)
			collect(it.Value(), all)
		}
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			return // holds the name of a time zone
		}
		for i := range v.NumField() {
			collect(v.Field(i), all)
		}
	}
}

// Wipe ends the conversation: the first page, the usual look, and nothing about
// anybody. What was confirmed and is still on its way to the store arrives
// there, but its outcome is dropped.
func (s *Session) Wipe() { s.update(true, s.abandon) }

// abandon wipes a conversation that nobody has ended.
func (s *Session) abandon() {
	s.tally.Abandon(s.today())
	s.wipe()
}

func (s *Session) wipe() {
	s.counted()
	s.held = held{}
	s.lying.forgotten(s.cfg.Clock.Now())
	s.look = DefaultLook()
	s.epoch++
	s.ringing, s.polling = false, false
	s.said = 0
}

// Refresh reads the hall's public data again, in the background. Call it when
// the store says that the queue, the catalogue or the notices have changed.
func (s *Session) Refresh() {
	s.update(true, func() {
		s.readNext = time.Time{}
		s.fits = nil
	})
}

// Close wipes and ends everything; work in flight is cancelled. It returns when the last counts are kept. The session
// must not be used after it.
func (s *Session) Close() {
	var counts []app.PageCount
	s.update(false, func() {
		counts = s.tally.Take() // without whoever stands there: they have given nothing up
		s.wipe()
		s.closed = true
		if s.stopTimer != nil {
			s.stopTimer()
		}
	})
	s.cancel()
	if s.cards != nil {
		select {
		case <-s.cards:
		case <-time.After(cardClose): // it hangs in its device, and is not heard any more
		}
	}
	s.lastTally(counts)
	s.cfg.Speak(DefaultLook(), "")
}

// update changes the session under its lock, begins what is due, and then,
// without the lock, does what calls others. background says that nobody who
// pressed is waiting for the change.
func (s *Session) update(background bool, change func()) {
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return
	}
	change()
	var due []func()
	if !s.closed {
		due = s.settle(background)
	}
	s.mu.Unlock()
	for _, f := range due {
		f()
	}
}

// settle makes everything follow from the state: work begun, the generation
// counted, the page spoken, the next alarm set.
func (s *Session) settle(background bool) (due []func()) {
	due = append(due, s.begin()...)
	due = append(due, s.handOver()...)
	due = append(due, s.leftCard()...)
	page := s.page()
	s.watch(page)
	if shown := fingerprint(page, s.look, ""); shown != s.shown {
		s.shown = shown
		s.generation++
		if background && s.onChange != nil {
			due = append(due, s.onChange)
		}
	}
	take := s.remind()
	switch said := s.voice(page); {
	case s.said == 0: // wiped: an empty hall is not spoken to, but for a card that lies there
		s.said = said
		due = append(due, s.say(take))
	case said != s.said:
		s.said = said
		due = append(due, s.say(joined(page.Spoken.In(s.look.Lang), take)))
	case take != "":
		due = append(due, s.say(take))
	}
	s.alarm()
	return due
}

// say speaks a text in place of what is being spoken; "" is silence.
func (s *Session) say(text string) func() {
	look := s.look
	return func() { s.cfg.Speak(look, text) }
}

// joined is two texts said one after the other.
func joined(first, second string) string {
	if second == "" {
		return first
	}
	return first + "\n" + second
}

// voice is a fingerprint of what a page says; a page that only looks different
// is not spoken again.
func (s *Session) voice(p flow.Page) uint64 {
	return fingerprint(flow.Page{ID: p.ID, Part: p.Part}, Look{}, p.Spoken.In(s.look.Lang))
}

// fingerprint tells pages apart without keeping them: a page may hold a secret.
func fingerprint(p flow.Page, l Look, more string) uint64 {
	h := fnv.New64a()
	if err := json.NewEncoder(h).Encode([]any{p, l, more}); err != nil {
		panic("session: a page that is not plain data: " + err.Error())
	}
	return h.Sum64()
}

// present answers the facts as they are now.
func (s *Session) present() flow.Facts {
	f := s.facts
	f.Now = s.cfg.Clock.Now()
	f.Lang = s.look.Lang
	f.Fit = s.fit()
	f.CanSave = s.cfg.SavePDF != nil
	f.CanPrint = s.cfg.CanPrint
	f.CanWrite = s.cfg.CanWrite
	f.CanBook = s.cfg.Booking != nil
	f.CanCard = s.cfg.Card != nil && card.Reads(s.cfg.Card) && !s.lying.away
	f.CardLies = s.lying.there
	f.Help = s.held.Help
	if s.held.Job != nil {
		f.Waited = f.Now.Sub(s.held.Job.Since)
	}
	return f
}

// fit asks the renderer, who may have to lay out pages to know, once a look.
func (s *Session) fit() flow.Fit {
	if fit, ok := s.fits[s.look]; ok {
		return fit
	}
	if s.fits == nil {
		s.fits = map[Look]flow.Fit{}
	}
	s.fits[s.look] = s.cfg.Fit(s.look)
	return s.fits[s.look]
}

// visible answers the state whose page is on the screen. Work that is quick is
// never seen: until it is slow, the page before it stays.
func (s *Session) visible() flow.State {
	h := s.held
	if h.Job != nil && !h.State.Helping && s.cfg.Clock.Now().Sub(h.Job.Since) < flow.Slow {
		return h.Before
	}
	return h.State
}

func (s *Session) page() flow.Page {
	if !s.held.Asked.IsZero() {
		return flow.IdlePage()
	}
	return flow.Show(s.present(), s.visible())
}
