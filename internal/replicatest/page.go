package replicatest

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"linli/sync/exchange"
	"linli/sync/oplog"
)

// forked hands in an origin with a shared beginning and two branches.
func forked(s *subject) (trunk, left, right []oplog.Item) {
	m := s.hall.Machine(s, "cloned", nil)
	trunk = m.Run(oplog.Desk, 4)
	c := m.Clone()
	left, right = m.Run(oplog.Desk, 3), c.Run(oplog.Desk, 5)
	s.accept(oplog.Desk, trunk...)
	s.accept(oplog.Desk, left...)
	s.accept(oplog.Desk, right...)
	return trunk, left, right
}

func branches(t *testing.T, s *subject) {
	scope := s.hall.scope(oplog.Desk)
	one := s.hall.Machine(t, "one", nil)
	line := append(one.Run(oplog.Desk, 10), one.Run(oplog.Desk, 10)...)
	s.accept(oplog.Desk, line...)
	trunk, left, right := forked(s)

	heads, err := s.Heads(background, scope)
	must(t, err)
	if got, want := heads.Of(one.Cert.Origin), []oplog.Head{headOf(line[19])}; !slices.Equal(got, want) {
		t.Errorf("one line ends in %v, want %v", got, want)
	}
	origin := trunk[0].Entry.Origin
	ends := []oplog.Head{headOf(left[2]), headOf(right[4])}
	if got := heads.Of(origin); !slices.Equal(got, ends) {
		t.Errorf("two branches end in %v, want %v", got, ends)
	}

	links, err := s.Links(background, scope, one.Cert.Origin)
	must(t, err)
	if links != nil {
		t.Error("links of an origin with one line")
	}
	if links, err = s.Links(background, scope, origin); err != nil || len(links) != 12 {
		t.Errorf("%d links of 12 entries: %v", len(links), err)
	}
	for _, it := range slices.Concat(trunk, left, right) {
		if !slices.Contains(links, it.Entry.Link()) {
			t.Errorf("no link of entry %d", it.Entry.N)
		}
	}

	for _, branch := range [][]oplog.Item{line, slices.Concat(trunk, left), slices.Concat(trunk, right)} {
		end := headOf(branch[len(branch)-1])
		trail, err := s.Trail(background, scope, end)
		must(t, err)
		if len(trail) < 2 || trail[0] != end || trail[len(trail)-1] != headOf(branch[0]) {
			t.Fatalf("the trail from %d goes %v", end.N, trail)
		}
		for _, h := range trail {
			if int(h.N) > len(branch) || headOf(branch[h.N-1]) != h {
				t.Errorf("the trail leaves its branch at %d", h.N)
			}
		}
	}
	trail, err := s.Trail(background, scope, headOf(one.Run(oplog.Desk, 1)[0]))
	if err != nil || len(trail) > 0 {
		t.Errorf("a trail of what is not there: %v, %v", trail, err)
	}
	s.agree(oplog.Desk, s.reference(oplog.Desk))
}

func lacking(t *testing.T, s *subject) {
	own := s.all(oplog.Desk) // of its founding, perhaps
	var known []oplog.Head
	for _, it := range own {
		known = append(known, headOf(it))
	}
	one := s.hall.Machine(t, "one", nil)
	line := append(one.Run(oplog.Desk, 3), one.Run(oplog.Desk, 3)...)
	s.accept(oplog.Desk, line...)
	trunk, left, right := forked(s)
	unknown := s.hall.Machine(t, "unknown", nil).Run(oplog.Desk, 1)
	for _, c := range []struct {
		name  string
		known []oplog.Item
		want  []oplog.Item
	}{
		{"nothing", nil, slices.Concat(line, trunk, left, right)},
		{"what the replica does not have", unknown, slices.Concat(line, trunk, left, right)},
		{"the line to its end", line[5:], slices.Concat(trunk, left, right)},
		{"the line to a place in it", line[2:3], slices.Concat(line[3:], trunk, left, right)},
		{"within a run", line[3:4], slices.Concat(line[4:], trunk, left, right)},
		{"one branch", left[2:], slices.Concat(line, right)},
		{"the other", right[4:], slices.Concat(line, left)},
		{"within a branch", right[1:2], slices.Concat(line, left, right[2:])},
		{"the trunk", trunk[3:], slices.Concat(line, left, right)},
		{"within the trunk", trunk[1:2], slices.Concat(line, trunk[2:], left, right)},
		{"both branches", slices.Concat(left[2:], right[4:]), line},
		{"everything", slices.Concat(line[5:], left[2:], right[4:]), nil},
	} {
		heads := slices.Clone(known)
		for _, it := range c.known {
			heads = append(heads, headOf(it))
		}
		got := itemsOf(s.pages(oplog.Desk, heads, exchange.Cursor{}))
		same := slices.EqualFunc(got, c.want, func(a, b oplog.Item) bool {
			return a.Entry.Hash() == b.Entry.Hash() && slices.Equal(a.Body, b.Body)
		})
		if !same {
			t.Errorf("to who has %s: %d entries, want %d in the order in which they came", c.name, len(got), len(c.want))
		}
	}
}

