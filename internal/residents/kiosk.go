package residents

import (
	"fmt"
	"math/rand/v2"
	"time"

	"linli/assets"
	"linli/kiosk/flow"
	"linli/kiosk/session"
	"linli/ui/widget"
)

// kiosk is a session with its hall, its time and the window's guard against trembling hands, and the laws that hold whatever
// anybody does.
type kiosk struct {
	*session.Session
	hall   *hall
	clock  *clock
	guard  *widget.Guard // nil: none, so that the session alone has to see to it
	broken []string
}

func newKiosk(rng *rand.Rand, t Trouble, guarded bool) *kiosk {
	k := &kiosk{clock: &clock{now: morning}}
	k.hall = newHall(rng, k.clock, t)
	if guarded {
		k.guard = widget.NewGuard(k.clock.Now)
	}
	k.Session = session.New(session.Config{
		Public: k.hall, Kiosk: k.hall, Booking: k.hall, Tally: k.hall, Clock: k.clock, After: k.clock.After,
		Go: func(f func()) {
			touch := k.hall.touch
			k.clock.After(k.hall.takes(), func() {
				now := k.hall.touch
				k.hall.touch = touch
				f()
				k.hall.touch = now
			})
		},
		SavePDF: func(string, []byte) error { return k.hall.fault() }, CanWrite: true,
	})
	k.pass(time.Minute) // the hall has been read
	return k
}

// morning is when the kiosk is switched on: before the sample hall's own moment, so that its day is not over.
var morning = time.Date(2026, time.November, 23, 9, 0, 0, 0, time.FixedZone("UTC+8", 8*3600))

func (k *kiosk) pass(d time.Duration) { k.clock.pass(d) }

func (k *kiosk) breaks(format string, args ...any) {
	k.broken = append(k.broken, fmt.Sprintf(format, args...))
}

// page is what is shown now. There is a way on from it, whatever it is.
func (k *kiosk) page() flow.Page {
	p := k.Page()
	lang := k.Look().Lang
	if len(offered(p)) == 0 && p.Pad == nil && p.Pen == nil && !p.Back() && !p.Leave() {
		k.breaks("%s has no way on", p.ID)
	}
	if p.Kind == flow.Wait && p.Work == nil && p.Primary == nil && !p.Back() {
		k.breaks("%s waits for nothing, and has no way back", p.ID)
	}
	if p.Title.In(lang) == "" || p.Spoken.In(lang) == "" || len(p.Choices) > 6 || p.Steps > 4 {
		k.breaks("%s: %d choices, %d steps, or no words", p.ID, len(p.Choices), p.Steps)
	}
	return p
}

// deliberate is a touch that somebody meant, and answers the generation of the page that they saw.
func (k *kiosk) deliberate(id string) (seen int) {
	k.hall.touch++
	seen = k.Generation()
	k.strikeOn(seen, id)
	return seen
}

// strike is a touch that nobody meant, on the page as it is now.
func (k *kiosk) strike(id string) { k.strikeOn(k.Generation(), id) }

// bounce is the second touch of a trembling hand: it was meant for the page of the first, and the guard of the window is before it.
// On a page that has come meanwhile it does nothing.
func (k *kiosk) bounce(seen int, id string) {
	before, changed := k.Page().ID, k.Generation() != seen
	k.strikeOn(seen, id)
	if after := k.Page().ID; changed && after != before {
		k.breaks("a second touch leads from %s to %s", before, after)
	}
}

func (k *kiosk) strikeOn(seen int, id string) {
	isKey := len(id) == 1 || id == flow.PressDelete || id == flow.PressClear
	if k.guard != nil && !k.guard.Strike(isKey) {
		return
	}
	k.PressOn(seen, id)
}

// wiped checks that nothing about anybody is left.
func (k *kiosk) wiped() {
	if left := k.Personal(); len(left) > 0 {
		k.breaks("%d personal texts are left", len(left))
	}
	if p := k.Page(); !p.Home || k.Typed() != "" || k.Look() != session.DefaultLook() {
		k.breaks("%s is left, in %s", p.ID, k.Look().Lang)
	}
}

// oneEffect checks that no touch had two effects, and answers what was done.
func (k *kiosk) oneEffect() map[string]int {
	of, sums := map[int]int{}, map[string]int{}
	for _, d := range k.hall.done {
		sums[d.what]++
		if of[d.touch]++; of[d.touch] > 1 {
			k.breaks("one touch did %d things, %s among them", of[d.touch], d.what)
		}
	}
	k.hall.done = nil
	return sums
}

// languages of residents: one in ten reads English.
func language(rng *rand.Rand) string {
	if rng.IntN(10) == 0 {
		return assets.LangEnglish
	}
	return assets.LangChinese
}
