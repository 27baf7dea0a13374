package app_test

import (
	"slices"
	"testing"

	"linli/app"
)

func TestNoticesThatCannotWaitStandFirst(t *testing.T) {
	list := []app.Notice{
		{ID: "party", Category: "party", ValidTo: "2026-11-24"},
		{ID: "next week", Category: "general", ValidTo: "2026-11-30"},
		{ID: "later", Category: "general", ValidTo: "2026-12-01"},
		{ID: "for ever", Category: "general"},
		{ID: "tomorrow", Category: "general", ValidTo: "2026-11-24"},
		{ID: "accounts", Category: "finance", ValidTo: "2027-02-01"},
	}
	app.SortNotices(list, "2026-11-23")
	var got []string
	for _, n := range list {
		got = append(got, n.ID)
	}
	if want := []string{"tomorrow", "next week", "party", "later", "for ever", "accounts"}; !slices.Equal(got, want) {
		t.Errorf("order %q, want %q", got, want)
	}
}
