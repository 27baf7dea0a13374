// Package casework holds the rules of a case as pure functions: which step is
// possible, what the events add up to, and when a rating asks for a check.
package casework

import (
	"strings"
	"time"

	"linli/app"
)

// FoldVersion is written into a case's first event, so that a later rule can
// tell which rule an old case was made under.
const FoldVersion = 1

// steps is the whole life of a case: state → step → next state.
var steps = map[app.CaseState]map[app.CaseStep]app.CaseState{
	"": {app.CaseStepOpen: app.CaseOpen},
	app.CaseOpen: {
		app.CaseStepAccept: app.CaseAccepted,
	},
	app.CaseAccepted: {
		app.CaseStepAssign: app.CaseAssigned,
		app.CaseStepHandle: app.CaseHandling,
		app.CaseStepReply:  app.CaseReplied,
	},
	app.CaseAssigned: {
		app.CaseStepAssign: app.CaseAssigned,
		app.CaseStepHandle: app.CaseHandling,
		app.CaseStepReply:  app.CaseReplied,
	},
	app.CaseHandling: {
		app.CaseStepAssign: app.CaseAssigned,
		app.CaseStepHandle: app.CaseHandling,
		app.CaseStepReply:  app.CaseReplied,
	},
	app.CaseReplied: {
		app.CaseStepHandle: app.CaseHandling,
		app.CaseStepReply:  app.CaseReplied,
		app.CaseStepClose:  app.CaseClosed,
		app.CaseStepReopen: app.CaseHandling,
	},
	app.CaseClosed: {
		app.CaseStepReopen: app.CaseHandling,
	},
}

// order of steps as a page offers them.
var order = []app.CaseStep{
	app.CaseStepAccept, app.CaseStepAssign, app.CaseStepHandle,
	app.CaseStepReply, app.CaseStepClose, app.CaseStepReopen,
}

// Possible lists the steps that a case in this state may take.
func Possible(s app.CaseState) []app.CaseStep {
	var out []app.CaseStep
	for _, st := range order {
		if _, ok := steps[s][st]; ok {
			out = append(out, st)
		}
	}
	return out
}

// Right answers which right a step needs.
func Right(st app.CaseStep) app.Act {
	if st == app.CaseStepClose || st == app.CaseStepReopen {
		return app.ActClose
	}
	return app.ActCase
}

// Allow answers nil when the step is possible for the case as it stands:
// CodeWrongState (args: state, step) when it is not, CodeRequired when a note or
// a person is missing. A case can be closed only after a reply: nobody is sent
// away without an answer.
func Allow(c app.Case, ev app.CaseEvent) error {
	if _, ok := steps[c.State][ev.Step]; !ok {
		return app.Fail(app.CodeWrongState, string(c.State), string(ev.Step))
	}
	switch ev.Step {
	case app.CaseStepAssign:
		if ev.ToStaff == "" {
			return app.Bad(app.CodeRequired, "handler")
		}
	case app.CaseStepHandle, app.CaseStepReply, app.CaseStepReopen:
		if strings.TrimSpace(ev.Note) == "" {
			return app.Bad(app.CodeRequired, "note")
		}
	}
	return nil
}

// Apply answers the case after the event, or the case unchanged and the error
// of [Allow].
func Apply(c app.Case, ev app.CaseEvent) (app.Case, error) {
	if err := Allow(c, ev); err != nil {
		return c, err
	}
	c.State = steps[c.State][ev.Step]
	switch ev.Step {
	case app.CaseStepOpen:
		c.OpenedAt = ev.At
	case app.CaseStepAccept:
		if c.HandlerID == "" {
			c.HandlerID = ev.By
		}
	case app.CaseStepAssign:
		c.HandlerID = ev.ToStaff
	case app.CaseStepReply:
		c.Reply = ev.Note
	case app.CaseStepClose:
		c.ClosedAt = ev.At
	case app.CaseStepReopen:
		c.ClosedAt = time.Time{}
		c.Reopened++
	}
	return c, nil
}

// Fold adds up the events of one case, given in log order. An event that is not
// possible when its turn comes has lost against an exclusive step (two desks
// closed one case while apart): it changes nothing and is marked. What c holds of
// an earlier fold is forgotten first.
func Fold(c app.Case, events []app.CaseEvent) (app.Case, []app.CaseEvent) {
	c.State, c.HandlerID, c.Reply, c.OpenedAt, c.ClosedAt, c.Reopened, c.Voided = "", "", "", time.Time{}, time.Time{}, 0, nil
	out := make([]app.CaseEvent, len(events))
	for i, ev := range events {
		next, err := Apply(c, ev)
		if err != nil {
			ev.Void = true
			c.Voided = append(c.Voided, ev.ID)
		} else {
			c = next
		}
		out[i] = ev
	}
	return c, out
}

// NeedsCheck answers whether a rating asks a person to look into it (核实).
func NeedsCheck(score int) bool { return score >= app.ScorePoor }

// CanRate answers whether a resident may rate a case in this state.
func CanRate(s app.CaseState) bool { return s == app.CaseReplied || s == app.CaseClosed }
