package session

import (
	"time"

	"linli/app"
	"linli/kiosk/flow"
	"linli/kiosk/print"
	"linli/kiosk/slip"
)

// begin starts what the state asks for and is not under way yet. The functions
// that it answers are to be run without the lock.
func (s *Session) begin() (due []func()) {
	f := s.present()
	below := s.held.State
	below.Helping = false
	if w := flow.Show(f, below).Work; w != nil && s.held.Job == nil {
		s.held.Job = &job{Asked: below.Answers, Since: f.Now}
		due = append(due, s.do(s.held.Job, *w))
	}
	if s.held.Job == nil {
		s.held.Before = flow.State{} // only work needs the page before it
	}
	if w := flow.Show(f, s.held.State).Work; w != nil && w.Verb == flow.WorkHelp && !s.ringing {
		s.ringing = true
		due = append(due, s.ring(w.Page, s.held.State.Ring))
	}
	if !s.reading && !f.Now.Before(s.readNext) {
		s.reading = true
		due = append(due, func() { s.cfg.Go(s.read) })
	}
	return due
}

// do carries a work out and brings its outcome back.
func (s *Session) do(j *job, w flow.Work) func() {
	hall, services, lang := s.facts.Hall, s.facts.Services, s.look.Lang
	businesses := s.facts.Businesses
	return func() {
		s.cfg.Go(func() {
			var out flow.Outcome
			if w.Verb == flow.WorkSave {
				out = s.save(hall, services, w.ServiceID, lang)
			} else {
				out = s.ask(w)
				out.Slip = s.print(hall, businesses, services, w, out, lang)
			}
			out.Verb = w.Verb
			s.update(true, func() { s.finish(j, out) })
		})
	}
}

// finish takes an outcome, unless the conversation that asked for it is over or
// has gone elsewhere.
func (s *Session) finish(j *job, out flow.Outcome) {
	if s.held.Job != j {
		return
	}
	s.held.Job = nil
	s.held.State = flow.Finish(s.present(), s.held.State, out)
}

// ask does what the ports do.
func (s *Session) ask(w flow.Work) (out flow.Outcome) {
	var err error
	switch w.Verb {
	case flow.WorkTicket:
		out.Taken, err = s.cfg.Kiosk.TakeTicket(s.ctx, w.Ticket)
	case flow.WorkCheckIn:
		out.Taken, err = s.cfg.Booking.CheckIn(s.ctx, w.Receipt, w.Secret)
	case flow.WorkBook:
		out.Booked, err = s.cfg.Booking.Book(s.ctx, w.Booking)
	case flow.WorkKeep:
		out.Draft, err = s.cfg.Kiosk.KeepDraft(s.ctx, w.Submission)
	case flow.WorkSubmit:
		out.Receipt, err = s.cfg.Kiosk.Submit(s.ctx, w.Submission)
	case flow.WorkProgress:
		out.Progress, err = s.cfg.Kiosk.Progress(s.ctx, w.Receipt, w.Secret)
	case flow.WorkRateCase:
		out.RatingID, err = s.cfg.Kiosk.RateCase(s.ctx, w.Receipt, w.Secret, w.Score)
	case flow.WorkRateTicket:
		out.RatingID, err = s.cfg.Kiosk.RateTicket(s.ctx, w.Number, w.Score)
	case flow.WorkReplies:
		out.Replies, err = s.cfg.Public.Replies(s.ctx, w.ServiceID)
	default:
		err = app.Fail(app.CodeInternal)
	}
	if err != nil {
		return flow.Outcome{Fault: app.AsError(err)}
	}
	return out
}

// printFor is how long a resident waits for a slip: what it says is on the screen as well.
const printFor = 6 * time.Second

