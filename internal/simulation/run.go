package simulation

import (
	"fmt"
	"runtime/debug"
	"time"
)

// Run runs one seed and answers what happened, and what went wrong or nil.
func Run(seed uint64) (Tally, error) {
	tally, err := run(seed, Over{}, trace{})
	if err != nil {
		err = fmt.Errorf("%w\nto read it: go test ./internal/simulation -run 'TestSeed$' -seed %d", err, seed)
	}
	return tally, err
}

// RunOver runs one seed with what a run has beside memory.
func RunOver(seed uint64, over Over) (Tally, error) { return run(seed, over, trace{}) }

// Tell runs one seed and answers what happened in it, line by line, and what went wrong.
func Tell(seed uint64, over Over) (lines []string, err error) {
	_, err = run(seed, over, trace{&lines})
	return lines, err
}

func run(seed uint64, over Over, t trace) (Tally, error) {
	w := newWorld(seed, over, t)
	defer w.end()
	w.all()
	if w.failure != nil {
		return w.tally, fmt.Errorf("seed %d: %w", seed, w.failure)
	}
	return w.tally, nil
}

func (w *World) all() {
	defer func() {
		if r := recover(); r != nil {
			w.fail("panic: %v\n%s", r, debug.Stack())
		}
	}()
	w.chaos()
	w.heal()
	w.checkAll()
	// It works on: everybody writes once more, and that is everywhere as well.
	if w.failure == nil {
		for _, n := range w.nodes {
			n.act()
		}
		w.heal()
		w.checkAll()
	}
}

// chaos lets people write, sessions run and things go wrong, for as many steps as the seed has.
func (w *World) chaos() {
	events := append([]fault{
		{"act", w.plan.acts * 6, func(w *World) { w.on(machine, (*node).begins) }},
		{"session", w.plan.sessions * 6, (*World).begin},
	}, always...)
	events = append(events, w.plan.faults...)
	total := 0
	for _, e := range events {
		total += e.weight
	}
	for range w.plan.steps {
		if w.failure != nil {
			return
		}
		w.now = w.now.Add(time.Duration(w.random.IntN(400)) * time.Millisecond)
		if len(w.tasks) > 0 && w.chance(0.9) {
			w.step(pick(w, w.tasks))
			continue
		}
		draw := w.random.IntN(total)
		for _, e := range events {
			if draw -= e.weight; draw < 0 {
				w.count(e.name)
				e.do(w)
				break
			}
		}
	}
}

// begins lets somebody act at the machine: as a task, so that a program can end in the middle.
func (n *node) begins() {
	if p := n.up; p != nil && !p.busy {
		p.busy = true // a program has one writer
		n.w.spawn(n.name+" act", func() {
			if n.up == p {
				n.act()
			}
			p.busy = false
		})
	}
}
