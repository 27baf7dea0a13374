package oplog_test

import (
	"errors"
	"strings"
	"testing"

	"linli/sync/oplog"
)

func TestScopeCheck(t *testing.T) {
	id64 := strings.Repeat("a", 64)
	for s, want := range map[oplog.Scope]bool{
		"hall/h1/public": true, "hall/h1/desk": true, "hall/h1/care": true, "hall/h1/intake": true,
		"district/320102001000": true, "hall/a-b_c/desk": true,
		oplog.HallScope(id64, oplog.Desk): true, oplog.DistrictScope(id64): true,
		"": false, "hall": false, "hall/h1": false, "hall/h1/": false, "hall/h1/other": false, "hall//desk": false,
		"hall/h1/desk/": false, "hall/h1/desk/x": false, "hall/H1/desk": false, "hall/中/desk": false,
		"hall/h 1/desk": false, "/hall/h1/desk": false, "district/": false, "district": false, "district/a/b": false,
		"districts/a": false, oplog.HallScope(id64+"a", oplog.Desk): false, oplog.DistrictScope(id64 + "a"): false,
	} {
		if err := s.Check(); (err == nil) != want {
			t.Errorf("%q.Check() = %v", s, err)
		}
	}
	if s := oplog.Scope("hall/h1/care"); s.Hall() != "h1" || s.Part() != oplog.Care {
		t.Errorf("%q is of hall %q, part %q", s, s.Hall(), s.Part())
	}
	if s := oplog.DistrictScope("d"); s.Hall() != "" || s.Part() != "" {
		t.Errorf("%q is of hall %q, part %q", s, s.Hall(), s.Part())
	}
}

func TestIdentifiersRoundTrip(t *testing.T) {
	h := oplog.Hash{0: 0xab, 11: 0xcd, 12: 0xef, 31: 1}
	if got, err := oplog.ParseHash(h.String()); err != nil || got != h {
		t.Errorf("hash: %v, %v", got, err)
	}
	if got, err := oplog.ParseDot(h.Dot().String()); err != nil || got != h.Dot() {
		t.Errorf("dot: %v, %v", got, err)
	}
	if !strings.HasPrefix(h.String(), h.Dot().String()) {
		t.Error("a dot is the beginning of its hash")
	}
	o := oplog.OriginOf(key(1).pub)
	if got, err := oplog.ParseOrigin(o.String()); err != nil || got != o {
		t.Errorf("origin: %v, %v", got, err)
	}
	for _, s := range []string{"", "ab", strings.Repeat("g", 24), strings.Repeat("A", 24), strings.Repeat("0", 26)} {
		if _, err := oplog.ParseDot(s); !errors.Is(err, oplog.ErrID) {
			t.Errorf("ParseDot(%q): %v", s, err)
		}
	}
}

func TestPositionOrder(t *testing.T) {
	// Every position is before all that follow it.
	order := []oplog.Position{
		{HLC: 1, Origin: oplog.Origin{9}, N: 9, Hash: oplog.Hash{9}, Index: 9},
		{HLC: 2, Origin: oplog.Origin{1}, N: 9, Hash: oplog.Hash{9}, Index: 9},
		{HLC: 2, Origin: oplog.Origin{2}, N: 1, Hash: oplog.Hash{9}, Index: 9},
		{HLC: 2, Origin: oplog.Origin{2}, N: 2, Hash: oplog.Hash{1}, Index: 9},
		{HLC: 2, Origin: oplog.Origin{2}, N: 2, Hash: oplog.Hash{2}, Index: 1},
		{HLC: 2, Origin: oplog.Origin{2}, N: 2, Hash: oplog.Hash{2}, Index: 2},
	}
	for i, p := range order {
		for j, q := range order {
			if p.Less(q) != (i < j) || (p.Compare(q) == 0) != (i == j) {
				t.Errorf("positions %d and %d: Less %v, Compare %d", i, j, p.Less(q), p.Compare(q))
			}
		}
	}
}
