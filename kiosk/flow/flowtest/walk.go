package flowtest

import (
	"encoding/json"
	"iter"
	"slices"
	"strings"
	"time"

	"linli/app"
	"linli/app/form"
	"linli/app/receipt"
	"linli/kiosk/flow"
)

// A Visit is one page that was reached, and how.
type Visit struct {
	Page  flow.Page
	Facts flow.Facts
	State flow.State
	Path  []string // what was pressed on the way, for messages of tests
}

// Walk answers every different page of every flow, as a renderer has to draw
// them: all choices, all parts, all outcomes of all work, slow work, errors,
// the call for staff and the idle question. Pages that read alike come once. Of
// the pages that read an answer back or list papers, which are as many as there are
// combinations of answers, one comes for each length of each line; of those that list papers, one for each length
// of the longest and of all together, roughly.
func Walk(f flow.Facts) iter.Seq[flow.Page] {
	return func(yield func(flow.Page) bool) {
		for page := range Pages(f) {
			if !yield(page) {
				return
			}
		}
	}
}

// Pages is Walk with all parts of the page that each one belongs to.
func Pages(f flow.Facts) iter.Seq2[flow.Page, []flow.Page] {
	return func(yield func(flow.Page, []flow.Page) bool) {
		seen := map[string]bool{}
		for v := range Visits(f) {
			if key := drawn(v.Page, f.Lang); !seen[key] {
				seen[key] = true
				if !yield(v.Page, flow.Parts(v.Facts, v.State)) {
					return
				}
			}
		}
		yield(flow.IdlePage(), []flow.Page{flow.IdlePage()})
	}
}

// roughly is how many characters more or less make no other page of a list of papers; and of the longest, four.
const roughly = 40

// drawn tells pages apart as far as drawing and speaking them goes.
func drawn(p flow.Page, lang string) string {
	p.Work = nil
	var lengths []int
	for _, t := range p.Body {
		lengths = append(lengths, len([]rune(t.In(lang))))
	}
	switch {
	case p.Kind == flow.Confirm:
		return key(p.ID, lengths)
	case p.Kind == flow.Ticks || p.ID == "check.result":
		for _, c := range p.Choices {
			lengths = append(lengths, len([]rune(c.Word.In(lang))))
		}
		sum := 0
		for _, n := range lengths {
			sum += n
		}
		return key(p.ID, p.Part, p.Parts, p.Error, len(lengths), slices.Max(lengths)/4, sum/roughly)
	}
	return key(p)
}

// key makes a key of plain data.
func key(data ...any) string {
	return string(must(json.Marshal(data)))
}

// Visits walks breadth first, so that Path is always a shortest one. Going back
// and calling staff are not walked from every page, for they lead where the
// walk has been; the pages of the call are visited once, over the first page.
func Visits(f flow.Facts) iter.Seq[Visit] {
	return func(yield func(Visit) bool) {
		queue := []Visit{{Facts: f}, {Facts: unready(f), Path: []string{"(hall not read yet)"}}}
		queue = append(queue, helpVisits(f)...)
		queue = append(queue, cardVisits(f)...)
		done := map[string]bool{}
		for len(queue) > 0 {
			v := queue[0]
			queue = queue[1:]
			v.Page = flow.Show(v.Facts, v.State)
			at := place(v)
			if done[at] {
				continue
			}
			done[at] = true
			if !yield(v) {
				return
			}
			queue = append(queue, nexts(v)...)
		}
	}
}

// place tells apart the states that the walk treats as different: the way so
// far decides about nothing but its last steps, so ways to the same page with
// the same words are one, unless the answers lead to different work. A page
// with an error is the page it was before, with a sentence.
func place(v Visit) string {
	if e := v.Page.Error; !e.Empty() {
		return key(v.Page.ID, e)
	}
	return key(v.Page, v.State.Helping, v.Facts.Ready, v.Facts.Waited, v.Facts.Help, lastAnswers(v.State))
}

// lastAnswers are the last two answers of the resident.
func lastAnswers(s flow.State) []string {
	var values []string
	for i := len(s.Answers) - 1; i >= 0 && len(values) < 2; i-- {
		if s.Answers[i].Got == nil {
			values = append(values, s.Answers[i].Value)
		}
	}
	return values
}