// print puts out the slip of what was taken or handed in. That stands already, whatever becomes of the paper.
func (s *Session) print(hall app.HallInfo, businesses []app.BusinessNow, services []app.Service, w flow.Work, out flow.Outcome, lang string) flow.Slip {
	var paper print.Paper
	switch {
	case s.cfg.Print == nil || out.Fault != nil:
		return flow.SlipNone
	case w.Verb == flow.WorkTicket:
		paper = slip.Ticket(hall, nameOf(businesses, w.Ticket.BusinessID), out.Taken, lang, s.cfg.Clock.Now())
	case w.Verb == flow.WorkCheckIn:
		paper = slip.Ticket(hall, nameOf(businesses, out.Taken.Ticket.BusinessID), out.Taken, lang, s.cfg.Clock.Now())
	case w.Verb == flow.WorkBook:
		paper = slip.Booking(hall, nameOf(businesses, w.Booking.BusinessID), out.Booked, lang, s.cfg.Clock.Now())
	case w.Verb == flow.WorkKeep:
		paper = slip.Draft(hall, serviceName(services, w.Submission.ServiceID), out.Draft, lang)
	case w.Verb == flow.WorkSubmit:
		paper = slip.Receipt(hall, out.Receipt, lang)
	default:
		return flow.SlipNone
	}
	if s.put(paper) != nil {
		return flow.SlipFailed
	}
	return flow.SlipOut
}

// nameOf is what a business is called.
func nameOf(businesses []app.BusinessNow, id string) app.Text {
	for _, b := range businesses {
		if b.ID == id {
			return app.Text{ZH: b.Name, EN: b.NameEN}
		}
	}
	return app.Text{}
}

// save makes the 一次性告知单 of a service and hands it on.
func (s *Session) save(hall app.HallInfo, services []app.Service, id, lang string) flow.Outcome {
	for _, service := range services {
		if service.ID != id {
			continue
		}
		pdf, err := slip.Notice(hall, service, lang, s.cfg.Clock.Now())
		if err == nil {
			err = s.cfg.SavePDF(slip.Name(service, lang), pdf)
		}
		return flow.Outcome{Fault: app.AsError(err)}
	}
	return flow.Outcome{Fault: app.Fail(app.CodeNotFound)}
}

// ring calls staff.
func (s *Session) ring(page string, ring int) func() {
	epoch := s.epoch
	sub, unfinished := flow.Unfinished(s.present(), s.held.State)
	return func() {
		s.cfg.Go(func() {
			call, err := s.cfg.Kiosk.CallStaff(s.ctx, page)
			var kept app.Draft
			if unfinished && err == nil {
				// Whoever comes goes on with it at the counter. Without it they ask.
				kept, _ = s.cfg.Kiosk.KeepDraft(s.ctx, sub)
			}
			s.update(true, func() {
				if epoch != s.epoch {
					return
				}
				now := s.cfg.Clock.Now()
				s.ringing = false
				s.held.HelpID = call.ID
				s.held.Help = flow.Help{Ring: ring, Rang: now, Fault: app.CodeOf(err), Code: kept.Code}
				s.held.Poll = now.Add(helpEvery)
			})
		})
	}
}

// listen looks whether somebody has answered the call.
func (s *Session) listen() func() {
	epoch, id := s.epoch, s.held.HelpID
	return func() {
		s.cfg.Go(func() {
			call, err := s.cfg.Kiosk.HelpCall(s.ctx, id)
			s.update(true, func() {
				if epoch != s.epoch {
					return
				}
				s.polling = false
				s.held.Poll = s.cfg.Clock.Now().Add(helpEvery)
				if err == nil && id == s.held.HelpID && !call.AnsweredAt.IsZero() {
					s.held.Help.Answered = true
				}
			})
		})
	}
}

