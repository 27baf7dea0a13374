package replicatest

import (
	"crypto/ed25519"
	"crypto/sha256"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"linli/sync/exchange"
	"linli/sync/exchange/memlog"
	"linli/sync/oplog"
)

func void(t *testing.T, s *subject) {
	table, _ := s.hall.table(oplog.Public)
	kiosk := s.hall.Machine(t, "kiosk", func(c *oplog.Certificate) {
		c.Role, c.Tables = exchange.RoleKiosk, []string{table}
		c.Scopes = []oplog.Scope{s.hall.scope(oplog.Public), s.hall.scope(oplog.Intake)}
	})
	may := kiosk.Write(oplog.Public, kiosk.Row(oplog.Public, "may", "a"))
	change := kiosk.Row(oplog.Public, "may-not", "b")
	change.Table = "staff"
	mayNot := kiosk.Write(oplog.Public, kiosk.Row(oplog.Public, "may", "c"), change)
	mayAgain := kiosk.Sign(kiosk.Write(oplog.Public, kiosk.Row(oplog.Public, "may", "d", may.Entry.Dot())))
	if r := s.accept(oplog.Public, may, mayNot, mayAgain); r.Fresh != 3 || r.Void != 1 {
		t.Errorf("got %+v", r)
	}
	run := kiosk.Run(oplog.Desk, 2)
	if r := s.accept(oplog.Desk, run...); r.Fresh != 2 || r.Void != 2 {
		t.Errorf("got %+v", r)
	}
	heads, err := s.Heads(background, s.hall.scope(oplog.Desk))
	must(t, err)
	if !heads.Has(headOf(run[1])) {
		t.Error("a void entry is not among the heads")
	}
	passed := s.all(oplog.Public)
	for _, it := range []oplog.Item{may, mayNot, mayAgain} {
		if !slices.ContainsFunc(passed, func(p oplog.Item) bool { return slices.Equal(p.Body, it.Body) }) {
			t.Errorf("entry %d is not passed on", it.Entry.N)
		}
	}
	s.agree(oplog.Public, s.reference(oplog.Public))
	s.agree(oplog.Desk, s.reference(oplog.Desk))
}

func cut(t *testing.T, s *subject) {
	boss := s.hall.Machine(t, "boss", nil)
	for _, order := range []string{"before", "between", "after", "lower later"} {
		lost := s.hall.Machine(t, "lost "+order, nil)
		other := s.hall.Machine(t, "other "+order, nil)
		row := "row-" + order
		first := lost.Sign(lost.Write(oplog.Desk, lost.Row(oplog.Desk, row, "first")))
		second := lost.Sign(lost.Write(oplog.Desk, lost.Row(oplog.Desk, row, "second", first.Entry.Dot())))
		third := other.Sign(other.Write(oplog.Desk, other.Row(oplog.Desk, row, "third", second.Entry.Dot())))
		fourth := lost.Sign(lost.Write(oplog.Desk, lost.Row(oplog.Desk, row, "fourth", third.Entry.Dot())))
		state := func(last int64) oplog.Item {
			return boss.Sign(boss.Write(oplog.Public, lost.Cut(oplog.Desk, last)))
		}
		switch order {
		case "before":
			s.accept(oplog.Public, state(1))
			if r := s.accept(oplog.Desk, first, second, third, fourth); r.Void != 2 {
				t.Errorf("%s: %d are void, want 2", order, r.Void)
			}
		case "between":
			s.accept(oplog.Desk, first, second)
			s.accept(oplog.Public, state(1))
			s.accept(oplog.Desk, third, fourth)
		case "after":
			s.accept(oplog.Desk, first, second, third, fourth)
			before, err := s.Digest(background, s.hall.scope(oplog.Desk))
			must(t, err)
			s.accept(oplog.Public, state(1))
			after, err := s.Digest(background, s.hall.scope(oplog.Desk))
			must(t, err)
			if before.Vector != after.Vector || before.Rows == after.Rows {
				t.Errorf("%s: entries that count no more are still in the rows, or gone from the heads", order)
			}
		default:
			s.accept(oplog.Public, state(3))
			s.accept(oplog.Desk, first, second, third, fourth)
			s.accept(oplog.Public, state(1), state(2))
		}
		s.agree(oplog.Desk, s.reference(oplog.Desk))
		s.agree(oplog.Public, s.reference(oplog.Public))
	}
}

