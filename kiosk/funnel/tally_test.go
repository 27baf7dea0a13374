package funnel_test

import (
	"slices"
	"testing"
	"time"

	"linli/app"
	"linli/assets"
	"linli/kiosk/flow"
	"linli/kiosk/flow/flowtest"
	"linli/kiosk/funnel"
)

const today app.Day = "2026-11-23"

var morning = time.Date(2026, 11, 23, 9, 30, 0, 0, time.UTC)

// stage is a tally with a clock that only the test moves.
type stage struct {
	funnel.Tally
	now time.Time
}

func page(id string) flow.Page { return flow.Page{ID: id, Kind: flow.Choose} }

// begin touches a page, see shows one after some seconds.
func begin(id string) *stage {
	s := &stage{now: morning}
	s.Begin(page(id), s.now)
	return s
}

func (s *stage) pass(seconds int) { s.now = s.now.Add(time.Duration(seconds) * time.Second) }

func (s *stage) see(p flow.Page, after int) {
	s.pass(after)
	s.Show(p, s.now)
}

func (s *stage) want(t *testing.T, want ...app.PageCount) {
	t.Helper()
	for i := range want {
		if want[i].Day == "" {
			want[i].Day = today
		}
	}
	got := s.Take()
	if !slices.Equal(got, want) {
		t.Errorf("counted\n%+v, want\n%+v", got, want)
	}
	for _, c := range got {
		if err := c.Validate(); err != nil {
			t.Errorf("%+v: %v", c, err)
		}
	}
	if !s.Empty() {
		t.Error("what was handed over is still there")
	}
}

func TestAFinishedConversation(t *testing.T) {
	s := begin("home")
	s.see(page("ticket.business"), 0)
	s.see(flow.Page{ID: "ticket.taken", Kind: flow.Result, Final: true}, 7)
	s.pass(20)
	s.Leave(s.now, today)
	s.want(
		t,
		app.PageCount{Page: "home", Came: 1, Finished: 1},
		app.PageCount{Page: "ticket.business", Came: 1, Finished: 1, Seconds: 7, Times: [5]int{0, 1}},
		app.PageCount{Page: "ticket.taken", Came: 1, Finished: 1, Seconds: 20, Times: [5]int{0, 0, 1}},
	)
}

// Who goes without a word from what was done for good has what they came for; how long
// they looked at it nobody knows.
func TestWalkingAwayFromAResultIsNoLoss(t *testing.T) {
	s := begin("home")
	s.see(flow.Page{ID: "ticket.taken", Final: true}, 0)
	s.pass(90)
	s.Abandon(today)
	s.want(t, app.PageCount{Page: "home", Came: 1, Finished: 1}, app.PageCount{Page: "ticket.taken", Came: 1, Finished: 1})
}

// What is asked after something was done for good, such as whether a number was copied, cannot lose it again.
func TestDoneForGoodStaysDone(t *testing.T) {
	s := begin("problem.confirm")
	s.see(flow.Page{ID: "problem.sent", Final: true}, 0)
	s.see(page("problem.sent.copied"), 3)
	s.pass(2)
	s.Leave(s.now, today)
	s.want(
		t,
		app.PageCount{Page: "problem.confirm", Came: 1, Finished: 1},
		app.PageCount{Page: "problem.sent", Came: 1, Finished: 1, Seconds: 3, Times: [5]int{1}},
		app.PageCount{Page: "problem.sent.copied", Came: 1, Finished: 1, Seconds: 2, Times: [5]int{1}},
	)
}

func TestGivenUp(t *testing.T) {
	for name, end := range map[string]struct {
		do   func(*stage)
		time app.PageCount
	}{
		"by a touch":     {func(s *stage) { s.Leave(s.now, today) }, app.PageCount{Seconds: 40, Times: [5]int{0, 0, 0, 1}}},
		"without a word": {func(s *stage) { s.Cover(s.now); s.pass(30); s.Abandon(today) }, app.PageCount{}},
	} {
		t.Run(name, func(t *testing.T) {
			s := begin("home")
			s.see(page("problem.category"), 0)
			s.see(page("problem.what"), 16)
			s.pass(40)
			end.do(s)
			last := end.time
			last.Page, last.Came, last.Left = "problem.what", 1, 1
			s.want(
				t,
				app.PageCount{Page: "home", Came: 1},
				app.PageCount{Page: "problem.category", Came: 1, Seconds: 16, Times: [5]int{0, 0, 1}},
				last,
			)
		})
	}
}

func TestATextThatWasReadIsAGoodEnd(t *testing.T) {
	s := begin("home")
	s.see(page("notices.list"), 0)
	s.see(flow.Page{ID: "notices.read", Kind: flow.Read}, 4)
	s.pass(70)
	s.Leave(s.now, today)
	s.want(
		t,
		app.PageCount{Page: "home", Came: 1, Finished: 1},
		app.PageCount{Page: "notices.list", Came: 1, Finished: 1, Seconds: 4, Times: [5]int{1}},
		app.PageCount{Page: "notices.read", Came: 1, Finished: 1, Seconds: 70, Times: [5]int{4: 1}},
	)
}

func TestGoingBackIsAnotherVisitOfTheSamePage(t *testing.T) {
	s := begin("home")
	s.see(page("rate.what"), 0)
	s.see(page("rate.business"), 5)
	s.pass(15)
	s.Back()
	s.see(page("rate.what"), 0)
	s.pass(30)
	s.Leave(s.now, today)
	s.want(
		t,
		app.PageCount{Page: "home", Came: 1},
		app.PageCount{Page: "rate.business", Came: 1, Back: 1, Seconds: 15, Times: [5]int{0, 1}},
		app.PageCount{Page: "rate.what", Came: 2, Left: 1, Seconds: 35, Times: [5]int{1, 0, 1}},
	)
}

