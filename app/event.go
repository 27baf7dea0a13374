package app

import "sync"

// Changed says, after the commit, that rows of one table have changed. Faces
// refresh from it and never poll.
type Changed struct {
	Table string   // table name, as in the data dictionary
	IDs   []string // rows that changed; empty for "many"
	Verb  string   // the action's verb, such as "ticket.call"
}

// Bus hands changes to subscribers. The zero value is ready.
//
// A slow subscriber never holds up a writer: each has a buffer of 256 changes,
// and when it is full the oldest are replaced by one Changed with an empty
// Table, which means "refresh everything".
type Bus struct {
	mu   sync.Mutex
	next int
	subs map[int]chan Changed
}

// Subscribe answers a channel of changes and the function that ends it.
func (b *Bus) Subscribe() (<-chan Changed, func()) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.subs == nil {
		b.subs = map[int]chan Changed{}
	}
	id := b.next
	b.next++
	ch := make(chan Changed, 256)
	b.subs[id] = ch
	return ch, func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		if _, ok := b.subs[id]; ok {
			delete(b.subs, id)
			close(ch)
		}
	}
}

// Publish tells every subscriber. The store calls it after a commit.
func (b *Bus) Publish(c Changed) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, ch := range b.subs {
		select {
		case ch <- c:
		default:
			for drained := false; !drained; {
				select {
				case <-ch:
				default:
					drained = true
				}
			}
			ch <- Changed{}
		}
	}
}
