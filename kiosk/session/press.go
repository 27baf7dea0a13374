package session

import (
	"slices"
	"time"

	"linli/kiosk/flow"
)

// Press answers the present page: the id of a choice, of a corner or of a pad
// key. What cannot be pressed now changes nothing.
func (s *Session) Press(id string) {
	s.update(false, func() { s.press(id) })
}

// PressOn is Press for somebody who saw the page of a generation. A press for
// another page is dropped: it was meant for what is no longer there.
func (s *Session) PressOn(generation int, id string) {
	s.update(false, func() {
		if generation == s.generation {
			s.press(id)
		}
	})
}

func (s *Session) press(id string) {
	now := s.cfg.Clock.Now()
	s.held.Last = now
	if id == flow.PressHome {
		s.leave()
		return
	}
	if s.tally.Idle() {
		s.tally.Begin(s.page(), now)
	}
	if s.pressLook(id) {
		return
	}
	if !s.held.Asked.IsZero() {
		switch id {
		case flow.PressStay, flow.PressBack:
			s.held.Asked = time.Time{}
			return
		case flow.PressHelp:
			s.held.Asked = time.Time{}
		default:
			return
		}
	}
	// While work is in flight the state stands at its Wait page, whatever the
	// screen still shows, and that takes no answer: one touch has one effect.
	before := s.held.State
	returns := id == flow.PressBack && !before.Helping && !s.page().Answers(id)
	s.held.State = flow.Press(s.present(), before, id)
	switch {
	case id == flow.PressHelp && !before.Helping:
		s.tally.Help()
	case returns && len(s.held.State.Answers) < len(before.Answers):
		s.tally.Back()
	}
	if s.held.Job == nil {
		s.held.Before = before
	} else if !slices.Equal(s.held.Job.Asked, s.held.State.Answers) {
		s.held.Job = nil // they went elsewhere, by way of the call for staff
	}
}

// pressLook takes the corners that change how pages look and sound.
func (s *Session) pressLook(id string) bool {
	switch id {
	case flow.PressSize:
		s.look.Size = (s.look.Size + 1) % sizes
	case flow.PressVolume:
		s.look.Volume = (s.look.Volume + 1) % volumes
	case flow.PressContrast:
		s.look.HighContrast = !s.look.HighContrast
	case flow.PressLang:
		s.look.Lang = otherLang(s.look.Lang)
	case flow.PressRepeat:
		s.said = again
	default:
		return false
	}
	return true
}

// again is a fingerprint that no page has, so that the page is spoken once more.
const again = 1

// Look answers how the page is to be shown and heard.
func (s *Session) Look() Look {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.look
}