// otherCut states of a machine what counts of it in one scope and says nothing of the others: there nothing counts, whether it
// came before the statement or after it, until a statement about that scope says how much does.
func otherCut(t *testing.T, s *subject) {
	boss, lost := s.hall.Machine(t, "boss", nil), s.hall.Machine(t, "lost", nil)
	state := func(part string, last int64) {
		s.Helper()
		s.accept(oplog.Public, boss.Sign(boss.Write(oplog.Public, lost.Cut(part, last))))
		for _, part := range []string{oplog.Public, oplog.Desk, oplog.Care} {
			s.agree(part, s.reference(part))
		}
	}
	s.accept(oplog.Desk, lost.Run(oplog.Desk, 3)...)
	s.accept(oplog.Public, lost.Run(oplog.Public, 3)...)
	state(oplog.Public, 2)
	if r := s.accept(oplog.Desk, lost.Run(oplog.Desk, 2)...); r.Void != 2 {
		t.Errorf("%d of 2 entries are void", r.Void)
	}
	s.agree(oplog.Desk, s.reference(oplog.Desk))
	state(oplog.Care, 0)
	state(oplog.Desk, 4)
	if r := s.accept(oplog.Care, lost.Run(oplog.Care, 2)...); r.Void != 2 {
		t.Errorf("%d of 2 entries are void", r.Void)
	}
	state(oplog.Desk, 1)
}

// forkedCut has whoever took a machine write other entries with its key and with numbers that count, from its first entry on.
// None of them counts in any order, and all that the hall has kept does.
func forkedCut(t *testing.T, s *subject) {
	boss := s.hall.Machine(t, "boss", nil)
	for _, order := range []string{"before", "between", "after", "without the end"} {
		lost := s.hall.Machine(t, "lost "+order, nil)
		row := func(m *Machine, value string) oplog.Item {
			return m.Sign(m.Write(oplog.Desk, m.Row(oplog.Desk, "row-"+order, value)))
		}
		var kept []oplog.Item
		for i := range 20 {
			kept = append(kept, row(lost, fmt.Sprint(i)))
		}
		state := boss.Sign(boss.Write(oplog.Public, lost.Cut(oplog.Desk, 20)))
		var forged []oplog.Item
		for _, from := range []int64{0, 1, 19} {
			thief := lost.Clone()
			thief.Back(oplog.Desk, from)
			forged = append(forged, row(thief, "forged"), row(thief, "forged"))
		}
		late := row(lost, "late")
		want := 20
		switch order {
		case "before":
			s.accept(oplog.Public, state)
			s.accept(oplog.Desk, kept[:19]...)
			s.accept(oplog.Desk, forged...)
			s.accept(oplog.Desk, kept[19], late)
		case "between":
			s.accept(oplog.Desk, kept[:7]...)
			s.accept(oplog.Public, state)
			s.accept(oplog.Desk, append(slices.Clone(kept[7:]), forged...)...)
			s.accept(oplog.Desk, late)
		case "after":
			s.accept(oplog.Desk, append(slices.Clone(kept), forged...)...)
			s.accept(oplog.Desk, late)
			s.accept(oplog.Public, state)
		default: // the last ones were on a disk that is lost
			s.accept(oplog.Public, state)
			s.accept(oplog.Desk, kept[:18]...)
			s.accept(oplog.Desk, forged[:4]...)
			want = 17 // named are the 20th, the 19th, the 17th, the 13th and so on
		}
		s.agree(oplog.Desk, s.reference(oplog.Desk))
		counting := memlog.New("kept", s.hall.ID, s.hall.public())
		fill(t, counting, s.hall.scope(oplog.Desk), kept[:want])
		table, _ := s.hall.table(oplog.Desk)
		got := s.reference(oplog.Desk).Row(s.hall.scope(oplog.Desk), table, "row-"+order)
		if ours := counting.Row(s.hall.scope(oplog.Desk), table, "row-"+order); !reflect.DeepEqual(got, ours) {
			t.Errorf("%s: the row is %v, want %v", order, got, ours)
		}
	}
}

