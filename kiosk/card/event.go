package card

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
)

// What is an event's kind.
type What string

// What can happen at a reader. Of cards: Placed comes once for each card that is put down, however often the device reads it, and Removed once when
// it is taken away. Unreadable stands in the place of Placed where something lies there that makes no sense; Placed may still follow, else Removed does.
const (
	Placed     What = "placed"
	Removed    What = "removed"
	Unreadable What = "unreadable"
	Scanned    What = "scanned" // a code; it stands in Text
	Gone       What = "gone"    // the device does not answer: what lies there is not known any more
	Back       What = "back"    // it answers again; a card that lies there is Placed anew
)

// Event is one thing that happened at a reader. It shows its kind alone, like a [Person].
type Event struct {
	What   What
	Person Person // Placed
	Text   string // Scanned
	Fault  error  // Unreadable, Gone: what is wrong, without anything that stood on a card; may be nil
}

// Format implements [fmt.Formatter] and shows the kind alone.
func (e Event) Format(f fmt.State, _ rune) {
	_, _ = f.Write([]byte("card.Event(" + string(e.What) + ")"))
}

// LogValue implements [slog.LogValuer] and shows the kind alone.
func (e Event) LogValue() slog.Value { return slog.StringValue(string(e.What)) }

// MarshalJSON implements [encoding/json.Marshaler] and shows the kind alone.
func (e Event) MarshalJSON() ([]byte, error) { return []byte(`"` + string(e.What) + `"`), nil }

// Reader is a device at a kiosk.
type Reader interface {
	// Run tells what happens until ctx ends, and answers nil then. It calls take from one goroutine at a time and not any more once it has
	// returned. A device that is away is waited for, as long as it takes; an error means that waiting will not help. Run may be called once.
	Run(ctx context.Context, take func(Event)) error
}

// Reads answers whether a reader reads cards, and not codes alone.
func Reads(r Reader) bool {
	one, says := r.(interface{ Reads() bool })
	return !says || one.Reads()
}

// ErrRunning answers a second Run.
var ErrRunning = errors.New("card: the reader runs already")

// desk is what a back-end knows of its device while it runs: it makes of what the device says again and again the events that happen once.
type desk struct {
	take   func(Event)
	away   bool
	lies   bool   // something lies there
	number string // of the card that does; empty for one that cannot be read
}

// placed is told as often as the device sees the card.
func (d *desk) placed(p Person) {
	d.back()
	if d.lies && d.number == p.IDNumber {
		return
	}
	if d.number != "" {
		d.removed() // another card, and nobody saw the first one go
	}
	d.lies, d.number = true, p.IDNumber
	d.take(Event{What: Placed, Person: p})
}

// unreadable is told as often as the device fails.
func (d *desk) unreadable(fault error) {
	d.back()
	if d.lies {
		return // it was read before, or failed before
	}
	d.lies = true
	d.take(Event{What: Unreadable, Fault: fault})
}

// removed is told as often as the device sees nothing.
func (d *desk) removed() {
	d.back()
	if d.lies {
		d.lies, d.number = false, ""
		d.take(Event{What: Removed})
	}
}

func (d *desk) gone(fault error) {
	if !d.away {
		d.away, d.lies, d.number = true, false, ""
		d.take(Event{What: Gone, Fault: fault})
	}
}

func (d *desk) back() {
	if d.away {
		d.away = false
		d.take(Event{What: Back})
	}
}

// parsed tells of a record, whether it makes sense or not.
func (d *desk) parsed(p Person, err error) {
	if err != nil {
		d.unreadable(err)
		return
	}
	d.placed(p)
}

// scanned tells of a code. What no scanner sends is dropped.
func (d *desk) scanned(text string) {
	d.back()
	var w Wedge
	for _, r := range text {
		if r == '\r' || r == '\n' {
			return
		}
		w.Key(r, w.last)
	}
	if text, ok := w.Key('\r', w.last); ok {
		d.take(Event{What: Scanned, Text: text})
	}
}
