package desk

import (
	"context"

	"fyne.io/fyne/v2"

	"linli/app"
)

// Page names a page of the desk.
type Page string

// The pages. Those in the bar come first, in its order.
const (
	PageHome      Page = "home"
	PageResidents Page = "residents"
	PageCases     Page = "cases"
	PageInbox     Page = "inbox"
	PageChecks    Page = "checks"
	PageNotices   Page = "notices"
	PageHealth    Page = "health"
	PageSettings  Page = "settings"

	PageVisit    Page = "visit"    // ID: ticket, may be empty
	PageResident Page = "resident" // ID: resident, empty for a new one
	PageCase     Page = "case"     // ID: case
	PageNewCase  Page = "newcase"  // ID: resident it is about, may be empty
	PageNotice   Page = "notice"   // ID: notice, empty for a new one
	PageKiosk    Page = "kiosk"    // how the kiosk's pages do

	PageHalls Page = "halls" // a supervisor's overview, and nothing else there

	PageSync      Page = "sync"
	PageAttention Page = "attention"
	PageConflict  Page = "conflict" // ID: conflict
	PageVoided    Page = "voided"   // ID: process whose step is shown first, may be empty
)

// tabs are the pages of the bar with the right that each needs; "" is everyone's.
var tabs = []struct {
	page  Page
	right app.Act
}{
	{PageHome, app.ActServe},
	{PageResidents, app.ActFind},
	{PageCases, ""},
	{PageInbox, app.ActInbox},
	{PageChecks, app.ActClose},
	{PageNotices, app.ActNotice},
	{PageHealth, app.ActBackup},
	{PageSettings, app.ActSettings},
}

// rights of the pages that are not in the bar.
var rights = map[Page]app.Act{
	PageVisit:    app.ActServe,
	PageResident: app.ActFind,
	PageNewCase:  app.ActCase,
	PageNotice:   app.ActNotice,
	PageKiosk:    app.ActFigures,

	PageAttention: app.ActFind,
	PageConflict:  app.ActFind,
	PageVoided:    app.ActFind,
}

// ofReplicas are the pages that a hall without other machines' port has not.
var ofReplicas = map[Page]bool{PageSync: true, PageAttention: true, PageConflict: true, PageVoided: true}

// page is one page of the desk. It is built once per visit to its route.
type page interface {
	title() string
	// middle is the one thing the person is on; side what the system knows,
	// nil when the middle takes its place too.
	middle() fyne.CanvasObject
	side() fyne.CanvasObject
	// load notes what the page wants to know and answers the work that asks.
	load() work
	// tables whose changes make the page load again.
	tables() []string
	// keys are the page's own keys, over the desk's.
	keys() []binding
	// first is what has the focus when the page opens; may be nil.
	first() fyne.Focusable
}

// work reads the ports away from the UI goroutine, touches no widget, and
// answers what puts the rows on the page; nil is nothing to do.
type work func(ctx context.Context) func()

// keeper is a page with something typed that must outlive it. keep answers nil
// when there is nothing worth keeping.
type keeper interface{ keep() any }

// allowed answers whether the signed-in person may open a page.
func (d *Desk) allowed(p Page) bool {
	if d.atOverview() || p == PageHalls {
		return d.atOverview() && p == PageHalls
	}
	for _, t := range tabs {
		if t.page == p {
			return t.right == "" || d.maySee(t.right)
		}
	}
	if a, ok := rights[p]; ok && !d.maySee(a) {
		return false
	}
	return !ofReplicas[p] || d.hall.Replicas != nil
}

// maySee answers whether a page that needs a right is shown. Poor ratings are worth reading
// where none can be settled.
func (d *Desk) maySee(a app.Act) bool {
	return d.may(a) || a == app.ActClose && app.May(d.who.Role, a)
}

// homePage is the first page of the bar that this person may open.
func (d *Desk) homePage() Page {
	if d.atOverview() {
		return PageHalls
	}
	if d.within != "" {
		return PageCases // where a supervisor sees what is late
	}
	for _, t := range tabs {
		if d.allowed(t.page) {
			return t.page
		}
	}
	return PageCases
}

// Open goes to a page; going back returns here. A page that the person's role
// may not see is not opened.
func (d *Desk) Open(r Route) {
	if d.who.ID == "" || !d.allowed(r.Page) {
		return
	}
	if d.page != nil && d.route != r {
		d.keep()
		d.past = append(d.past, d.route)
		if len(d.past) > 32 {
			d.past = d.past[1:]
		}
	}
	d.show(r)
}

// back returns to the page before, or to the first one.
func (d *Desk) back() {
	d.keep()
	if n := len(d.past); n > 0 {
		r := d.past[n-1]
		d.past = d.past[:n-1]
		d.show(r)
		return
	}
	if d.route.Page != d.homePage() {
		d.show(Route{Page: d.homePage()})
		return
	}
	d.toOverview()
}

// leave goes back and forgets the draft: the work is saved or given up.
func (d *Desk) leave() {
	r := d.route
	d.back()
	d.setDraft(r, nil)
}

func (d *Desk) show(r Route) {
	d.closeSheets()
	d.route = r
	d.page = d.makePage(r)
	d.shell.quiet()
	d.shell.show(d.page)
	if d.queue != nil {
		d.queue.emphasise()
	}
	d.reload()
	if f := d.page.first(); f != nil {
		d.win.Canvas().Focus(f)
	} else {
		d.win.Canvas().Unfocus()
	}
	d.report()
}

// reload loads the page's rows; a load overtaken by a later one is dropped.
func (d *Desk) reload() {
	p := d.page
	d.loading++
	n, ask := d.loading, p.load()
	d.background(func(ctx context.Context) func() {
		swap := ask(ctx)
		return func() {
			if d.page != p || d.loading != n || swap == nil {
				return
			}
			swap()
			d.shell.hints()
			d.report()
		}
	})
}

// failed is what a load answers when a port refuses.
func (d *Desk) failed(err error) func() {
	return func() { d.sayError(app.AsError(err)) }
}

// makePage is the only place where pages are built.
func (d *Desk) makePage(r Route) page {
	switch r.Page {
	case PageResidents:
		return newResidentsPage(d)
	case PageResident:
		return newResidentPage(d, r)
	case PageVisit:
		return newVisitPage(d, r)
	case PageCases:
		return newCasesPage(d)
	case PageCase:
		return newCasePage(d, r.ID)
	case PageNewCase:
		return newOpenCasePage(d, r)
	case PageInbox:
		return newInboxPage(d)
	case PageChecks:
		return newChecksPage(d)
	case PageNotices:
		return newNoticesPage(d)
	case PageNotice:
		return newNoticePage(d, r)
	case PageHealth:
		return newHealthPage(d)
	case PageSettings:
		return newSettingsPage(d)
	case PageKiosk:
		return newFunnelPage(d)
	case PageHalls:
		return newHallsPage(d)
	case PageSync:
		return newSyncPage(d)
	case PageAttention:
		return newAttentionPage(d)
	case PageConflict:
		return newConflictPage(d, r)
	case PageVoided:
		return newVoidedPage(d, r)
	default:
		return newHomePage(d)
	}
}
