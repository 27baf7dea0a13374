package store_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"linli/app"
	"linli/store"
)

// found answers the names that a search finds, best first.
func (h *hallAt) found(tb testing.TB, query, grid string) []string {
	tb.Helper()
	list, err := h.Registry.Find(background, h.admin, query, grid, 20)
	must(tb, err)
	names := make([]string, len(list))
	for i, f := range list {
		names[i] = f.Name
	}
	return names
}

func (h *hallAt) wantFound(tb testing.TB, query, grid string, want ...string) {
	tb.Helper()
	if got := h.found(tb, query, grid); fmt.Sprint(got) != fmt.Sprint(want) {
		tb.Errorf("find %q in grid %q: %v, want %v", query, grid, got, want)
	}
}

func TestResidentSearch(t *testing.T) {
	h := mustHall(t)
	top, err := h.Settings.SaveGrid(background, h.admin, app.Grid{Name: "样例一网格", Level: 2, Code: "01"})
	must(t, err)
	below, err := h.Settings.SaveGrid(background, h.admin, app.Grid{Name: "样例三栋", Level: 3, ParentID: top, Code: "0103"})
	must(t, err)
	other, err := h.Settings.SaveGrid(background, h.admin, app.Grid{Name: "样例二网格", Level: 2, Code: "02"})
	must(t, err)
	x := idNumberX("1950-03-04", 10)
	h.person(t, map[string]string{"name": "王样例", "id_number": x, "phone": "13800001234", "address": "样例市样例路18号3栋502室", "grid": below})
	h.person(t, map[string]string{"name": "䶮样", "phone": "13900005678", "grid": top})
	h.person(t, map[string]string{"name": "㛃例", "grid": other})
	h.person(t, map[string]string{"name": "𠮷样子"})
	h.person(t, map[string]string{"name": "阿样·古例", "phone": "025-83001122"})
	h.person(t, map[string]string{"name": "单样", "id_number": idNumber("1980-01-02", 21)})

	for _, c := range []struct {
		query, grid string
		want        []string
	}{
		{"wyl", "", []string{"王样例"}},
		{"WYL", "", []string{"王样例"}},
		{"wangyangli", "", []string{"王样例"}},
		{"wang yang", "", []string{"王样例"}},
		{"王样", "", []string{"王样例"}},
		{"样例", "", []string{"王样例"}},
		{" 王样例 ", "", []string{"王样例"}},
		{x[14:], "", []string{"王样例"}},
		{strings.ToLower(x[14:]), "", []string{"王样例"}},
		{x, "", []string{"王样例"}},
		{strings.ToLower(x), "", []string{"王样例"}},
		{"13800001234", "", []string{"王样例"}},
		{"138 0000 1234", "", []string{"王样例"}},
		{"00001234", "", []string{"王样例"}},
		{"样例路18号", "", []string{"王样例"}},
		{"502", "", []string{"王样例"}},
		{"䶮", "", []string{"䶮样"}},
		{"㛃例", "", []string{"㛃例"}},
		{"𠮷", "", []string{"𠮷样子"}},
		{"阿样·古例", "", []string{"阿样·古例"}},
		{"阿样.古例", "", []string{"阿样·古例"}},
		{"古例", "", []string{"阿样·古例"}},
		{"83001122", "", []string{"阿样·古例"}},
		{"shanyang", "", []string{"单样"}},
		{"sy", "", []string{"单样"}},
		{"王样", top, []string{"王样例"}}, // in a grid below
		{"王样", other, nil},
		{"例", other, []string{"㛃例"}},
		{"nobody", "", nil},
		{"x", "", nil}, // the last sign of some ID numbers, and not a number by itself
		{"", "", nil},
		{"502\x1f", "", []string{"王样例"}},
		{"\x1f", "", nil},
	} {
		h.wantFound(t, c.query, c.grid, c.want...)
	}

	t.Run("right after a save", func(t *testing.T) {
		id := h.person(t, map[string]string{"name": "新来样"})
		h.wantFound(t, "新来", "", "新来样")
		h.pass(time.Second)
		_, err := h.Registry.Save(background, h.admin, h.openForm(t, id), map[string]string{"name": "改名样"})
		must(t, err)
		h.wantFound(t, "新来", "")
		h.wantFound(t, "改名", "", "改名样")
		must(t, h.exec(`UPDATE resident SET deleted = 1 WHERE id = ?`, id))
		h.wantFound(t, "改名", "")
		h.reopen(t)
		h.wantFound(t, "改名", "")
		h.wantFound(t, "王样例", "", "王样例")
	})
	h.wantWhole(t)
}

func TestBestMatchIsFoundAmongMany(t *testing.T) {
	// Somebody whose key is typed in full stands first, however many others begin
	// with it and were there before.
	h := mustHall(t)
	must(t, h.write("resident.import", func(tx *store.Tx) error {
		add := func(id, name string) error {
			_, err := tx.Exec(`INSERT INTO resident(id, name) VALUES (?,?)`, id, tx.Seal("resident", id, "name", name))
			return err
		}
		for i := range 1500 {
			if err := add(fmt.Sprintf("r%04d", i), "李维"+string(rune('一'+i%7))+"样"); err != nil {
				return err
			}
		}
		return add("r9999", "李维")
	}))
	for _, query := range []string{"lw", "liwei", "李维"} {
		list, err := h.Registry.Find(background, h.admin, query, "", 10)
		must(t, err)
		if len(list) != 10 || list[0].Name != "李维" {
			t.Errorf("find %q: %d lines, first %+v", query, len(list), list[:min(1, len(list))])
		}
	}
}