// twofold has a machine show one certificate here and another one there, as the holder of a parent's key can have a successor
// do. Nobody is stuck at what somebody else has taken, and all judge alike in the end.
func twofold(t *testing.T, s *subject) {
	for _, name := range []string{"one", "two", "three", "four"} { // whose certificate is the lesser is chance
		may := s.hall.Machine(t, "twofold "+name, nil)
		mayNot := s.hall.Machine(t, "twofold "+name, func(c *oplog.Certificate) { c.Scopes = []oplog.Scope{s.hall.scope(oplog.Public)} })
		first, second := may.Run(oplog.Desk, 2), mayNot.Run(oplog.Desk, 2)
		if name == "two" || name == "four" {
			first, second = second, first
		}
		if name == "four" {
			both := append(slices.Clone(second), first...)
			other := s.reference(oplog.Desk)
			fill(t, other, s.hall.scope(oplog.Desk), both)
			s.accept(oplog.Desk, append(slices.Clone(first), second...)...)
			s.agree(oplog.Desk, other)
			continue
		}
		other := s.reference(oplog.Desk)
		fill(t, other, s.hall.scope(oplog.Desk), second)
		fill(t, other, s.hall.scope(oplog.Desk), first)
		s.accept(oplog.Desk, first...)
		s.accept(oplog.Desk, second...)
		s.agree(oplog.Desk, other)
		late := may.Run(oplog.Desk, 1)
		fill(t, other, s.hall.scope(oplog.Desk), late)
		s.accept(oplog.Desk, late...)
		s.agree(oplog.Desk, other)
	}
	// Who has no certificate of the hall has none beside a good one either.
	may := s.hall.Machine(t, "twofold again", nil)
	s.accept(oplog.Desk, may.Run(oplog.Desk, 1)...)
	forger := s.hall.Machine(t, "forger", nil)
	forged := Hall{ID: s.hall.ID, Authority: forger.Key, Table: s.hall.Table}.Machine(t, "twofold again", nil)
	s.refuse(oplog.Desk, 0, oplog.ErrStranger, forged.Run(oplog.Desk, 1)...)
	s.agree(oplog.Desk, s.reference(oplog.Desk))
}

func carriedCut(t *testing.T, s *subject) {
	lost := s.hall.Machine(t, "lost", nil)
	s.accept(oplog.Desk, lost.Run(oplog.Desk, 3)...)
	agree := func() {
		s.Helper()
		s.agree(oplog.Desk, s.reference(oplog.Desk))
	}
	before, err := s.Digest(background, s.hall.scope(oplog.Desk))
	must(t, err)

	// A statement that the hall has not signed is nothing, and so is one in another scope than the public one.
	forged := lost.Cut(oplog.Desk, 0)
	body := slices.Clone(forged.Cells[0].Value.([]byte))
	body[len(body)-1]++
	forged.Cells[0].Value = body
	boss := s.hall.Machine(t, "boss", nil)
	s.accept(oplog.Public, boss.Sign(boss.Write(oplog.Public, forged)))
	s.accept(oplog.Care, boss.Sign(boss.Write(oplog.Care, lost.Cut(oplog.Desk, 0))))
	if after, err := s.Digest(background, s.hall.scope(oplog.Desk)); err != nil || after != before {
		t.Errorf("a statement that does not hold took effect: %v", err)
	}
	agree()

	// A kiosk that may not write the table carries a statement of the hall: its entry is void, the statement holds.
	table, _ := s.hall.table(oplog.Public)
	kiosk := s.hall.Machine(t, "kiosk", func(c *oplog.Certificate) { c.Role, c.Tables = exchange.RoleKiosk, []string{table} })
	r := s.accept(oplog.Public, kiosk.Sign(kiosk.Write(oplog.Public, lost.Cut(oplog.Desk, 1))))
	if r.Void != 1 {
		t.Errorf("got %+v", r)
	}
	if after, err := s.Digest(background, s.hall.scope(oplog.Desk)); err != nil || after.Rows == before.Rows {
		t.Errorf("the statement did not take effect: %v", err)
	}
	agree()

	// A machine that says so of itself is cut as well.
	s.accept(oplog.Public, boss.Sign(boss.Write(oplog.Public, boss.Cut(oplog.Public, 1))))
	s.agree(oplog.Public, s.reference(oplog.Public))
}