func bounds(t *testing.T, s *subject) {
	// Four runs of about 800 KiB, each closed at its end only, and between them entries of others.
	m, n := s.hall.Machine(t, "bulk", nil), s.hall.Machine(t, "small", nil)
	text := strings.Repeat("大", 65<<10)
	var all []oplog.Item
	for run := range 4 {
		var items []oplog.Item
		for i := range 4 {
			items = append(items, m.Write(oplog.Desk, m.Row(oplog.Desk, fmt.Sprintf("bulk-%d", i), fmt.Sprint(run, text))))
			items = append(items, n.Write(oplog.Desk, n.Row(oplog.Desk, "small", int64(i))))
		}
		items[6], items[7] = m.Sign(items[6]), n.Sign(items[7])
		s.accept(oplog.Desk, items...)
		all = append(all, items...)
	}
	pages := s.pages(oplog.Desk, nil, exchange.Cursor{})
	if len(pages) < 3 {
		t.Errorf("%d pages of 3 MiB", len(pages))
	}
	got := itemsOf(pages)
	if got = got[len(got)-len(all):]; !slices.EqualFunc(got, all, func(a, b oplog.Item) bool { return slices.Equal(a.Body, b.Body) }) {
		t.Error("the pages are not what came, in the order in which it came")
	}
	s.agree(oplog.Desk, s.reference(oplog.Desk))
}

func count(t *testing.T, s *subject) {
	m := s.hall.Machine(t, "busy", nil)
	before := len(s.all(oplog.Public))
	total := 0
	for range 5 {
		run := m.Run(oplog.Public, 600)
		s.accept(oplog.Public, run...)
		total += len(run)
	}
	if got := len(s.all(oplog.Public)); got != before+total {
		t.Errorf("the pages have %d of %d entries", got-before, total)
	}
	// One whose end is at the last entry that fits, and one that does not fit with what stands before it.
	if r := s.accept(oplog.Public, m.Run(oplog.Public, oplog.MaxBatchEntries)...); r.Fresh != oplog.MaxBatchEntries {
		t.Errorf("got %+v", r)
	}
	if got := len(s.all(oplog.Public)); got != before+total+oplog.MaxBatchEntries {
		t.Errorf("the pages have %d of %d entries", got-before, total+oplog.MaxBatchEntries)
	}
}

