package pinyin

import (
	"cmp"
	"math"
	"slices"
)

const (
	// slack is how much dearer than the cheapest way through the keys a way may be: one first letter, or three fuzzy sounds.
	slack = 8
	// slackFew is the same for one or two keys, of which each may be a first letter.
	slackFew = 20
	// slackPiece is the same for candidates that leave keys over, which shall mean something too.
	slackPiece = 3
	// mostSteps bounds the walks through the trees from all keys, and fewSteps the walk from a key when there were too many already.
	// Real sentences need a tenth.
	mostSteps = 150_000
	fewSteps  = 500
	// heldWords is how many words between the same two places of the keys can become part of a sentence.
	heldWords = 10
	// heldWays is how many sentences are kept for each place of the keys.
	heldWays = 8
)

var never = float32(math.Inf(1))

// A lattice is what the keys can stand for, by their places.
type lattice struct {
	typed
	trees []*tree
	goal  int     // the last place that a way from the first reaches
	arcs  [][]arc // by the place where they begin
	cost  []float32
	rest  []float32 // the cheapest way from a place to the goal
	most  float32   // the cost of the dearest way that is looked at
	steps int       // left of mostSteps
	trail []mark    // of the walk, down to where it is
}

// An arc is a piece of the keys from a place to its end.
type arc struct {
	end   int
	steps []step
}

// A span is a word on a piece of the keys.
type span struct {
	word
	end   int
	score float64
	cost  float32
	marks []mark // of a word that is in no tree
}

// costWord is the cost of each word: what the dictionary knows as one goes before what can be put together.
const costWord = 1.0

// worth is the score of a word on arcs with a cost.
func worth(w word, cost float32) float64 { return float64(w.rank - cost - costWord) }

// A mark is where a syllable of a word ends, its letters and its cost.
type mark struct {
	end     int
	spelled string
	cost    float32
}

func newLattice(t *typed, tab *table, trees ...*tree) *lattice {
	n := len(t.keys)
	l := &lattice{typed: *t, trees: trees, steps: mostSteps, arcs: make([][]arc, n+1), cost: make([]float32, n+1), rest: make([]float32, n+1)}
	for i := range l.cost {
		l.cost[i], l.rest[i] = never, never
	}
	l.cost[0] = 0
	for i := range n {
		if l.cost[i] == never {
			continue
		}
		for end := i + 1; end <= min(i+longest, n); end++ {
			of := tab.inside
			if l.wall[end] {
				of = tab.last
			}
			if found := of[string(l.keys[i:end])]; found != nil {
				l.arcs[i] = append(l.arcs[i], arc{end, found})
				l.cost[end] = min(l.cost[end], l.cost[i]+cheapest(found))
			}
			if l.wall[end] {
				break
			}
		}
	}
	for i, c := range l.cost {
		if c != never {
			l.goal = i
		}
	}
	l.rest[l.goal] = 0
	for i := l.goal - 1; i >= 0; i-- {
		for _, a := range l.arcs[i] {
			l.rest[i] = min(l.rest[i], cheapest(a.steps)+l.rest[a.end])
		}
	}
	l.most = l.rest[0] + slack
	if n <= 2 {
		l.most = l.rest[0] + slackFew
	}
	return l
}

func cheapest(steps []step) float32 {
	least := never
	for _, s := range steps {
		least = min(least, s.cost)
	}
	return least
}

// spans calls found for each word that begins at a place.
func (l *lattice) spans(from int, found func(t *tree, n *node, end int, cost float32)) {
	if l.cost[from]+l.rest[from] > l.most {
		return
	}
	l.steps = max(l.steps, fewSteps)
	for _, t := range l.trees {
		l.walk(t, 0, from, l.cost[from], l.cost[from], found)
	}
}

// walk follows the arcs from a place, and the tree's children with their syllables.
func (l *lattice) walk(t *tree, at int32, place int, cost, start float32, found func(*tree, *node, int, float32)) {
	children := t.nodes[t.nodes[at].children:t.nodes[at].childEnd]
	if len(children) == 0 {
		return
	}
	for _, a := range l.arcs[place] {
		if cost+l.rest[a.end] > l.most {
			continue
		}
		child := 0
		for i := 0; i < len(a.steps) && child < len(children); {
			s := &a.steps[i]
			// Both lists are in the order of the syllables; the shorter one leads.
			switch syllable := children[child].syllable; {
			case s.syllable < syllable && 8*len(children) < len(a.steps):
				skip, _ := slices.BinarySearchFunc(a.steps[i:], syllable, func(s step, n uint16) int { return int(s.syllable) - int(n) })
				i += skip
				continue
			case s.syllable < syllable:
				i++
				continue
			case s.syllable > syllable:
				child++
				continue
			}
			if cost+s.cost+l.rest[a.end] <= l.most {
				if l.steps--; l.steps < 0 {
					return
				}
				next := &children[child]
				l.trail = append(l.trail, mark{a.end, s.spelled, s.cost})
				if next.wordStart < next.wordsEnd {
					found(t, next, a.end, cost+s.cost-start)
				}
				l.walk(t, t.nodes[at].children+int32(child), a.end, cost+s.cost, start, found)
				l.trail = l.trail[:len(l.trail)-1]
			}
			i++
			child++
		}
	}
}

