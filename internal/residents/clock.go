package residents

import (
	"container/heap"
	"time"
)

// clock is a time that passes only when a resident lets it. It is used from one goroutine.
type clock struct {
	now    time.Time
	alarms alarms
	order  int
}

// alarm is something that happens at its time.
type alarm struct {
	at    time.Time
	order int // of two at the same time the one that was set first comes first
	run   func()
	index int // in the heap; below zero: called off, or over
}

// Now implements app.Clock.
func (c *clock) Now() time.Time { return c.now }

// After has f run when d has passed, and answers how to call it off.
func (c *clock) After(d time.Duration, f func()) (cancel func()) {
	c.order++
	a := &alarm{at: c.now.Add(d), order: c.order, run: f}
	heap.Push(&c.alarms, a)
	return func() {
		if a.index >= 0 {
			heap.Remove(&c.alarms, a.index)
		}
	}
}

// pass lets time go by, alarm by alarm.
func (c *clock) pass(d time.Duration) {
	end := c.now.Add(d)
	for len(c.alarms) > 0 && !c.alarms[0].at.After(end) {
		a := heap.Pop(&c.alarms).(*alarm)
		c.now = a.at
		a.run()
	}
	c.now = end
}

// alarms is a heap, the next one first.
type alarms []*alarm

// Len implements heap.Interface.
func (h alarms) Len() int { return len(h) }

// Less implements heap.Interface.
func (h alarms) Less(i, j int) bool {
	if !h[i].at.Equal(h[j].at) {
		return h[i].at.Before(h[j].at)
	}
	return h[i].order < h[j].order
}

// Swap implements heap.Interface.
func (h alarms) Swap(i, j int) {
	h[i], h[j] = h[j], h[i]
	h[i].index, h[j].index = i, j
}

// Push implements heap.Interface.
func (h *alarms) Push(x any) {
	a := x.(*alarm)
	a.index = len(*h)
	*h = append(*h, a)
}

// Pop implements heap.Interface.
func (h *alarms) Pop() any {
	last := (*h)[len(*h)-1]
	*h = (*h)[:len(*h)-1]
	last.index = -1
	return last
}
