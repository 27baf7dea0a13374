package main

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"linli/internal/day"
	"linli/store"
)

// The display of the other faces: wide enough for the three windows.
const deskWidth, deskHeight = 4400, 1960

// openDesk opens the desk and signs the demo's clerk in with real keys: a desk
// rests on its queue, not on its sign-in page.
func (w *windows) openDesk() (_ *shown, err error) {
	s, err := openScreen(deskWidth, deskHeight)
	if err != nil {
		return nil, err
	}
	p, err := w.linli(s, "desk")
	if err != nil {
		s.close()
		return nil, err
	}
	o := &shown{screen: s, process: p}
	if err := w.signIn(o); err != nil {
		return nil, errors.Join(err, o.close())
	}
	return o, nil
}

// signIn picks the first of the staff and the first window: without a query the
// choosers list all, and no character needs to be typed that is on no key.
func (w *windows) signIn(s *shown) error {
	var now day.Screen
	var failed error
	step := func(there func(day.Screen) bool, then ...string) {
		if failed != nil {
			return
		}
		failed = until(context.Background(), "the desk", func() (bool, error) {
			var err error
			now, err = w.see(day.Desk)
			return there(now), errors.Join(err, s.alive())
		})
		if failed != nil {
			failed = fmt.Errorf("%w; it shows page %q, to touch: %v", failed, now.Page, now.IDs())
			return
		}
		if len(then) > 0 {
			_, failed = s.do(then...)
		}
	}
	has := func(id string) func(day.Screen) bool {
		return func(now day.Screen) bool { return now.Has(id) }
	}
	step(has("field.name"), "search --onlyvisible --name . windowfocus --sync", "key Return")
	step(has("field.name.results.0"), "key Return")
	pin := store.DemoClerkPIN
	if admin := slices.Index(now.Texts, store.DemoAdmin); admin >= 0 && admin < slices.Index(now.Texts, store.DemoClerk) {
		pin = store.DemoAdminPIN
	}
	step(func(now day.Screen) bool { return !now.Has("field.name.search") }, "type --delay 30 "+pin, "key Return")
	step(has("field.window"), "key Return")
	step(has("field.window.results.0"), "key Return")
	step(func(now day.Screen) bool { return now.Page == "home" })
	return failed
}

// openDemo opens the three windows of the demo on the measured hall.
func (w *windows) openDemo() (*shown, error) {
	s, err := openScreen(deskWidth, deskHeight)
	if err != nil {
		return nil, err
	}
	p, err := w.linli(s, "demo")
	if err != nil {
		s.close()
		return nil, err
	}
	o := &shown{screen: s, process: p}
	err = until(context.Background(), "three windows", func() (bool, error) {
		for _, f := range day.Faces() {
			if now, err := w.see(f); err != nil || now.Page == "" {
				return false, errors.Join(err, p.alive())
			}
		}
		return true, nil
	})
	if err != nil {
		return nil, errors.Join(err, o.close())
	}
	return o, nil
}