// A way is a sentence that takes the keys up to a place.
type way struct {
	score float64
	text  uint64 // of all the words, to know the same text in other pieces
	words int
	last  span
	from  int // place and number of the way that goes before
	back  int
}

// ways answers the best sentences of each place, and the words at the head.
func (l *lattice) ways(person func(*lattice) []span) (ways [][]way, first []span) {
	ways = make([][]way, l.goal+1)
	ways[0] = []way{{}}
	heads := heads{far: make([]few, l.goal+1)}
	held := make([][]span, l.goal+1) // by their end
	for i := range l.goal {
		if len(ways[i]) == 0 {
			continue
		}
		clear(held)
		l.spans(i, func(t *tree, n *node, end int, cost float32) {
			for _, w := range t.words[n.wordStart:n.wordsEnd] {
				s := span{word: w, end: end, score: worth(w, cost), cost: cost}
				if i == 0 {
					heads.add(s)
				}
				if !hold(&held[end], s) && i > 0 {
					break // the next of the same node are no better
				}
			}
		})
		if i == 0 {
			first = heads.all()
			for _, s := range person(l) {
				first = append(first, s)
				hold(&held[s.end], s)
			}
		}
		for end := i + 1; end <= l.goal; end++ {
			for _, s := range held[end] {
				for back := range ways[i] {
					before := &ways[i][back]
					keep(&ways[end], way{before.score + s.score, mix(before.text, s.text), before.words + 1, s, i, back})
				}
			}
		}
	}
	return ways, first
}

// heads collects the words that begin at the first key.
type heads struct {
	near []span // as they are typed
	far  []few  // by first letters, by their end
}

// mostFar is how many words are offered for the same first letters, which say little.
const mostFar = 200

// few is the best spans of many.
type few struct {
	spans []span
	bar   float64 // that a further one has to pass; 0 is none, since all scores are below
}

func (h *heads) add(s span) {
	if s.cost < costFirst {
		h.near = append(h.near, s)
		return
	}
	f := &h.far[s.end]
	if f.bar == 0 || s.score > f.bar {
		f.spans = append(f.spans, s)
		if len(f.spans) == 3*mostFar {
			f.cut()
		}
	}
}

// cut leaves the best.
func (f *few) cut() {
	if len(f.spans) <= mostFar {
		return
	}
	slices.SortFunc(f.spans, func(a, b span) int {
		if a.score != b.score {
			return cmp.Compare(b.score, a.score)
		}
		return cmp.Compare(a.text, b.text)
	})
	f.spans = f.spans[:mostFar]
	f.bar = f.spans[mostFar-1].score
}

func (h *heads) all() []span {
	all := h.near
	for i := range h.far {
		h.far[i].cut()
		all = append(all, h.far[i].spans...)
	}
	return all
}

// hold puts a span among the best of its place, best first.
func hold(held *[]span, s span) bool {
	list := *held
	if len(list) == heldWords {
		if s.score <= list[heldWords-1].score {
			return false
		}
		list = list[:heldWords-1]
	}
	at := len(list)
	for at > 0 && list[at-1].score < s.score {
		at--
	}
	list = append(list, span{})
	copy(list[at+1:], list[at:])
	list[at] = s
	*held = list
	return true
}

// keep puts a way among the best of its place, best first and each text once.
func keep(ways *[]way, w way) {
	list := *ways
	if len(list) == heldWays && w.score <= list[heldWays-1].score {
		return
	}
	for i := range list {
		if list[i].text == w.text {
			if list[i].score >= w.score {
				return
			}
			list = append(list[:i], list[i+1:]...)
			break
		}
	}
	if len(list) == heldWays {
		list = list[:heldWays-1]
	}
	at := len(list)
	for at > 0 && list[at-1].score < w.score {
		at--
	}
	list = append(list, way{})
	copy(list[at+1:], list[at:])
	list[at] = w
	*ways = list
}

// mix adds the characters of a word to the number of a text (FNV-1a, by characters).
func mix(sum uint64, text string) uint64 {
	for _, r := range text {
		sum = (sum ^ uint64(r)) * 1099511628211
	}
	return sum
}

// marks answers where the syllables of a word end that begins at a place.
func (l *lattice) marks(from int, s span) (marks []mark) {
	if s.marks != nil {
		return s.marks
	}
	l.steps = mostSteps
	l.spans(from, func(t *tree, n *node, end int, cost float32) {
		if end != s.end || marks != nil {
			return
		}
		for _, w := range t.words[n.wordStart:n.wordsEnd] {
			if w == s.word && worth(w, cost) == s.score {
				marks = slices.Clone(l.trail)
				return
			}
		}
	})
	return marks
}

// path answers the words of a way, and where each begins.
func path(ways [][]way, w way) (spans []span, from []int) {
	for ; w.words > 0; w = ways[w.from][w.back] {
		spans, from = append(spans, w.last), append(from, w.from)
	}
	slices.Reverse(spans)
	slices.Reverse(from)
	return spans, from
}