// nexts answers where a page can lead.
func nexts(v Visit) (list []Visit) {
	press := func(ids ...string) {
		next := v
		next.Path = append(append([]string{}, v.Path...), strings.Join(ids, ""))
		for _, id := range ids {
			next.State = flow.Press(next.Facts, next.State, id)
		}
		list = append(list, next)
	}
	p := v.Page
	if p.Part+1 < p.Parts {
		press(flow.PressNext)
	}
	for _, c := range p.Choices {
		if !c.Off && !strings.HasPrefix(c.ID, "@") && p.Kind != flow.Ticks {
			press(c.ID)
		}
	}
	if _, ok := flow.Unfinished(v.Facts, v.State); ok && !v.State.Leaving {
		next := v
		next.Path = append(append([]string{}, v.Path...), "(leave)")
		next.State = flow.AskLeave(v.State)
		list = append(list, next)
	}
	switch {
	case p.Kind == flow.Ticks:
		press(flow.PressOK) // nothing
		press(p.Choices[0].ID)
		press(p.Choices[0].ID, p.Choices[0].ID, flow.PressOK) // thought better of it
		press(p.Choices[0].ID, flow.PressOK)
		press(append(all(flow.Parts(v.Facts, v.State)), flow.PressOK)...)
	case p.Kind == flow.Digits:
		good := Digits(p)
		press(append(strings.Split(good, ""), flow.PressOK)...)
		press("1", flow.PressOK) // too short
		if p.Pad.Check {
			press(strings.Split(wrong(good), "")...)
		}
		if p.Pad.Phone {
			press(append(strings.Split(strings.Repeat("2", p.Pad.Min), ""), flow.PressOK)...)
		}
		if p.Field != nil {
			press(append(strings.Split(strings.Repeat("9", p.Pad.Max), ""), flow.PressOK)...) // no such day, age or card
		}
		if p.Pad.Open {
			press(flow.PressOK)
		}
	case p.Kind == flow.Write:
		press(append(writing(p), flow.PressOK)...)
		if slices.Contains(p.Pen.Ways, flow.WayPinyin) {
			press(append(writing(p), flow.PressWay(flow.WayPinyin), "a", flow.PressOK)...) // no word chosen
		}
		press(flow.PressClear, flow.PressWay(flow.WayPinyin), flow.PressWay(flow.WaySigns), "1", flow.PressDelete, flow.PressOK)
		press(flow.PressClear, flow.PressOK)
		press(slices.Repeat([]string{flow.Take(0, "字")}, p.Pen.Max+1)...)
	case p.Primary != nil && !p.Primary.Off && !strings.HasPrefix(p.Primary.ID, "@"):
		press(p.Primary.ID)
	}
	if p.Work != nil && !v.State.Helping {
		list = append(list, outcomes(v)...)
	}
	return list
}

// outcomes answers all that can come of a page's work, and its being slow.
func outcomes(v Visit) (list []Visit) {
	if v.Facts.Waited == 0 {
		for _, waited := range []time.Duration{2 * flow.Slow, 2 * flow.VerySlow} {
			slow := v
			slow.Facts.Waited = waited
			slow.Path = append(append([]string{}, v.Path...), "(slow)")
			list = append(list, slow)
		}
	} else {
		return nil
	}
	for _, out := range Outcomes(*v.Page.Work) {
		next := v
		next.Path = append(append([]string{}, v.Path...), "(done)")
		next.State = flow.Finish(v.Facts, v.State, out)
		list = append(list, next)
	}
	return list
}

// SampleReceipt is a valid receipt number of the sample day.
func SampleReceipt() string { return must(receipt.Number("2026-11-23", 1, 17)) }

// Digits answers digits that a pad takes.
func Digits(p flow.Page) string {
	switch {
	case p.Pad.Check:
		return SampleReceipt()
	case p.Pad.Phone:
		return "13800000000"
	case p.Pad.Prefix != "":
		return "1005"
	case p.Pad.X:
		return "11010519491231002X" // the sample of GB 11643
	case p.Field != nil && p.Field.Question.Type == form.Date:
		return Now.AddDate(0, 0, 7).Format("20060102")
	case p.Field != nil:
		return "81"
	default:
		return "246810"[:p.Pad.Min]
	}
}

// all presses everything that can be ticked, turning from part to part.
func all(parts []flow.Page) (presses []string) {
	for i, p := range parts {
		if i > 0 {
			presses = append(presses, flow.PressNext)
		}
		for _, c := range p.Choices {
			presses = append(presses, c.ID)
		}
	}
	return presses
}

// Text answers words that a pen takes.
func Text(p flow.Page) string {
	return strings.Repeat("楼道的灯不亮了", 1+p.Pen.Max/7)[:3*min(7, p.Pen.Max)]
}

// writing presses [Text] in place of what is there: what was written before would
// make another page of every round.
func writing(p flow.Page) (presses []string) {
	presses = append(presses, flow.PressClear)
	for _, r := range Text(p) {
		presses = append(presses, flow.Take(0, string(r)))
	}
	return presses
}

// wrong is a number with a slip in its last digit.
func wrong(number string) string {
	last := number[len(number)-1]
	return number[:len(number)-1] + string('0'+(last-'0'+1)%10)
}

// slips are what can become of a paper.
var slips = []flow.Slip{flow.SlipNone, flow.SlipOut, flow.SlipFailed}