func successor(t *testing.T, s *subject) {
	parent := s.hall.Machine(t, "parent", nil)
	s.accept(oplog.Desk, parent.Run(oplog.Desk, 2)...)
	seed := sha256.Sum256([]byte("successor"))
	child := parent.Clone()
	child.Key = ed25519.NewKeyFromSeed(seed[:])
	child.Cert = oplog.Certificate{
		PublicKey: child.Key.Public().(ed25519.PublicKey), Machines: parent.Cert.Machines,
		Issued: parent.Cert.Issued, Expires: parent.Cert.Expires,
	}
	must(t, child.Cert.Succeed(parent.Cert, parent.Key))
	clear(child.last)
	clear(child.links)
	if r := s.accept(oplog.Desk, child.Run(oplog.Desk, 3)...); r.Void != 0 {
		t.Errorf("got %+v", r)
	}
	s.agree(oplog.Desk, s.reference(oplog.Desk))

	boss := s.hall.Machine(t, "boss", nil)
	s.accept(oplog.Public, boss.Sign(boss.Write(oplog.Public, parent.Cut(oplog.Desk, 2))))
	s.agree(oplog.Desk, s.reference(oplog.Desk))
	if r := s.accept(oplog.Desk, child.Run(oplog.Desk, 2)...); r.Void != 2 {
		t.Errorf("of two entries of a cut machine's successor %d are void", r.Void)
	}
	s.accept(oplog.Public, boss.Sign(boss.Write(oplog.Public, child.Cut(oplog.Desk, 4))))
	s.agree(oplog.Desk, s.reference(oplog.Desk))
}

// written is an entry with what its author had applied when it was written.
type written struct {
	oplog.Item
	seen map[oplog.Hash]bool
}

// orders hands in entries of several machines that edit the same rows, resolve what is in conflict, are cloned
// and cut, in several orders in which nothing comes before what its author had seen.
func orders(t *testing.T, s *subject) {
	for seed := range uint64(4) {
		name := fmt.Sprint(seed)
		t.Run(name, func(t *testing.T) { s.in(t).inOrders(rand.New(rand.NewPCG(seed, 2)), name) })
	}
}

