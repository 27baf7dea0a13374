package session

import (
	"context"
	"log/slog"
	"time"

	"linli/app"
	"linli/kiosk/flow"
	"linli/kiosk/print"
	"linli/kiosk/slip"
)

// leave is the way out: everything goes, but for an unfinished form, of which is asked first.
func (s *Session) leave() {
	if _, unfinished := flow.Unfinished(s.present(), s.held.State); unfinished && !s.held.State.Leaving {
		s.held.State = flow.AskLeave(s.held.State)
		s.held.Asked = time.Time{}
		return
	}
	s.tally.Leave(s.cfg.Clock.Now(), s.today())
	s.wipe()
}

// putAside keeps the form of somebody who went away without a word, with the code on a slip: it is theirs for a day,
// and without paper nobody would know of it. What it answers is to be run without the lock; nothing of it stays here.
func (s *Session) putAside() func() {
	sub, unfinished := flow.Unfinished(s.present(), s.held.State)
	if !unfinished || s.cfg.Print == nil {
		return func() {}
	}
	hall, name, lang := s.facts.Hall, serviceName(s.facts.Services, sub.ServiceID), s.look.Lang
	return func() {
		s.cfg.Go(func() {
			ctx, cancel := context.WithTimeout(s.ctx, keepFor)
			defer cancel()
			d, err := s.cfg.Kiosk.KeepDraft(ctx, sub)
			if err == nil {
				err = s.put(slip.Draft(hall, name, d, lang))
			}
			if err != nil {
				slog.Warn("an unfinished form is gone", "error", app.CodeOf(err))
			}
		})
	}
}

// serviceName is what a service is called.
func serviceName(services []app.Service, id string) app.Text {
	for _, s := range services {
		if s.ID == id {
			return s.Name
		}
	}
	return app.Text{}
}

// put prints a paper.
func (s *Session) put(paper print.Paper) error {
	ctx, cancel := context.WithTimeout(s.ctx, printFor)
	defer cancel()
	return s.cfg.Print(ctx, paper)
}
