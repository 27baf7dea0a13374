package store

import (
	"bytes"
	"context"
	"sort"
	"strings"
	"sync"

	"linli/app/registry"
	"linli/app/standard"
)

// searchIndex finds residents by pinyin, name part, last four of the ID number,
// phone and address. It lives in memory only: on the disk names and addresses are
// sealed, so that a copied folder tells nothing. Filling it reads and opens every
// resident once (about 0.6 s for 100,000), in the background.
//
// Each kind of key is one long byte string with a separator after each person's
// key, searched by bytes.Index, which is faster than any tree at this size.
type searchIndex struct {
	s     *Store
	ready chan struct{}
	quit  chan struct{}
	err   error

	mu      sync.RWMutex
	people  []person
	at      map[string]int // resident id → place in people
	keys    [keyKinds]keyText
	dead    int // people that a newer version of the same person has replaced
	pending [][]any
	filled  bool
}

// person is one resident as the index needs them.
type person struct {
	id, name, sex, birth, idNumber, phone, address, grid string
	gone                                                 bool
}

const (
	keyName = iota
	keyInitials
	keyPinyin
	keyTail
	keyPhone
	keyAddress
	keyKinds
)

// keyText is all keys of one kind: text with a separator before and after each, and
// where each starts. who[i] is the person whose key starts at starts[i].
type keyText struct {
	text   []byte
	starts []int32
	who    []int32
}

const separator = 0x1f

func (k *keyText) add(key string, who int) {
	if key == "" {
		return
	}
	if len(k.text) == 0 {
		k.text = append(k.text, separator)
	}
	k.starts, k.who = append(k.starts, int32(len(k.text))), append(k.who, int32(who))
	k.text = append(append(k.text, key...), separator)
}

// at answers which key the byte at hit belongs to.
func (k *keyText) at(hit int) int {
	return sort.Search(len(k.starts), func(i int) bool { return int(k.starts[i]) > hit }) - 1
}

// whole calls f for every key that is key, until f answers false.
func (k *keyText) whole(key string, f func(who int) bool) {
	between := append(append([]byte{separator}, key...), separator)
	for from := 0; ; {
		i := bytes.Index(k.text[from:], between)
		if i < 0 || !f(int(k.who[k.at(from+i+1)])) {
			return
		}
		from += i + 1 + len(key)
	}
}

// each calls f for every key that holds part, with whether the key begins with
// it, until f answers false.
func (k *keyText) each(part string, f func(who int, start bool) bool) {
	for from := 0; from < len(k.text); {
		i := bytes.Index(k.text[from:], []byte(part))
		if i < 0 {
			return
		}
		hit := from + i
		n := k.at(hit)
		if !f(int(k.who[n]), int(k.starts[n]) == hit) || n+1 == len(k.starts) {
			return
		}
		from = int(k.starts[n+1])
	}
}

func newSearchIndex(s *Store) *searchIndex {
	x := &searchIndex{s: s, ready: make(chan struct{}), quit: make(chan struct{}), at: map[string]int{}}
	go x.fill()
	return x
}

func (x *searchIndex) stop() {
	select {
	case <-x.quit:
	default:
		close(x.quit)
	}
	<-x.ready
}

// fill reads all residents. Changes committed meanwhile wait in pending and come
// after, so that the newest version of a person wins.
func (x *searchIndex) fill() {
	defer close(x.ready)
	in := x.s.capture.tables["resident"]
	rows, err := x.s.read.QueryContext(background, `SELECT `+quoted(in.names)+` FROM resident`)
	if err != nil {
		x.err = err
		return
	}
	defer func() { _ = rows.Close() }()
	for n := 0; rows.Next(); n++ {
		vals, err := scanValues(rows, len(in.names))
		if err != nil {
			x.err = err
			return
		}
		x.mu.Lock()
		x.add(vals)
		x.mu.Unlock()
		if n%256 == 0 {
			select {
			case <-x.quit:
				return
			default:
			}
		}
	}
	x.err = rows.Err()
	x.mu.Lock()
	x.filled = true
	for _, p := range x.pending {
		x.add(p)
	}
	x.pending = nil
	x.mu.Unlock()
}

// put takes a resident's row as it is after a commit.
func (x *searchIndex) put(row []any) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if !x.filled {
		x.pending = append(x.pending, row)
		return
	}
	x.add(row)
	if x.dead > 1000 && x.dead > len(x.people)/5 {
		x.compact()
	}
}

// empty forgets everybody, before Rebuild puts them in again.
func (x *searchIndex) empty() {
	<-x.ready
	x.mu.Lock()
	defer x.mu.Unlock()
	x.people, x.at, x.keys, x.dead = nil, map[string]int{}, [keyKinds]keyText{}, 0
	x.err, x.filled, x.pending = nil, true, nil // also where filling it had failed
}

// add indexes one row; the caller holds mu. A row that cannot be opened is left
// out here and reported by verify.
func (x *searchIndex) add(row []any) {
	r, deleted, err := x.s.openResident(row)
	if err != nil {
		return
	}
	if old, ok := x.at[r.ID]; ok {
		x.people[old].gone = true
		x.dead++
		delete(x.at, r.ID)
	}
	if !deleted {
		x.insert(person{id: r.ID, name: r.Name, sex: r.Sex, birth: r.Birth, idNumber: r.IDNumber, phone: r.Phone, address: r.Address, grid: r.GridID})
	}
}

