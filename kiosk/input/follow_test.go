package input_test

import (
	"context"
	"slices"
	"sync"
	"testing"

	"linli/app"
	"linli/kiosk/flow"
	"linli/kiosk/input"
)

// hall is a hall's public port, as far as writing is concerned.
type hall struct {
	app.PublicPort
	mu     sync.Mutex
	accent app.Accent
	grids  []app.Grid
	asked  chan struct{}
}

func (h *hall) Hall(context.Context) (app.HallInfo, error) {
	h.asked <- struct{}{}
	h.mu.Lock()
	defer h.mu.Unlock()
	return app.HallInfo{Settings: app.Settings{Accent: h.accent}}, nil
}

func (h *hall) Grids(context.Context) ([]app.Grid, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.grids, nil
}

func (h *hall) set(a app.Accent, grids ...app.Grid) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.accent, h.grids = a, grids
}

func finds(w *input.Writer, nine bool, keys, text string) bool {
	words, _ := w.Words(flow.WayPinyin, nine, keys)
	return slices.ContainsFunc(words, func(of input.Word) bool { return of.Text == text && of.Keys == len(keys) })
}

// What the hall settles at a desk reaches a kiosk that is running.
func TestAWriterFollowsItsHall(t *testing.T) {
	h := &hall{asked: make(chan struct{})}
	var w input.Writer
	var bus app.Bus
	stop := w.Follow(context.Background(), h, &bus)
	defer stop()
	// A reading is through when the next one begins.
	again := func(table string) {
		<-h.asked
		bus.Publish(app.Changed{Table: table})
	}
	again("hall")
	again("hall")
	if finds(&w, false, "tongzi", "通知") {
		t.Error("a hall that has not said so takes sounds for each other")
	}
	h.set(app.Accent{Flat: true}, app.Grid{Name: "栖霞家园"})
	again("grid")
	again("hall")
	<-h.asked
	if !finds(&w, false, "tongzi", "通知") {
		t.Error("the accent has not come to the keyboard")
	}
	if !finds(&w, true, "866494", "通知") {
		t.Error("the accent has not come to nine keys")
	}
	if words, _ := w.Words(flow.WayPinyin, false, "qixiajiayuan"); len(words) == 0 || words[0].Text != "栖霞家园" {
		t.Error("the name of a new place has not come to the keyboard")
	}
}

func TestEachAccentIsItsOwn(t *testing.T) {
	for name, c := range map[string]struct {
		accent     app.Accent
		keys, text string
	}{
		"zh as z":     {app.Accent{Flat: true}, "zongguo", "中国"},
		"s as sh":     {app.Accent{Flat: true}, "shanshui", "三岁"},
		"c as ch":     {app.Accent{Flat: true}, "chanting", "餐厅"},
		"n as l":      {app.Accent{NL: true}, "laolian", "老年"},
		"an as ang":   {app.Accent{Nasal: true}, "fanjian", "房间"},
		"ing as in":   {app.Accent{Nasal: true}, "minri", "明日"},
		"eng as en":   {app.Accent{Nasal: true}, "shenhuo", "生活"},
		"all of them": {app.Accent{Flat: true, NL: true, Nasal: true}, "zonglian", "中年"},
	} {
		t.Run(name, func(t *testing.T) {
			var w input.Writer
			if finds(&w, false, c.keys, c.text) {
				t.Errorf("%s is %s without any accent", c.keys, c.text)
			}
			for _, other := range []app.Accent{{Flat: !c.accent.Flat}, {NL: !c.accent.NL}, {Nasal: !c.accent.Nasal}} {
				if w.SetAccent(other); finds(&w, false, c.keys, c.text) {
					t.Errorf("%s is %s with %+v", c.keys, c.text, other)
				}
			}
			if w.SetAccent(c.accent); !finds(&w, false, c.keys, c.text) {
				t.Errorf("%s is not %s with %+v", c.keys, c.text, c.accent)
			}
		})
	}
}
