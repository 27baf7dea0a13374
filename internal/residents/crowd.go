package residents

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"time"
)

// Crowd is so many residents, one after the other at several kiosks.
type Crowd struct {
	Seed    uint64
	Each    int // residents of each goal
	Kiosks  int // at which they stand; each has a hall of its own
	Trouble Trouble
	// Unguarded takes away the window's guard against second touches: the session has to do without.
	Unguarded bool
}

// Figures are how many residents of a goal there were, how many got there, and what that took.
type Figures struct {
	Residents, Finished, Touches int
	Took                         time.Duration
	Twice                        int // took more numbers home than one
}

// Rate is the share of residents who got there.
func (f Figures) Rate() float64 { return float64(f.Finished) / float64(max(1, f.Residents)) }

// Report is what became of a crowd.
type Report struct {
	Of     map[string]Figures // by goal
	Broken []string           // laws that were broken, with the seed of whoever broke them
}

// String is the report as a table.
func (r Report) String() string {
	var b strings.Builder
	for _, name := range Goals() {
		f := r.Of[name]
		n := max(1, f.Residents)
		fmt.Fprintf(&b, "%-36s %4d residents  %5.1f %% finish  %4.1f touches  %3.0f s  %d took more than one number\n",
			name, f.Residents, 100*f.Rate(), float64(f.Touches)/float64(n), f.Took.Seconds()/float64(n), f.Twice)
	}
	return b.String()
}

// Run has the crowd come.
func (c Crowd) Run() Report {
	out := Report{Of: map[string]Figures{}}
	var mu sync.Mutex
	var all sync.WaitGroup
	for at := range c.Kiosks {
		all.Go(func() {
			k := newKiosk(rand.New(rand.NewPCG(c.Seed, uint64(at))), c.Trouble, !c.Unguarded) // #nosec G404 G115 -- a simulation has to repeat itself
			defer k.Close()
			for i := at; i < c.Each*len(Goals()); i += c.Kiosks {
				name := Goals()[i%len(Goals())]
				f, broken := k.receive(name, c.Seed, i)
				mu.Lock()
				sum := out.Of[name]
				sum.add(f)
				out.Of[name] = sum
				out.Broken = append(out.Broken, broken...)
				mu.Unlock()
			}
		})
	}
	all.Wait()
	return out
}

// Day is a kiosk that is never switched off: residents of all goals come, one after the other, for so many hours. each is called
// whenever another hour is over, with the hours that have passed. The laws that were broken come back, and how many came.
func Day(seed uint64, hours int, t Trouble, each func(hour int)) (came int, broken []string) {
	k := newKiosk(rand.New(rand.NewPCG(seed, 0)), t, true) // #nosec G404 -- a simulation has to repeat itself
	defer k.Close()
	for hour := 1; hour <= hours; {
		_, b := k.receive(Goals()[came%len(Goals())], seed, came)
		broken = append(broken, b...)
		came++
		for ; hour <= hours && k.clock.now.Sub(morning) >= time.Duration(hour)*time.Hour; hour++ {
			each(hour)
		}
	}
	return came, broken
}

func (f *Figures) add(g Figures) {
	f.Residents += g.Residents
	f.Finished += g.Finished
	f.Touches += g.Touches
	f.Took += g.Took
	f.Twice += g.Twice
}

// receive is the visit of the i-th resident of a seed.
func (k *kiosk) receive(name string, seed uint64, i int) (f Figures, broken []string) {
	defer func() {
		if p := recover(); p != nil {
			k.breaks("a fault of the program: %v", p)
		}
		for _, b := range k.broken {
			broken = append(broken, fmt.Sprintf("seed %d, resident %d (%s): %s", seed, i, name, b))
		}
		k.broken = nil
	}()
	rng := rand.New(rand.NewPCG(seed, uint64(i)+1<<32)) // #nosec G404 G115 -- a simulation has to repeat itself
	k.pass(time.Duration(5+rng.IntN(120)) * time.Second)
	r := &resident{k: k, rng: rng, lang: language(rng)}
	r.goal = newGoal(name, k.hall, rng, r.lang)
	began := k.clock.now
	f.Residents = 1
	if r.visit() {
		f.Finished = 1
	}
	f.Touches, f.Took = r.touches, k.clock.now.Sub(began)
	k.wiped()
	k.pass(30 * time.Second) // whatever was still under way
	k.wiped()
	done := k.oneEffect()
	if done["ticket"] > 1 {
		f.Twice = 1
	}
	clear(k.hall.help)
	clear(k.hall.cases)
	clear(k.hall.bookings)
	return f, broken
}
