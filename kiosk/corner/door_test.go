package corner_test

import (
	"context"
	"testing"
	"time"

	"linli/app"
	"linli/kiosk/corner"
)

// code is a port with one code.
type code struct {
	right string
	tried []string
	err   error // what it answers instead
}

func (c *code) HasCode() bool { return c.right != "" }

func (c *code) TryCode(_ context.Context, typed string) error {
	c.tried = append(c.tried, typed)
	switch {
	case c.err != nil:
		return c.err
	case typed != c.right:
		return &app.Error{Code: app.CodeWrongPIN, Args: []string{"3"}}
	}
	return nil
}

// stage is a door whose time the test moves.
type stage struct {
	*corner.Door
	code    *code
	now     time.Time
	free    bool
	changes int
	alarms  map[int]*alarm
	next    int
	work    []func()
}

type alarm struct {
	at time.Time
	do func()
}

func (s *stage) Now() time.Time { return s.now }

func (s *stage) pass(d time.Duration) {
	s.now = s.now.Add(d)
	for id, a := range s.alarms {
		if !a.at.After(s.now) {
			delete(s.alarms, id)
			a.do()
		}
	}
}

// settle does what was begun.
func (s *stage) settle() {
	for len(s.work) > 0 {
		f := s.work[0]
		s.work = s.work[1:]
		f()
	}
}

func newStage() *stage {
	s := &stage{code: &code{right: "290416"}, now: time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC), free: true, alarms: map[int]*alarm{}}
	s.Door = corner.New(corner.Config{
		Code: s.code, Clock: s, Free: func() bool { return s.free }, Changed: func() { s.changes++ }, Go: func(f func()) { s.work = append(s.work, f) },
		After: func(d time.Duration, f func()) func() {
			id := s.next
			s.next++
			s.alarms[id] = &alarm{s.now.Add(d), f}
			return func() { delete(s.alarms, id) }
		},
	})
	return s
}

func (s *stage) touch(n int, apart time.Duration) {
	for i := range n {
		if i > 0 {
			s.pass(apart)
		}
		s.Touch()
	}
}

func (s *stage) typeCode(c string) {
	for _, r := range c {
		s.Press(string(r))
	}
	s.settle()
}

func (s *stage) want(t *testing.T, state corner.State) {
	t.Helper()
	if got := s.View().State; got != state {
		t.Errorf("the door is in state %d, want %d", got, state)
	}
}

func TestFiveTouchesAndTheCodeOpenTheDoor(t *testing.T) {
	s := newStage()
	s.touch(5, time.Second)
	s.want(t, corner.Asking)
	s.typeCode("29041")
	if v := s.View(); v.Typed != 5 || v.State != corner.Asking || len(s.code.tried) != 0 {
		t.Errorf("after five digits: %+v", v)
	}
	s.Press(corner.PressDelete)
	s.typeCode("16")
	s.want(t, corner.Open)
	if s.Typed() != "" || s.View().Typed != 0 {
		t.Error("the code is still there")
	}
	s.Shut()
	s.want(t, corner.Shut)
}

func TestTheDoorStaysShut(t *testing.T) {
	for name, do := range map[string]func(*stage){
		"without a touch":           func(*stage) {},
		"after four":                func(s *stage) { s.touch(4, 0) },
		"after five that are slow":  func(s *stage) { s.touch(5, 1260*time.Millisecond) },
		"while somebody is served":  func(s *stage) { s.free = false; s.touch(9, 0) },
		"half of them while served": func(s *stage) { s.touch(4, 0); s.free = false; s.Touch(); s.free = true; s.touch(4, 0) },
		"without a code":            func(s *stage) { s.code.right = ""; s.touch(9, 0) },
		"after it was closed":       func(s *stage) { s.Close(); s.touch(9, 0) },
		"with keys alone":           func(s *stage) { s.typeCode("290416") },
	} {
		s := newStage()
		do(s)
		if s.View().State != corner.Shut || s.changes != 0 || s.Typed() != "" || len(s.code.tried) != 0 {
			t.Errorf("%s: %+v, typed %q", name, s.View(), s.Typed())
		}
	}
}

func TestAWrongCodeOpensNothing(t *testing.T) {
	s := newStage()
	s.touch(5, 0)
	s.typeCode("246810")
	if v := s.View(); v.State != corner.Asking || v.Fault != app.CodeWrongPIN || v.Left != 3 || v.Typed != 0 {
		t.Errorf("a wrong one: %+v", v)
	}
	s.Press("2")
	if v := s.View(); v.Fault != "" || v.Typed != 1 {
		t.Errorf("the next begins: %+v", v)
	}
	s.code.err = app.Fail(app.CodeLocked, "15")
	s.typeCode("90416")
	if v := s.View(); v.State != corner.Asking || v.Fault != app.CodeLocked || v.Minutes != 15 {
		t.Errorf("a locked one: %+v", v)
	}
}

func TestNobodyThereShutsItAndWipes(t *testing.T) {
	s := newStage()
	s.touch(5, 0)
	s.typeCode("2904")
	s.pass(59 * time.Second)
	s.want(t, corner.Asking)
	s.typeCode("1")
	s.pass(59 * time.Second)
	s.want(t, corner.Asking)
	s.pass(time.Second)
	s.want(t, corner.Shut)
	if s.Typed() != "" || s.View().Typed != 0 {
		t.Error("what was typed is still there")
	}

	s.touch(5, 0)
	s.typeCode("290416")
	for range 3 {
		s.pass(40 * time.Second)
		s.Stay()
	}
	s.want(t, corner.Open)
	s.pass(61 * time.Second)
	s.want(t, corner.Shut)
	if len(s.alarms) != 0 {
		t.Errorf("%d alarms are left", len(s.alarms))
	}
}

// The answer to a code that comes when nobody waits for it any more opens nothing.
func TestAnAnswerThatComesTooLate(t *testing.T) {
	s := newStage()
	s.touch(5, 0)
	for _, r := range "290416" {
		s.Press(string(r))
	}
	s.Press("7") // while it is being tried nothing is typed
	s.Press(corner.PressLeave)
	s.settle()
	s.want(t, corner.Shut)
	s.touch(5, 0)
	if v := s.View(); v.Typed != 0 || v.State != corner.Asking {
		t.Errorf("the next one finds %+v", v)
	}
	s.typeCode("290416")
	s.want(t, corner.Open)
}