func (s *subject) inOrders(random *rand.Rand, name string) {
	t := s.T
	table, columns := s.hall.table(oplog.Desk)
	machines := []*Machine{
		s.hall.Machine(t, "one "+name, nil), s.hall.Machine(t, "two "+name, nil),
		s.hall.Machine(t, "three "+name, func(c *oplog.Certificate) { c.Tables = []string{table} }),
	}
	views := make([]*memlog.Log, 0, 8)
	seen := make([]map[oplog.Hash]bool, 0, 8)
	for range machines {
		views = append(views, memlog.New("view", s.hall.ID, s.hall.public()))
		seen = append(seen, make(map[oplog.Hash]bool))
	}
	var history []written
	learn := func(i int, w written) {
		fill(t, views[i], w.Entry.Scope, []oplog.Item{w.Item})
		seen[i][w.Entry.Hash()] = true
	}
	for range 120 {
		i := random.IntN(len(machines))
		m := machines[i]
		switch {
		case random.IntN(20) == 0 && len(machines) < 6:
			machines = append(machines, m.Clone())
			views = append(views, views[i].Copy("clone"))
			seen = append(seen, cloneSet(seen[i]))
		case random.IntN(3) == 0: // it hears of some more, in the order in which things were written
			for _, w := range history {
				if !seen[i][w.Entry.Hash()] && subset(w.seen, seen[i]) && random.IntN(4) > 0 {
					learn(i, w)
				}
			}
		default:
			c := oplog.Change{Table: table, Row: fmt.Sprintf("row-%s-%d", name, random.IntN(3))}
			row := views[i].Row(s.hall.scope(oplog.Desk), table, c.Row)
			for _, column := range columns[:1+random.IntN(2)] {
				over := row[column].ShownDots()
				if random.IntN(3) == 0 {
					over = row[column].Dots()
				}
				c.Cells = append(c.Cells, oplog.Cell{Column: column, Value: fmt.Sprint(random.IntN(4)), Over: over})
			}
			changes := []oplog.Change{c}
			if random.IntN(8) == 0 { // one of the machines may not
				changes = append(changes, oplog.Change{Table: "staff", Row: c.Row, Cells: []oplog.Cell{{Column: "name", Value: "new"}}})
			}
			w := written{m.Sign(m.Write(oplog.Desk, changes...)), cloneSet(seen[i])}
			learn(i, w)
			history = append(history, w)
		}
	}
	boss := s.hall.Machine(t, "boss "+name, nil)
	for _, part := range []string{oplog.Public, oplog.Desk} { // two statements, of one machine or of two
		lost := history[random.IntN(len(history))].Entry
		var kept []oplog.Hash
		if lost.Scope == s.hall.scope(part) {
			kept = append(kept, lost.Hash())
		}
		item := boss.Sign(boss.Write(oplog.Public, s.hall.cut(t, lost.Origin, part, kept)))
		history = append(history, written{Item: item, seen: map[oplog.Hash]bool{}})
		if part == oplog.Desk && item.Entry.N > 1 {
			history[len(history)-1].seen[item.Entry.Prev] = true
		}
	}

	// The replica under test takes them one by one and in batches, references in other orders.
	s.deal(random, history)
	want := s.reference(oplog.Desk)
	s.agree(oplog.Desk, want)
	for range 4 {
		log := memlog.New("order", s.hall.ID, s.hall.public())
		for _, name := range []string{oplog.Public, oplog.Desk} { // what the replica had at the beginning
			for _, p := range s.pages(name, nil, exchange.Cursor{}) {
				fill(t, log, s.hall.scope(name), slices.DeleteFunc(slices.Clone(p.Items), func(it oplog.Item) bool {
					return slices.ContainsFunc(history, func(w written) bool { return w.Entry.Hash() == it.Entry.Hash() })
				}))
			}
		}
		(&subject{t, log, s.hall, s.open}).deal(random, history)
		s.agree(oplog.Desk, log)
		s.agree(oplog.Public, log)
	}
}

// deal hands in entries in a random order that keeps what has seen what.
func (s *subject) deal(random *rand.Rand, history []written) {
	s.Helper()
	rest := slices.Clone(history)
	done := make(map[oplog.Hash]bool)
	var batch []oplog.Item
	hand := func() {
		if len(batch) > 0 {
			fill(s, s.Replica, batch[0].Entry.Scope, batch)
		}
		batch = nil
	}
	for len(rest) > 0 {
		var ready []int
		for i, w := range rest {
			if subset(w.seen, done) {
				ready = append(ready, i)
			}
		}
		i := ready[random.IntN(len(ready))]
		w := rest[i]
		rest = slices.Delete(rest, i, i+1)
		done[w.Entry.Hash()] = true
		if len(batch) > 0 && (batch[0].Entry.Scope != w.Entry.Scope || random.IntN(3) == 0) {
			hand()
		}
		batch = append(batch, w.Item)
	}
	hand()
}

func subset(a, b map[oplog.Hash]bool) bool {
	for h := range a {
		if !b[h] {
			return false
		}
	}
	return true
}

func cloneSet(a map[oplog.Hash]bool) map[oplog.Hash]bool {
	b := make(map[oplog.Hash]bool, len(a))
	for h := range a {
		b[h] = true
	}
	return b
}
