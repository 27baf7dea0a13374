package flow

// AskLeave answers the conversation after the way out was pressed in the middle of a form: whether what was filled in is
// to be kept. Pressed there once more it goes, as everywhere.
func AskLeave(s State) State {
	s = s.clone()
	s.Leaving, s.Helping, s.Error = true, false, Text{}
	return s
}

// leaveAsk is the page that asks it.
const leaveAsk = "leave.ask"

// leave asks whether an unfinished form is to be kept, keeps it, and says under which code.
func leave(f Facts, s State) Page {
	var got *Outcome
	keep := false
	if n := len(s.Answers); n > 0 {
		last := s.Answers[n-1]
		if last.Page == "leave.keeping" {
			got = last.Got
		}
		keep = last.Page == leaveAsk
	}
	switch {
	case got != nil:
		return Page{
			ID: "leave.kept", Kind: Result, Private: true,
			Title: T(got.Slip.key("kiosk.leave.kept.title")), Spoken: T(got.Slip.key("kiosk.leave.kept.say")),
			Number: Group(got.Draft.Code, secretGroups), Named: T("kiosk.leave.kept.number"),
			Body:    []Text{T(got.Slip.key("kiosk.leave.kept.next"))},
			Primary: finished(),
		}
	case keep:
		sub, _ := Unfinished(f, s)
		return waiting(f, "leave.keeping", Work{Verb: WorkKeep, Submission: sub})
	}
	return Page{
		ID: leaveAsk, Kind: Confirm,
		Title: T("kiosk.leave.ask.title"), Spoken: T("kiosk.leave.ask.say"),
		Body:    []Text{T("kiosk.leave.ask.body")},
		Choices: []Choice{worded(PressHome, "kiosk.leave.ask.drop", "close")},
		Primary: confirmed("kiosk.leave.ask.keep"),
	}
}
