package oplog

import "slices"

// Page gathers the entries of a batch in a replica's apply order, up to the bounds of one, and knows where it may be
// cut: where every run ends in a signature.
type Page struct {
	items []Item
	size  int
	open  map[Hash]bool // entries that no signature in the page vouches for yet
}

// NewPage returns an empty page.
func NewPage() *Page { return &Page{open: make(map[Hash]bool)} }

// Add adds an entry, or answers false when the page is full.
func (p *Page) Add(it Item) bool {
	if len(p.items) == MaxBatchEntries || p.size+len(it.Body) > MaxBatch {
		return false
	}
	p.items = append(p.items, it)
	p.size += len(it.Body)
	// An entry that follows an open one opens it no more: it vouches for it as soon as something vouches for
	// itself.
	delete(p.open, it.Entry.Prev)
	if it.Sig == nil {
		p.open[it.Entry.hash] = true
	}
	return true
}

// Closed tells whether the page may end here.
func (p *Page) Closed() bool { return len(p.open) == 0 }

// Len is the number of entries so far.
func (p *Page) Len() int { return len(p.items) }

// Items are the entries so far.
func (p *Page) Items() []Item { return p.items }

// Take are the first n entries, after which the page was closed, without the signatures that the ones after them make
// needless: they would be a third of what travels.
func (p *Page) Take(n int) []Item {
	items := slices.Clone(p.items[:n])
	vouched := make(map[Hash]bool, n)
	for i := n - 1; i >= 0; i-- {
		if vouched[items[i].Entry.hash] {
			items[i].Sig = nil
		}
		vouched[items[i].Entry.Prev] = true
	}
	return items
}