// read reads the hall's public data. When that fails, the old data stays: a
// kiosk that knows yesterday's notices helps more than one that knows nothing.
func (s *Session) read() {
	hall, err := s.cfg.Public.Hall(s.ctx)
	businesses, errB := s.cfg.Public.Businesses(s.ctx)
	services, errS := s.cfg.Public.Services(s.ctx, "")
	notices, errN := s.cfg.Public.Notices(s.ctx)
	grids, errG := s.cfg.Public.Grids(s.ctx)
	forms, errF := s.cfg.Public.Forms(s.ctx)
	offers, errO := s.offers(businesses)
	s.update(true, func() {
		s.reading = false
		now := s.cfg.Clock.Now()
		s.readNext = now.Add(readEvery)
		for _, e := range []error{err, errB, errS, errN, errG, errF, errO} {
			if e != nil {
				s.readNext = now.Add(readAgain)
				return
			}
		}
		s.facts.Ready = true
		s.facts.Hall, s.facts.Businesses, s.facts.Services, s.facts.Notices = hall, businesses, services, notices
		s.facts.Grids, s.facts.Offers = grids, offers
		s.facts.Forms = s.forms.put(forms)
	})
}

// offers reads when appointments can be had.
func (s *Session) offers(businesses []app.BusinessNow) (map[string][]app.Offer, error) {
	if s.cfg.Booking == nil {
		return nil, nil
	}
	all := make(map[string][]app.Offer)
	for _, b := range businesses {
		if b.Retired {
			continue
		}
		list, err := s.cfg.Booking.Offers(s.ctx, b.ID)
		if err != nil {
			return nil, err
		}
		if len(list) > 0 {
			all[b.ID] = list
		}
	}
	return all, nil
}

// alarm sets the one timer to the next moment at which something is due.
func (s *Session) alarm() {
	if s.stopTimer != nil {
		s.stopTimer()
	}
	now := s.cfg.Clock.Now()
	var next time.Time
	at := func(t time.Time) {
		if t.After(now) && (next.IsZero() || t.Before(next)) {
			next = t
		}
	}
	// Nothing may put the end of a conversation off: a time that passed while
	// something else was done is due now.
	due := func(t time.Time) {
		if !t.After(now) {
			t = now.Add(time.Nanosecond)
		}
		at(t)
	}
	h := s.held
	if !h.Asked.IsZero() {
		due(h.Asked.Add(WipeAfter))
	} else if s.live() {
		due(h.Last.Add(IdleAfter))
	}
	if h.Job != nil {
		at(h.Job.Since.Add(flow.Slow))
		at(h.Job.Since.Add(flow.VerySlow))
	}
	if s.awaited() {
		at(h.Poll)
		at(h.Help.Rang.Add(flow.HelpPatience))
	}
	s.cardAlarms(at, due)
	at(s.readNext)
	at(s.tallyNext)
	if next.IsZero() {
		return
	}
	s.stopTimer = s.cfg.After(next.Sub(now), s.tick)
}

// live answers whether there is anything to wipe.
func (s *Session) live() bool {
	return !s.held.Last.IsZero()
}

// awaited answers whether a call for staff may still be answered.
func (s *Session) awaited() bool {
	h := s.held.Help
	return h.Ring > 0 && h.Fault == "" && !h.Answered && s.cfg.Clock.Now().Sub(h.Rang) < helpUntil
}

// tick does what has become due.
func (s *Session) tick() {
	var due func()
	s.update(true, func() {
		now := s.cfg.Clock.Now()
		switch {
		case !s.held.Asked.IsZero():
			if now.Sub(s.held.Asked) >= WipeAfter {
				due = s.putAside()
				s.abandon()
				return
			}
		case s.live() && now.Sub(s.held.Last) >= IdleAfter:
			if len(s.held.State.Answers) == 0 && !s.held.State.Helping {
				s.abandon() // the first page has nothing to ask about
				return
			}
			s.held.Asked = now
		case !s.greeted().IsZero() && !now.Before(s.greeted()):
			s.abandon()
			return
		}
		if s.awaited() && !s.polling && !now.Before(s.held.Poll) {
			s.polling = true
			due = s.listen()
		}
	})
	if due != nil {
		due()
	}
}
