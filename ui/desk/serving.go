package desk

import "linli/app"

// serving is a resident whose visit is registered and whose case is not yet: the
// queue has done with the number, but the person is still at the window, and
// stays there until the receipt has been handed over.
type serving struct {
	visit  string
	number string // empty without one
	name   string // empty for a visit without a name
	saved  bool   // the case is, and its receipt is being handed over
}

// served answers who is still here of the signed-in person; nil is nobody.
func (d *Desk) served() *serving { return d.serving[d.who.ID] }

// serve notes who is still here after a visit that goes on as a case.
func (d *Desk) serve(v app.Visit) {
	d.serving[d.who.ID] = &serving{visit: v.ID, number: v.Number, name: v.Resident}
	d.queue.draw()
}

// handOver notes that the case of a visit is saved and its receipt on the screen.
func (d *Desk) handOver(visit string) {
	if s := d.served(); s != nil && s.visit == visit {
		s.saved = true
		d.queue.draw()
	}
}

// release is the end of it: the receipt has been handed over, or no case is
// wanted. Of another visit it changes nothing.
func (d *Desk) release(visit string) {
	s := d.served()
	if s == nil || s.visit != visit {
		return
	}
	delete(d.serving, d.who.ID)
	if d.queue != nil {
		d.queue.draw()
		d.homeChanged()
	}
}

// state is what is still to be done, in a few words.
func (s *serving) state() string {
	if s.saved {
		return "desk.serving.receipt"
	}
	return "desk.serving.state"
}

// who is the number and the name, as far as they are known.
func (s *serving) who(d *Desk) string {
	switch {
	case s.number != "" && s.name != "":
		return d.t("desk.serving.who", s.number, s.name)
	case s.number+s.name != "":
		return s.number + s.name
	}
	return d.t("desk.visit.noticket")
}

// goOn is F8 while somebody is still here: the form of their case.
func (q *queuePanel) goOn(s *serving) { q.d.Open(Route{PageNewCase, s.visit}) }

// giveUp is F9 while somebody is still here: there will be no case.
func (q *queuePanel) giveUp(s *serving) {
	d := q.d
	form := Route{PageNewCase, s.visit}
	if d.route == form {
		d.leave()
	}
	d.setDraft(form, nil)
	d.release(s.visit)
	d.say(d.t("desk.serving.dropped", s.who(d)))
}
