package overview_test

import (
	"slices"
	"testing"
	"time"

	"linli/app"
	"linli/app/overview"

	"pgregory.net/rapid"
)

var now = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)

func hall(name string, change func(*app.HallNow)) app.HallNow {
	h := app.HallNow{ID: name, Name: name, Met: now.Add(-time.Minute)}
	if change != nil {
		change(&h)
	}
	return h
}

func TestWhyAHallShouldBeLookedAt(t *testing.T) {
	for name, c := range map[string]struct {
		hall app.HallNow
		want []overview.Reason
	}{
		"nothing":                {hall("a", nil), []overview.Reason{overview.Quiet}},
		"a queue is no reason":   {hall("a", func(h *app.HallNow) { h.Waiting = 60 }), []overview.Reason{overview.Quiet}},
		"overdue and a conflict": {hall("a", func(h *app.HallNow) { h.Overdue, h.Attention = 2, 1 }), []overview.Reason{overview.Overdue, overview.Attend}},
		"a night away":           {hall("a", func(h *app.HallNow) { h.Met = now.Add(-15 * time.Hour) }), []overview.Reason{overview.Quiet}},
		"a day away":             {hall("a", func(h *app.HallNow) { h.Met = now.Add(-24 * time.Hour) }), []overview.Reason{overview.Silent}},
		"never met":              {hall("a", func(h *app.HallNow) { h.Met = time.Time{} }), []overview.Reason{overview.Silent}},
		"connected, and its clock far behind": {hall("a", func(h *app.HallNow) {
			h.Live, h.Met = true, now.Add(-90*24*time.Hour)
		}), []overview.Reason{overview.Quiet}},
		"met in the future": {hall("a", func(h *app.HallNow) { h.Met = now.Add(time.Hour) }), []overview.Reason{overview.Quiet}},
		"taken out": {hall("a", func(h *app.HallNow) {
			h.Away, h.Met = app.CodeRevoked, now.Add(-90*24*time.Hour)
		}), []overview.Reason{overview.TakenOut}},
		"cannot be opened": {hall("a", func(h *app.HallNow) {
			h.Failed, h.Met, h.Overdue = app.CodeDamaged, time.Time{}, 3
		}), []overview.Reason{overview.Unopened}},
	} {
		t.Run(name, func(t *testing.T) {
			if got := overview.Reasons(c.hall, now); !slices.Equal(got, c.want) {
				t.Errorf("%v, want %v", got, c.want)
			}
		})
	}
}

func TestWhatNeedsAttentionStandsFirst(t *testing.T) {
	halls := []app.HallNow{
		hall("quiet b", nil),
		hall("one to look at", func(h *app.HallNow) { h.Attention = 1 }),
		hall("quiet a", nil),
		hall("quiet and full", func(h *app.HallNow) { h.Waiting = 9 }),
		hall("silent", func(h *app.HallNow) { h.Met = now.Add(-48 * time.Hour) }),
		hall("one overdue", func(h *app.HallNow) { h.Overdue = 1 }),
		hall("three overdue", func(h *app.HallNow) { h.Overdue = 3 }),
		hall("taken out", func(h *app.HallNow) { h.Away = app.CodeRevoked }),
		hall("damaged", func(h *app.HallNow) { h.Failed = app.CodeDamaged }),
		hall("four to look at", func(h *app.HallNow) { h.Attention = 4 }),
	}
	want := []string{
		"damaged", "taken out", "three overdue", "one overdue", "silent", "four to look at", "one to look at",
		"quiet and full", "quiet a", "quiet b",
	}
	overview.Sort(halls, now)
	var got []string
	for _, h := range halls {
		got = append(got, h.Name)
	}
	if !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

// However the halls came, they stand in the same order.
func TestTheOrderDependsOnTheHallsAlone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		halls := rapid.SliceOfNDistinct(rapid.Custom(func(t *rapid.T) app.HallNow {
			h := app.HallNow{ID: rapid.StringMatching(`[a-z]{6}`).Draw(t, "id"), Name: rapid.SampledFrom([]string{"", "东", "西"}).Draw(t, "name")}
			h.Failed = rapid.SampledFrom([]app.Code{"", app.CodeDamaged}).Draw(t, "failed")
			h.Away = rapid.SampledFrom([]app.Code{"", app.CodeUnreachable, app.CodeRevoked}).Draw(t, "away")
			h.Live = rapid.Bool().Draw(t, "live")
			h.Met = now.Add(-time.Duration(rapid.IntRange(-5, 60).Draw(t, "hours")) * time.Hour)
			h.Overdue, h.Attention, h.Waiting = rapid.IntRange(0, 2).Draw(t, "overdue"), rapid.IntRange(0, 2).Draw(t, "attention"), rapid.IntRange(0, 2).Draw(t, "waiting")
			return h
		}), 0, 9, func(h app.HallNow) string { return h.ID }).Draw(t, "halls")
		other := rapid.Permutation(halls).Draw(t, "other")
		overview.Sort(halls, now)
		overview.Sort(other, now)
		for i := range halls {
			if halls[i].ID != other[i].ID {
				t.Fatalf("place %d: %s or %s", i, halls[i].ID, other[i].ID)
			}
		}
	})
}

func TestAHallThatCannotBeOpenedAddsNothing(t *testing.T) {
	got := overview.Total([]app.HallNow{
		hall("a", func(h *app.HallNow) {
			h.Figures = app.Figures{Visits: 1, Waiting: 2, OpenCases: 3, Overdue: 4, Rated: 5, Satisfied: 6, Attention: 7}
		}),
		hall("b", func(h *app.HallNow) {
			h.Figures = app.Figures{Visits: 10, Waiting: 20, OpenCases: 30, Overdue: 40, Rated: 50, Satisfied: 60, Attention: 70}
		}),
		hall("c", func(h *app.HallNow) { h.Failed, h.Visits = app.CodeDamaged, 100 }),
	})
	if want := (app.Figures{Visits: 11, Waiting: 22, OpenCases: 33, Overdue: 44, Rated: 55, Satisfied: 66, Attention: 77}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
}

func TestSatisfactionNeedsEnoughRatings(t *testing.T) {
	for _, c := range []struct {
		rated, satisfied, percent int
		ok                        bool
	}{{0, 0, 0, false}, {4, 4, 0, false}, {5, 4, 80, true}, {6, 4, 67, true}, {1000, 999, 100, true}, {8, 0, 0, true}} {
		if p, ok := overview.Satisfaction(app.Figures{Rated: c.rated, Satisfied: c.satisfied}); p != c.percent || ok != c.ok {
			t.Errorf("%d of %d: %d %v, want %d %v", c.satisfied, c.rated, p, ok, c.percent, c.ok)
		}
	}
}