func cursors(t *testing.T, s *subject) {
	scope := s.hall.scope(oplog.Desk)
	m := s.hall.Machine(t, "one", nil)
	s.accept(oplog.Desk, m.Run(oplog.Desk, 3)...)
	end, err := s.End(background, scope)
	must(t, err)
	at := s.pages(oplog.Desk, nil, end)
	if len(itemsOf(at)) > 0 {
		t.Error("there is something after the end")
	}
	// Other scopes move on meanwhile.
	s.accept(oplog.Public, m.Run(oplog.Public, 2)...)
	run := m.Run(oplog.Desk, 2)
	s.accept(oplog.Desk, run...)
	for _, from := range []exchange.Cursor{end, at[len(at)-1].Next} {
		got := itemsOf(s.pages(oplog.Desk, nil, from))
		if len(got) != 2 || headOf(got[1]) != headOf(run[1]) {
			t.Errorf("%d entries came since, want 2", len(got))
		}
	}
	// Nothing to hand over, and yet the place moves: it is not read again.
	p := s.pages(oplog.Desk, []oplog.Head{headOf(run[1])}, end)
	last := p[len(p)-1]
	if now, err := s.End(background, scope); err != nil || len(itemsOf(p)) > 0 || last.Next != now {
		t.Errorf("what the cover has was handed out or is read again: %v", err)
	}
	// Every place of every page is one to go on from.
	all := s.all(oplog.Desk)
	var from exchange.Cursor
	for _, page := range s.pages(oplog.Desk, nil, exchange.Cursor{}) {
		if rest := itemsOf(s.pages(oplog.Desk, nil, from)); len(rest) != len(all) {
			t.Errorf("%d entries from a place, want %d", len(rest), len(all))
		}
		all, from = all[len(page.Items):], page.Next
	}
}

func stale(t *testing.T, s *subject) {
	scope := s.hall.scope(oplog.Desk)
	m := s.hall.Machine(t, "one", nil)
	s.accept(oplog.Desk, m.Run(oplog.Desk, 3)...)
	end, err := s.End(background, scope)
	must(t, err)

	other, hall := s.open(t)
	o := &subject{t, other, hall, s.open}
	longer := hall.Machine(t, "two", nil)
	o.accept(oplog.Desk, longer.Run(oplog.Desk, 2)...)
	o.accept(oplog.Desk, longer.Run(oplog.Desk, 9)...)
	foreign, err := other.End(background, hall.scope(oplog.Desk))
	must(t, err)

	altered := end
	altered.Hash[7]++
	for name, c := range map[string]exchange.Cursor{
		"another log's":          foreign,
		"another hash":           altered,
		"no hash":                {Seq: end.Seq},
		"beyond the end":         {Seq: end.Seq + 1000, Hash: end.Hash},
		"a negative place":       {Seq: -end.Seq, Hash: end.Hash},
		"the hash of no place":   {Seq: 0, Hash: end.Hash},
		"the place of no number": {Seq: 1 << 62, Hash: end.Hash},
	} {
		cover, err := exchange.CoverOf(background, s.Replica, scope, nil)
		must(t, err)
		if p, err := s.Missing(background, scope, cover, c); !errors.Is(err, exchange.ErrStale) {
			t.Errorf("%s: %d entries, %v", name, len(p.Items), err)
		}
	}
}

// between has a branch come after it was said what the other side holds, and before the page is read.
func between(t *testing.T, s *subject) {
	m := s.hall.Machine(t, "cloned", nil)
	begin := m.Run(oplog.Desk, 1)
	twin := m.Clone()
	long, short := m.Run(oplog.Desk, 3), twin.Run(oplog.Desk, 1)
	s.accept(oplog.Desk, begin...)
	s.accept(oplog.Desk, long...)
	scope := s.hall.scope(oplog.Desk)
	end, err := s.End(background, scope)
	must(t, err)
	cover, err := exchange.CoverOf(background, s.Replica, scope, []oplog.Head{headOf(long[2])})
	must(t, err)
	s.accept(oplog.Desk, short...)
	for _, after := range []exchange.Cursor{{}, end} {
		p, err := s.Missing(background, scope, cover, after)
		if !errors.Is(err, exchange.ErrStale) && len(p.Items) == 0 {
			t.Errorf("the branch is passed over, the next page begins at %d: %v", p.Next.Seq, err)
		}
	}
	cover, err = exchange.CoverOf(background, s.Replica, scope, []oplog.Head{headOf(long[2])})
	must(t, err)
	p, err := s.Missing(background, scope, cover, end)
	if err != nil || len(p.Items) != 1 || p.Items[0].Entry.Hash() != short[0].Entry.Hash() {
		t.Errorf("asked again: %d entries, %v", len(p.Items), err)
	}
}
