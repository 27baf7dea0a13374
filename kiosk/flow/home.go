package flow

// The six things to do, as the first page has them.
const (
	doTicket   = "ticket"
	doServices = "services"
	doNotices  = "notices"
	doProblem  = "problem"
	doProgress = "progress"
	doRate     = "rate"
)

// home is the first page; every conversation starts here.
func home(f Facts, t *trail) Page {
	do, _ := t.take("home")
	switch do {
	case doTicket:
		return takeNumber(f, t, "")
	case doServices:
		return services(f, t)
	case doNotices:
		return notices(f, t)
	case doProblem:
		return reportProblem(f, t)
	case doProgress:
		return progress(f, t)
	case doRate:
		return rate(f, t)
	}
	return greet(f, Page{
		ID: "home", Kind: Choose, Home: true,
		Title: T("kiosk.home.title"), Spoken: T("kiosk.home.say"),
		Body: []Text{same(f.Hall.Name)},
		Choices: []Choice{
			worded(doTicket, "kiosk.home.ticket", "take-number"),
			worded(doServices, "kiosk.home.services", "what-can-be-done"),
			worded(doNotices, "kiosk.home.notices", "notices"),
			worded(doProblem, "kiosk.home.problem", "report-problem"),
			worded(doProgress, "kiosk.home.progress", "progress"),
			worded(doRate, "kiosk.home.rate", "rate"),
		},
	}, t.card)
}

// IdlePage asks whether anybody is still there. It lies over any page when the
// kiosk has not been touched for a while.
func IdlePage() Page {
	return Page{
		ID: "idle", Kind: Confirm,
		Title: T("kiosk.idle.title"), Spoken: T("kiosk.idle.say"),
		Body:    []Text{T("kiosk.idle.body")},
		Choices: []Choice{worded(PressHome, "kiosk.idle.leave", "close")},
		Primary: &Choice{ID: PressStay, Word: T("kiosk.idle.stay")},
	}
}