func TestSaveResident(t *testing.T) {
	h := mustHall(t)
	x := idNumberX("1950-03-04", 10)
	id := h.person(t, map[string]string{"name": "王样例", "id_number": strings.ToLower(x), "phone": "138-0000-1234"})
	r, _, err := h.Registry.Resident(background, h.admin, id)
	must(t, err)
	if r.Birth != "1950-03-04" || r.Phone != "138****1234" || r.IDNumber != x[:4]+"**********"+x[14:] || (r.Sex != "1" && r.Sex != "2") {
		t.Errorf("shown %+v", r)
	}

	t.Run("refused, and nothing changes", func(t *testing.T) {
		for _, c := range []struct {
			columns map[string]string
			want    app.Code
		}{
			{map[string]string{"name": "另样例", "id_number": x}, app.CodeDuplicate},
			{map[string]string{"name": "另样例", "id_number": strings.ToLower(x)}, app.CodeDuplicate},
			{map[string]string{"name": "另样例", "id_number": x[:17] + "0"}, app.CodeIDChecksum},
			{map[string]string{"name": "", "phone": "13800001234"}, app.CodeRequired},
			{map[string]string{"phone": "13800001234"}, app.CodeRequired},
			{map[string]string{"name": "另样例", "id_number": idNumber("1980-01-02", 21), "birth": "1981-01-02"}, app.CodeMismatch},
			{map[string]string{"name": "另样例", "colour": "red"}, app.CodeInvalid},
			{map[string]string{"name": "另样例", "address": strings.Repeat("长", 81)}, app.CodeTooLong},
			{map[string]string{"name": "另样例", "address": "样例路***"}, store.CodeMasked},
			{map[string]string{"name": "另样例", "employer": "****"}, store.CodeMasked},
		} {
			h.wantNoEntry(t, fmt.Sprint(c.want), func() {
				_, err := h.Registry.Save(background, h.admin, app.Form{}, c.columns)
				wantCode(t, fmt.Sprint(c.columns), err, c.want)
				if c.want == app.CodeDuplicate && app.AsError(err).Args[0] != id {
					t.Errorf("duplicate names %v, want the other's id", app.AsError(err).Args)
				}
				if err != nil && strings.Contains(err.Error(), x) {
					t.Error("the error quotes the number")
				}
			})
		}
		_, err := h.Registry.Save(background, h.admin, app.Form{Table: "resident", Row: "nobody"}, map[string]string{"name": "样"})
		wantCode(t, "an unknown resident", err, app.CodeNotFound)
	})

	t.Run("the number of a deleted resident is free again", func(t *testing.T) {
		n := idNumber("1960-05-06", 33)
		gone := h.person(t, map[string]string{"name": "去样例", "id_number": n})
		must(t, h.exec(`UPDATE resident SET deleted = 1 WHERE id = ?`, gone))
		h.person(t, map[string]string{"name": "来样例", "id_number": n})
		// And so is one that was typed wrongly and mended.
		typo, right := idNumber("1961-05-06", 34), idNumber("1961-05-06", 35)
		p := h.person(t, map[string]string{"name": "错样例", "id_number": typo})
		h.edit(t, h.openForm(t, p), "id_number", right)
		h.person(t, map[string]string{"name": "对样例", "id_number": typo})
	})
	h.wantWhole(t)
}

func TestHistoryAndReveal(t *testing.T) {
	h := mustHall(t)
	supervisor := h.addStaff(t, "样例督查", app.RoleSupervisor, "192837")
	id := h.person(t, map[string]string{"name": "王样例", "phone": "13800001234"})
	h.edit(t, h.openForm(t, id), "phone", "13900005678")
	h.edit(t, h.openForm(t, id), "name", "王改名")

	history, err := h.Registry.History(background, supervisor, id)
	must(t, err)
	var story []string
	for i, c := range history {
		story = append(story, c.Column+"="+c.Value)
		if c.By != "样例管理员" || len(c.Entry) != 8 {
			t.Errorf("step %+v", c)
		}
		if i > 0 && c.At.After(history[i-1].At) {
			t.Error("not newest first")
		}
	}
	if want := "[name=王*名 phone=139****5678 name=王*例 phone=138****1234]"; fmt.Sprint(story) != want {
		t.Errorf("history %v, want %s", story, want)
	}

	before := h.entryCount(t)
	phone, err := h.Registry.Reveal(background, h.admin, id, "phone")
	must(t, err)
	if phone != "13900005678" {
		t.Error("another phone")
	}
	es := h.entriesAfter(t, before)
	if len(es) != 1 || len(es[0].Changes) != 1 || es[0].Changes[0].Table != "access" || es[0].Actor != h.admin.ID {
		t.Fatalf("%d entries, want one of access", len(es))
	}
	for column, want := range map[string]string{"record": "resident", "row": id, "column": "phone", "staff": h.admin.ID} {
		if cell, _ := cellOf(es[0].Changes[0], column); cell.Value != want {
			t.Errorf("access %s = %v", column, cell.Value)
		}
	}
	_, err = h.Registry.Reveal(background, h.admin, id, "secret")
	wantCode(t, "no such column", err, app.CodeInvalid)
	_, err = h.Registry.Reveal(background, h.admin, "nobody", "phone")
	wantCode(t, "nobody", err, app.CodeNotFound)

	// A look that cannot be noted is not given.
	must(t, h.store.LimitPages(0))
	got, err := "", error(nil)
	for range 2000 { // until the last free page is used up
		if got, err = h.Registry.Reveal(background, h.admin, id, "phone"); err != nil {
			break
		}
	}
	wantCode(t, "a full disk", err, app.CodeDiskFull)
	if got != "" {
		t.Error("the value was answered without its access entry")
	}
	must(t, h.store.LimitPages(-1))
	h.wantWhole(t)
}
