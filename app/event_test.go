package app_test

import (
	"fmt"
	"sync"
	"testing"

	"linli/app"
)

func TestBusTellsEverySubscriber(t *testing.T) {
	var bus app.Bus
	bus.Publish(app.Changed{Table: "before anybody listens"})
	a, endA := bus.Subscribe()
	b, endB := bus.Subscribe()
	bus.Publish(app.Changed{Table: "ticket", IDs: []string{"1"}, Verb: "ticket.call"})
	for name, ch := range map[string]<-chan app.Changed{"a": a, "b": b} {
		if got := <-ch; got.Table != "ticket" || len(got.IDs) != 1 || got.Verb != "ticket.call" {
			t.Errorf("%s got %+v", name, got)
		}
	}
	endA()
	endA() // twice does no harm
	bus.Publish(app.Changed{Table: "visit"})
	if _, open := <-a; open {
		t.Error("a got something after its end")
	}
	if got := <-b; got.Table != "visit" {
		t.Errorf("b got %+v", got)
	}
	endB()
}

func TestASlowSubscriberIsToldToRefreshOnce(t *testing.T) {
	var bus app.Bus
	ch, end := bus.Subscribe()
	defer end()
	const more = 300 // than the buffer of 256 holds; Publish would hang here if it waited
	for i := range more {
		bus.Publish(app.Changed{Table: "ticket", Verb: fmt.Sprint(i)})
	}
	if first := <-ch; first.Table != "" || first.IDs != nil || first.Verb != "" {
		t.Fatalf("first %+v, want the empty change that means everything", first)
	}
	// The one that overflowed is covered by the refresh, later ones follow in order.
	for i := 257; i < more; i++ {
		if got := <-ch; got.Verb != fmt.Sprint(i) {
			t.Fatalf("got %+v, want number %d", got, i)
		}
	}
	select {
	case got := <-ch:
		t.Fatalf("one too many: %+v", got)
	default:
	}
}

// TestSubscribersComeAndGoWhileOthersPublish has its worth under -race: a send on
// a closed channel or a lock held while waiting would end it.
func TestSubscribersComeAndGoWhileOthersPublish(t *testing.T) {
	var bus app.Bus
	var publishers, listeners sync.WaitGroup
	for range 4 {
		publishers.Go(func() {
			for range 2000 {
				bus.Publish(app.Changed{Table: "ticket"})
			}
		})
		listeners.Go(func() {
			for range 200 {
				ch, end := bus.Subscribe()
				select {
				case <-ch:
				default:
				}
				end()
				for range ch { // what is left can be read, then it is closed
				}
			}
		})
	}
	publishers.Wait()
	listeners.Wait()
	ch, end := bus.Subscribe()
	bus.Publish(app.Changed{Table: "visit"})
	if got := <-ch; got.Table != "visit" {
		t.Errorf("afterwards: %+v", got)
	}
	end()
}