func (x *searchIndex) insert(p person) {
	who := len(x.people)
	x.people = append(x.people, p)
	x.at[p.id] = who
	x.keys[keyName].add(strings.ToLower(p.name), who)
	for _, reading := range standard.Pinyin(p.name) {
		x.keys[keyInitials].add(reading.Initials, who)
		x.keys[keyPinyin].add(reading.Full, who)
	}
	if n := len(p.idNumber); n >= 4 {
		x.keys[keyTail].add(strings.ToLower(p.idNumber[n-4:]), who)
	}
	x.keys[keyPhone].add(digitsOf(p.phone), who)
	x.keys[keyAddress].add(strings.ToLower(p.address), who)
}

// compact builds the index anew without replaced people.
func (x *searchIndex) compact() {
	people := x.people
	x.people, x.at, x.keys, x.dead = nil, make(map[string]int, len(people)), [keyKinds]keyText{}, 0
	for _, p := range people {
		if !p.gone {
			x.insert(p)
		}
	}
}

func digitsOf(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, s)
}

// look is one question to one kind of key, and what a match is worth: the whole
// key, its beginning, or a part of it. 0 does not count; a whole key that is worth
// no more than its beginning is not looked for by itself.
type look struct {
	kind                int
	part                string
	whole, start, inner int
}

// plan answers which keys a query is looked for in, the best matches first. What
// a query cannot be is not asked: digits are no pinyin, letters no phone number.
func plan(query string) []look {
	q := strings.ToLower(strings.TrimSpace(strings.ReplaceAll(query, string(rune(separator)), "")))
	if q == "" {
		return nil
	}
	var looks []look
	typed, number := strings.NewReplacer(" ", "", "-", "").Replace(q), digitsOf(q)
	isNumber := number != "" && (typed == number || typed == number+"x")
	if isNumber && len(typed) == 4 {
		looks = append(looks, look{keyTail, typed, 100, 0, 0})
	}
	if name, err := standard.NormalizeName(q); err == nil && !isNumber {
		looks = append(looks, look{keyName, strings.ToLower(name), 98, 80, 65})
	}
	if isNumber {
		looks = append(looks, look{keyPhone, number, 60, 60, 50})
	}
	if key := standard.PinyinKey(q); key != "" && !isNumber && key == strings.ReplaceAll(strings.ReplaceAll(q, " ", ""), "ü", "v") {
		looks = append(looks, look{keyPinyin, key, 92, 72, 30}, look{keyInitials, key, 90, 70, 0})
	}
	return append(looks, look{keyAddress, q, 45, 45, 40})
}

// find answers the best matches for a query, best first: whole keys before
// beginnings before parts, names before addresses.
func (x *searchIndex) find(ctx context.Context, query string, limit int, inGrid func(string) bool) ([]person, error) {
	select {
	case <-x.ready:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if limit < 1 {
		return nil, nil
	}
	x.mu.RLock()
	defer x.mu.RUnlock()
	if x.err != nil {
		return nil, x.err
	}
	hits := matches{index: x, inGrid: inGrid, score: map[int]int{}}
	hits.byNumber(query)
	for _, l := range plan(query) {
		// Nothing that comes later can stand before what is there already.
		if hits.above(l.whole) < limit {
			hits.look(l, limit*20)
		}
	}
	return hits.best(limit), nil
}

// matches collects who matches a query, and how well. The index's lock is held.
type matches struct {
	index  *searchIndex
	inGrid func(string) bool
	score  map[int]int
}

func (m *matches) note(who, score int) bool {
	p := &m.index.people[who]
	if score == 0 || p.gone || (m.inGrid != nil && !m.inGrid(p.grid)) {
		return false
	}
	m.score[who] = max(m.score[who], score)
	return true
}

// above counts those that match better than any match of this score could.
func (m *matches) above(score int) int {
	n := 0
	for _, s := range m.score {
		if s > score {
			n++
		}
	}
	return n
}

// look asks one kind of key. Keys that are the query come first, wherever they
// stand; of the others only room many are taken: a single letter would match
// everybody.
func (m *matches) look(l look, room int) {
	keys, left := &m.index.keys[l.kind], room
	count := func(took bool) bool {
		if took {
			left--
		}
		return left > 0
	}
	if l.whole > l.start {
		keys.whole(l.part, func(who int) bool { return count(m.note(who, l.whole)) })
	}
	if l.start == 0 {
		return
	}
	left = room
	keys.each(l.part, func(who int, atStart bool) bool {
		if atStart {
			return count(m.note(who, l.start))
		}
		return count(m.note(who, l.inner))
	})
}

// byNumber finds the one person of a whole ID number.
func (m *matches) byNumber(query string) {
	number, err := registry.Clean("id_number", query)
	if err != nil || number == "" {
		return
	}
	for who := range m.index.people {
		if m.index.people[who].idNumber == number {
			m.note(who, 110)
		}
	}
}

// best answers the best of the matches, in an order that does not change from
// one time to the next.
func (m *matches) best(limit int) []person {
	hits := make([]int, 0, len(m.score))
	for who := range m.score {
		hits = append(hits, who)
	}
	people := m.index.people
	sort.Slice(hits, func(i, j int) bool {
		a, b := hits[i], hits[j]
		switch {
		case m.score[a] != m.score[b]:
			return m.score[a] > m.score[b]
		case people[a].name != people[b].name:
			return people[a].name < people[b].name
		}
		return people[a].id < people[b].id
	})
	out := make([]person, min(limit, len(hits)))
	for i := range out {
		out[i] = people[hits[i]]
	}
	return out
}