func TestACallForStaffLiesOverThePage(t *testing.T) {
	for name, then := range map[string]struct {
		do   func(*stage)
		want app.PageCount
	}{
		"and they came back": {func(s *stage) {
			s.see(page("problem.what"), 100)
			s.pass(4)
			s.Leave(s.now, today)
		}, app.PageCount{Left: 1, Seconds: 14, Times: [5]int{0, 1}}},
		"and they went home": {func(s *stage) { s.pass(9); s.Leave(s.now, today) }, app.PageCount{Seconds: 10, Times: [5]int{0, 1}}},
		"and they were gone": {func(s *stage) { s.pass(90); s.Abandon(today) }, app.PageCount{}},
	} {
		t.Run(name, func(t *testing.T) {
			s := begin("home")
			s.see(page("problem.what"), 0)
			s.pass(10)
			s.Help()
			for range 3 { // how the call stands is drawn again and again
				s.Cover(s.now)
				s.pass(0)
			}
			then.do(s)
			want := then.want
			want.Page, want.Came, want.Helped = "problem.what", 1, 1
			s.want(t, app.PageCount{Page: "home", Came: 1}, want)
		})
	}
}

func TestACallFromATextIsNoGoodEnd(t *testing.T) {
	s := begin("home")
	s.see(flow.Page{ID: "service", Kind: flow.Read}, 0)
	s.Help()
	s.Cover(s.now)
	s.Abandon(today)
	s.want(t, app.PageCount{Page: "home", Came: 1}, app.PageCount{Page: "service", Came: 1, Helped: 1})
}

func TestTheIdleQuestionTakesNoTimeFromThePage(t *testing.T) {
	s := begin("home")
	s.see(page("ticket.business"), 0)
	s.pass(60)
	s.Cover(s.now)
	s.see(page("ticket.business"), 25)
	s.see(page("ticket.priority"), 1)
	s.Leave(s.now, today)
	s.want(
		t,
		app.PageCount{Page: "home", Came: 1},
		app.PageCount{Page: "ticket.business", Came: 1, Seconds: 61, Times: [5]int{4: 1}},
		app.PageCount{Page: "ticket.priority", Came: 1, Left: 1, Times: [5]int{1}},
	)
}

func TestTheEndsOfTheBands(t *testing.T) {
	for seconds, band := range map[int]int{0: 0, 5: 0, 6: 1, 15: 1, 16: 2, 30: 2, 31: 3, 60: 3, 61: 4, 900: 4} {
		s := begin("home")
		s.see(page("rate.what"), 0)
		s.pass(seconds)
		s.Leave(s.now, today)
		want := app.PageCount{Page: "rate.what", Came: 1, Left: 1, Seconds: seconds}
		want.Times[band] = 1
		s.want(t, app.PageCount{Page: "home", Came: 1}, want)
	}
}

func TestAnEmptyHallCountsNothing(t *testing.T) {
	s := &stage{now: morning}
	s.see(page("home"), 3600)
	s.Cover(s.now)
	s.Help()
	s.Back()
	s.Leave(s.now, today)
	s.Abandon(today)
	s.want(t)
}

// A conversation counts when it has ended, and not before.
func TestHalfAConversationIsNotHandedOver(t *testing.T) {
	s := begin("home")
	s.see(page("rate.what"), 0)
	s.want(t)
	s.Leave(s.now, today)
	s.want(t, app.PageCount{Page: "home", Came: 1}, app.PageCount{Page: "rate.what", Came: 1, Left: 1, Times: [5]int{1}})
}

// Every page that a flow makes has an id that can be counted.
func TestEveryPageOfEveryFlowCanBeCounted(t *testing.T) {
	for _, lang := range assets.Languages() {
		for v := range flowtest.Visits(flowtest.Facts(lang)) {
			s := begin("home")
			s.see(v.Page, 1)
			s.Leave(s.now, today)
			for _, c := range s.Take() {
				if err := c.Validate(); err != nil {
					t.Fatalf("%v: %v", v.Path, err)
				}
			}
		}
	}
}

func TestAClockThatIsSetBackCountsNoTimeTwice(t *testing.T) {
	s := begin("home")
	s.see(page("rate.what"), 0)
	s.see(page("rate.business"), -3600)
	s.Leave(s.now, today)
	s.want(
		t,
		app.PageCount{Page: "home", Came: 1},
		app.PageCount{Page: "rate.business", Came: 1, Left: 1, Times: [5]int{1}},
		app.PageCount{Page: "rate.what", Came: 1, Times: [5]int{1}},
	)
}

func TestDaysAreApartAndOldOnesGo(t *testing.T) {
	s := &stage{now: morning}
	days := []app.Day{"2026-11-23", "2026-11-24", "2026-11-25", "2026-11-26", "2026-11-27", "2026-11-28", "2026-11-29", "2026-11-30"}
	for _, d := range days {
		s.Begin(page("home"), s.now)
		s.Leave(s.now, d)
	}
	if !s.Before("2026-11-25") || s.Before("2026-11-24") {
		t.Error("the days that wait are others")
	}
	var want []app.PageCount
	for _, d := range days[1:] {
		want = append(want, app.PageCount{Day: d, Page: "home", Came: 1, Left: 1})
	}
	s.want(t, want...)
}

func TestWhatCouldNotBeHandedOverIsThereAgain(t *testing.T) {
	s := begin("home")
	s.Leave(s.now, today)
	counts := s.Take()
	s.Begin(page("home"), s.now)
	s.Leave(s.now, today)
	s.PutBack(counts)
	s.want(t, app.PageCount{Page: "home", Came: 2, Left: 2})
}
