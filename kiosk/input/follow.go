package input

import (
	"context"
	"log/slog"

	"linli/app"
	"linli/kiosk/input/pinyin"
)

// Fuzzy is an accent as the sounds that are taken for each other.
func Fuzzy(a app.Accent) (f pinyin.Fuzzy) {
	if a.Flat {
		f |= pinyin.ZhZ | pinyin.ChC | pinyin.ShS
	}
	if a.NL {
		f |= pinyin.NL
	}
	if a.Nasal {
		f |= pinyin.AngAn | pinyin.EngEn | pinyin.IngIn
	}
	return f
}

// Learn reads what a hall knows about writing: the names of its places, which go
// before other words, and how its people speak.
func (w *Writer) Learn(ctx context.Context, public app.PublicPort) error {
	hall, err := public.Hall(ctx)
	if err != nil {
		return err
	}
	grids, err := public.Grids(ctx)
	if err != nil {
		return err
	}
	names := make([]string, len(grids))
	for i, g := range grids {
		names[i] = g.Name
	}
	w.SetNames(names)
	w.SetAccent(hall.Settings.Accent)
	return nil
}

// about are the tables that [Writer.Learn] reads; "" is every table.
var about = map[string]bool{"": true, "hall": true, "grid": true}

// Follow reads the data and what a hall knows, now and whenever that changes, beside
// whoever called it. stop ends it.
func (w *Writer) Follow(ctx context.Context, public app.PublicPort, events *app.Bus) (stop func()) {
	changes, stop := events.Subscribe()
	learn := func() {
		if err := w.Learn(ctx, public); err != nil {
			slog.Warn("what the hall knows about writing is not known to its keyboard", "error", err)
		}
	}
	go func() {
		w.Open()
		learn()
		for c := range changes {
			again := about[c.Table]
			for more := true; more; { // one reading for a burst
				select {
				case c, more = <-changes:
					again = again || more && about[c.Table]
				default:
					more = false
				}
			}
			if again {
				learn()
			}
		}
	}()
	return stop
}