// Outcomes answers what can come of a work: every way in which it can succeed,
// and the faults that the ports name for it.
func Outcomes(w flow.Work) (all []flow.Outcome) {
	good := func(o flow.Outcome) {
		o.Verb = w.Verb
		all = append(all, o)
	}
	bad := func(code app.Code, args ...string) {
		all = append(all, flow.Outcome{Verb: w.Verb, Fault: app.Fail(code, args...)})
	}
	switch w.Verb {
	case flow.WorkTicket:
		for _, slip := range slips {
			for _, ahead := range []int{0, 12} {
				good(flow.Outcome{Slip: slip, Taken: app.Taken{
					Ticket: app.Ticket{ID: "ticket", Number: "A1-005", BusinessID: w.Ticket.BusinessID, TakenAt: Now},
					Ahead:  ahead, Wait: time.Duration(ahead) * 6 * time.Minute,
				}})
			}
		}
		bad(app.CodeClosed)
		bad(app.CodeFull)
		bad(app.CodeLastTicket)
	case flow.WorkSubmit:
		for _, slip := range slips {
			good(flow.Outcome{Receipt: app.Receipt{Number: SampleReceipt(), Secret: "246810", At: Now}, Slip: slip})
		}
	case flow.WorkKeep:
		for _, slip := range slips {
			good(flow.Outcome{Draft: app.Draft{Code: "482913", Until: Now.Add(app.DraftKept)}, Slip: slip})
		}
	case flow.WorkCheckIn:
		good(flow.Outcome{Taken: app.Taken{Ticket: app.Ticket{ID: "ticket", Number: "A1-006", BusinessID: "business-A", TakenAt: Now}, Ahead: 1, Wait: 5 * time.Minute}})
		bad(app.CodeWrongSecret)
		bad(app.CodeLocked, "15")
		bad(app.CodeNotFound)
		bad(app.CodeNotToday, "2026-11-30")
		bad(app.CodeWrongState)
	case flow.WorkBook:
		for _, slip := range slips {
			for _, state := range []app.AppointmentState{app.AppointmentBooked, app.AppointmentWaiting} {
				good(flow.Outcome{Slip: slip, Booked: app.Booking{
					Number: SampleReceipt(), Code: "246810", State: state, BusinessID: w.Booking.BusinessID,
					Day: w.Booking.Day, From: w.Booking.From, To: w.Booking.To, At: Now,
				}})
			}
		}
		bad(app.CodeNotFound)
	case flow.WorkProgress:
		states := []app.CaseState{
			app.CaseOpen, app.CaseAccepted, app.CaseAssigned, app.CaseHandling, app.CaseReplied, app.CaseClosed,
		}
		for i, state := range states {
			reply := ""
			if i >= 4 {
				reply = strings.Repeat("楼道的灯已经换好,欢迎您再来看看。", 12)
			}
			for _, rate := range []bool{false, i >= 4} {
				good(flow.Outcome{Progress: app.Progress{
					Receipt: w.Receipt, About: abouts[i], State: state, Reply: reply, At: Now, CanRate: rate, Rated: i >= 4 && !rate,
				}})
			}
		}
		bad(app.CodeWrongSecret)
		bad(app.CodeLocked, "15")
	case flow.WorkRateCase:
		good(flow.Outcome{RatingID: "rating"})
		bad(app.CodeWrongSecret)
		bad(app.CodeLocked, "15")
		bad(app.CodeWrongState)
	case flow.WorkRateTicket:
		good(flow.Outcome{RatingID: "rating"})
		bad(app.CodeNotFound)
		bad(app.CodeWrongState)
	case flow.WorkSave:
		good(flow.Outcome{})
	case flow.WorkReplies:
		good(flow.Outcome{})
		good(flow.Outcome{Replies: []app.Reply{
			{ID: "reply-1", ServiceID: w.ServiceID, Said: "窗口排队太久。", Answer: "上午加开了一个窗口。", At: Now},
			{ID: "reply-2", ServiceID: w.ServiceID, Said: "材料清单看不懂。", Answer: "清单已经改成大字,并加了图。", At: Now},
		}})
	}
	bad(app.CodeInternal)
	bad(app.CodeDiskFull)
	return all
}

// abouts are cases of every kind, as far as their owner is told of what: nothing,
// a problem, a service, and the kind alone.
var abouts = []app.CaseAbout{
	{},
	{Kind: app.CaseHelp, Category: "building", Choice: "stair-light"},
	{Kind: app.CaseService, ServiceID: "service-CG-001"},
	{Kind: app.CaseComplaint},
	{Kind: app.CaseHelp, Category: "noise", Choice: "gone"},
	{Kind: app.CasePraise, ServiceID: "service-gone"},
}

// unready is the hall before its data has been read.
func unready(f flow.Facts) flow.Facts {
	return flow.Facts{Lang: f.Lang, Fit: f.Fit, Now: f.Now, Problems: f.Problems}
}

// helpVisits are the pages of a call for staff.
func helpVisits(f flow.Facts) (list []Visit) {
	calling := flow.Press(f, flow.State{}, flow.PressHelp)
	for name, h := range map[string]flow.Help{
		"(ringing)":  {},
		"(rung)":     {Ring: 1, Rang: f.Now},
		"(answered)": {Ring: 1, Rang: f.Now, Answered: true},
		"(nobody)":   {Ring: 1, Rang: f.Now.Add(-flow.HelpPatience)},
		"(failed)":   {Ring: 1, Rang: f.Now, Fault: app.CodeInternal},
	} {
		v := Visit{Facts: f, State: calling, Path: []string{flow.PressHelp, name}}
		v.Facts.Help = h
		list = append(list, v)
	}
	return list
}
