package simulation

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"
)

// plan is what a seed is like: how large its world is and what goes wrong in it. Each seed leaves most faults out and has
// much of the others, so that all seeds together are more unlike each other than they would be if each had a little of everything.
type plan struct {
	machines, hubs int
	kiosks         bool
	steps          int
	grain          float64 // of the places at which a task may stop, how many it stops at
	transaction    int     // entries of a transaction, about; 0 for a batch
	page           int     // entries of a page
	live           bool    // sessions go on from their cursors
	heeds          bool    // machines heed what peers say they hold
	loss           float64
	late, twice    float64
	diskFull       float64
	skewed         bool
	acts           int // weights
	sessions       int
	faults         []fault
}

func drawPlan(r *rand.Rand) plan {
	p := plan{
		machines: 3 + r.IntN(4), hubs: r.IntN(3), kiosks: r.IntN(2) == 0, steps: 1500 + r.IntN(2500),
		grain: []float64{0.1, 0.4, 1}[r.IntN(3)], transaction: []int{0, 1, 3}[r.IntN(3)], page: []int{0, 2, 5}[r.IntN(3)],
		live: r.IntN(3) > 0, heeds: r.IntN(2) == 0, skewed: r.IntN(2) == 0,
		acts: 4 + r.IntN(12), sessions: 4 + r.IntN(12),
	}
	some := func(most float64) float64 {
		if r.IntN(2) == 0 {
			return 0
		}
		return most * r.Float64()
	}
	p.loss, p.late, p.twice, p.diskFull = some(0.1), some(0.05), some(0.1), some(0.05)
	for _, f := range faults {
		if r.IntN(5) < 2 {
			f.weight = 1 + r.IntN(f.weight)
			p.faults = append(p.faults, f)
		}
	}
	return p
}

func (p plan) String() string {
	var names []string
	for _, f := range p.faults {
		names = append(names, f.name)
	}
	return fmt.Sprintf("%d machines, %d hubs, %d steps, grain %.1f, transactions of %d, pages of %d, live %v, heeds %v, loss %.3f, late %.3f, twice %.3f, disk full %.3f, faults: %s",
		p.machines, p.hubs, p.steps, p.grain, p.transaction, p.page, p.live, p.heeds, p.loss, p.late, p.twice, p.diskFull, strings.Join(names, ", "))
}

// drawSkew is how wrong a clock is: not at all, a few minutes, or ten years.
func (p plan) drawSkew(w *World) time.Duration {
	if !p.skewed {
		return 0
	}
	const year = 365 * 24 * time.Hour
	return pick(w, []time.Duration{0, 0, 3 * time.Minute, -3 * time.Minute, 26 * time.Hour, 10 * year, -10 * year})
}
