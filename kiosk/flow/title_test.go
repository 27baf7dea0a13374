package flow_test

import (
	"strings"
	"testing"

	"linli/assets"
	"linli/kiosk/flow"
	"linli/kiosk/flow/flowtest"
)

// Staff read of every page under a title that can be found again at the kiosk.
func TestEveryPageHasATitleForStaff(t *testing.T) {
	for _, lang := range assets.Languages() {
		for v := range flowtest.Visits(flowtest.Facts(lang)) {
			title, ok := flow.TitleOf(v.Page.ID, lang)
			if !ok || title == "" || strings.ContainsAny(title, "{}") {
				t.Errorf("%s: %q is called %q", lang, v.Page.ID, title)
			}
			if v.Page.Title.Key != "" && len(v.Page.Title.Args) == 0 && v.Page.Title.Key == "kiosk."+v.Page.ID+".title" && title != v.Page.Title.In(lang) {
				t.Errorf("%s: %q is called %q at the desk and %q at the kiosk", lang, v.Page.ID, title, v.Page.Title.In(lang))
			}
		}
	}
	for id, want := range map[string]string{
		"rate.number": "后面的数字是多少？", "problem.place.2": "在哪一栋？", "services.item": "您想了解哪一项？", "ticket.working": "请稍候", flow.PageCardLeft: "身份证忘了拿",
	} {
		if got, _ := flow.TitleOf(id, assets.LangChinese); got != want {
			t.Errorf("%s is called %q, want %q", id, got, want)
		}
	}
	if got, _ := flow.TitleOf("rate.number", assets.LangEnglish); got != "Which digits come after …?" {
		t.Errorf("in English a title with an argument is %q", got)
	}
	if title, ok := flow.TitleOf("tomorrow.page", assets.LangChinese); ok {
		t.Errorf("a page of a newer program is called %q", title)
	}
}

// An id names a page and nothing that was answered on the way to it: whatever the hall is called and holds, its pages
// are the same few.
func TestNoIDOfAPageHoldsContent(t *testing.T) {
	ids := func(f flow.Facts) map[string]bool {
		found := map[string]bool{}
		for v := range flowtest.Visits(f) {
			found[v.Page.ID] = true
		}
		return found
	}
	f := flowtest.Facts(assets.LangChinese)
	usual := ids(f)
	for i := range f.Services {
		f.Services[i].ID = "other-" + f.Services[i].ID
	}
	for i := range f.Businesses {
		f.Offers["other-"+f.Businesses[i].ID] = f.Offers[f.Businesses[i].ID]
		f.Businesses[i].ID = "other-" + f.Businesses[i].ID
	}
	for i := range f.Grids {
		f.Grids[i].ID = "other-" + f.Grids[i].ID
		if f.Grids[i].ParentID != "" {
			f.Grids[i].ParentID = "other-" + f.Grids[i].ParentID
		}
	}
	for i := range f.Notices {
		f.Notices[i].ID = "other-" + f.Notices[i].ID
	}
	for id := range ids(f) {
		if !usual[id] {
			t.Errorf("%q is a page of another hall only", id)
		}
		for _, part := range strings.Split(id, ".") {
			if strings.Trim(part, "abcdefghijklmnopqrstuvwxyz") != "" && (len(part) != 1 || part < "1" || part > "9") {
				t.Errorf("%q holds more than words and how deep a place lies", id)
			}
		}
	}
}
