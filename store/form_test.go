package store_test

import (
	"slices"
	"sync"
	"testing"
	"time"

	"linli/app"
	"linli/store"
	"linli/sync/oplog"
)

// liveValues reads the live versions of a cell of a resident from the register,
// opened, the shown one first.
func (h *hallAt) liveValues(tb testing.TB, row, column string) []string {
	tb.Helper()
	values, err := h.store.LiveValues(background, "resident", row, column)
	must(tb, err)
	return values
}

func (h *hallAt) openForm(tb testing.TB, id string) app.Form {
	tb.Helper()
	_, f, err := h.Registry.Resident(background, h.admin, id)
	must(tb, err)
	return f
}

func (h *hallAt) edit(tb testing.TB, f app.Form, column, value string) {
	tb.Helper()
	h.pass(time.Second)
	_, err := h.Registry.Save(background, h.admin, f, map[string]string{column: value})
	must(tb, err)
}

func (h *hallAt) conflicts(tb testing.TB, id string) int {
	tb.Helper()
	return h.count(tb, `SELECT count(*) FROM conflict WHERE row = ?`, id)
}

func TestTwoFormsOnOneResident(t *testing.T) {
	h := mustHall(t)
	const old, one, two, three = "13800001111", "13800002222", "13800003333", "13800004444"

	t.Run("different columns merge", func(t *testing.T) {
		id := h.person(t, map[string]string{"name": "样例甲", "phone": old})
		a, b := h.openForm(t, id), h.openForm(t, id)
		h.edit(t, a, "phone", one)
		h.edit(t, b, "name", "样例乙")
		if got := h.liveValues(t, id, "phone"); !slices.Equal(got, []string{one}) {
			t.Errorf("phone %v", got)
		}
		if got := h.liveValues(t, id, "name"); !slices.Equal(got, []string{"样例乙"}) {
			t.Errorf("name %v", got)
		}
		if h.conflicts(t, id) != 0 {
			t.Error("a merge is listed as a conflict")
		}
	})

	t.Run("the same column keeps both", func(t *testing.T) {
		id := h.person(t, map[string]string{"name": "样例甲", "phone": old})
		a, b := h.openForm(t, id), h.openForm(t, id)
		h.edit(t, a, "phone", one)
		h.edit(t, b, "phone", two)
		if got := h.liveValues(t, id, "phone"); !slices.Equal(got, []string{two, one}) {
			t.Errorf("phone %v, want the later shown and the other kept", got)
		}
		if h.conflicts(t, id) != 1 {
			t.Error("not listed as a conflict")
		}
		// An edit through a fresh form replaces what it saw and leaves the other.
		h.edit(t, h.openForm(t, id), "phone", three)
		if got := h.liveValues(t, id, "phone"); !slices.Equal(got, []string{three, one}) {
			t.Errorf("phone %v", got)
		}
		// The other's value, chosen again: both say the same, nothing is in dispute.
		h.edit(t, h.openForm(t, id), "phone", one)
		if got := slices.Compact(h.liveValues(t, id, "phone")); !slices.Equal(got, []string{one}) || h.conflicts(t, id) != 0 {
			t.Errorf("phone %v, %d conflicts", got, h.conflicts(t, id))
		}
	})

	t.Run("a column that was empty on both forms", func(t *testing.T) {
		id := h.person(t, map[string]string{"name": "样例甲"})
		a, b := h.openForm(t, id), h.openForm(t, id)
		h.edit(t, a, "phone", one)
		h.edit(t, b, "phone", two)
		if got := h.liveValues(t, id, "phone"); !slices.Equal(got, []string{two, one}) || h.conflicts(t, id) != 1 {
			t.Errorf("phone %v, %d conflicts; the second never saw the first", got, h.conflicts(t, id))
		}
	})

	t.Run("three stale forms", func(t *testing.T) {
		id := h.person(t, map[string]string{"name": "样例甲", "phone": old})
		forms := []app.Form{h.openForm(t, id), h.openForm(t, id), h.openForm(t, id)}
		for i, v := range []string{one, two, three} {
			h.edit(t, forms[i], "phone", v)
		}
		if got := h.liveValues(t, id, "phone"); !slices.Equal(got, []string{three, two, one}) {
			t.Errorf("phone %v", got)
		}
	})

	t.Run("nothing changed", func(t *testing.T) {
		id := h.person(t, map[string]string{"name": "样例甲", "phone": old})
		h.wantNoEntry(t, "saving what was there", func() {
			f := h.openForm(t, id)
			h.edit(t, f, "phone", old)
			h.edit(t, f, "phone", " 138 0000 1111 ")
			_, err := h.Registry.Save(background, h.admin, f, nil)
			must(t, err)
		})
	})
	h.wantWhole(t)
}

func TestEveryEditSaysThatTheRecordIsAlive(t *testing.T) {
	h := mustHall(t)
	id := h.person(t, map[string]string{"name": "样例甲"})
	first := h.entriesAfter(t, h.entryCount(t)-1)[0]

	before := h.entryCount(t)
	h.edit(t, h.openForm(t, id), "phone", "13800001111")
	edited := h.entriesAfter(t, before)[0]
	alive, ok := cellOf(edited.Changes[0], "deleted")
	if !ok || alive.Value != int64(0) || !slices.Equal(alive.Over, []oplog.Dot{first.Dot()}) {
		t.Errorf("deleted cell %+v, want false over what was shown", alive)
	}

	// Someone edits while someone else deletes: alive, and the deletion is kept.
	f := h.openForm(t, id)
	h.pass(time.Second)
	must(t, h.exec(`UPDATE resident SET deleted = 1 WHERE id = ?`, id))
	if found, err := h.Registry.Find(background, h.admin, "样例甲", "", 5); err != nil || len(found) != 0 {
		t.Fatalf("a deleted resident is found: %v %v", found, err)
	}
	h.edit(t, f, "phone", "13800002222")
	if h.count(t, `SELECT deleted FROM resident WHERE id = ?`, id) != 0 {
		t.Error("an edited record stayed deleted")
	}
	if h.conflicts(t, id) != 1 {
		t.Error("deleting and editing at the same time is a conflict")
	}
	if found, err := h.Registry.Find(background, h.admin, "样例甲", "", 5); err != nil || len(found) != 1 {
		t.Errorf("found %v, %v", found, err)
	}

	// Also where SQL does not name the column, in any table of records.
	must(t, h.exec(addGrid, "g1", "一网格", 2))
	must(t, h.exec(`UPDATE grid SET deleted = 1 WHERE id = 'g1'`))
	must(t, h.exec(`UPDATE grid SET leader = 'x' WHERE id = 'g1'`))
	if h.count(t, `SELECT deleted FROM grid WHERE id = 'g1'`) != 0 {
		t.Error("the log says alive, the table says deleted")
	}
	h.wantWhole(t)
}

func TestAFormVouchesOnlyForWhatItShowed(t *testing.T) {
	// Forms are opened while others write: the versions that a form names must be
	// those of the values beside them, or a save would replace what nobody saw.
	h := mustHall(t)
	id := h.person(t, map[string]string{"name": "样例零"})
	names := []string{"样例一", "样例二", "样例三", "样例四"}
	type seen struct{ name, dot string }
	var forms []seen
	stop := make(chan struct{})
	var reader sync.WaitGroup
	reader.Add(1)
	go func() {
		defer reader.Done()
		for {
			select {
			case <-stop:
				return
			default:
			}
			r, f, err := h.Registry.Resident(background, h.admin, id)
			if err != nil || len(f.Seen["name"]) != 1 {
				t.Errorf("form %v, %v", f, err)
				return
			}
			forms = append(forms, seen{r.Name, f.Seen["name"][0][:8]})
		}
	}()
	for i := range 150 {
		must(t, h.write("resident.edit", func(tx *store.Tx) error {
			_, err := tx.Exec(`UPDATE resident SET name = ? WHERE id = ?`, tx.Seal("resident", id, "name", names[i%len(names)]), id)
			return err
		}))
	}
	close(stop)
	reader.Wait()
	history, err := h.Registry.History(background, h.admin, id)
	must(t, err)
	wrote := map[string]string{}
	for _, c := range history {
		if c.Column == "name" {
			wrote[c.Entry] = c.Value
		}
	}
	for _, f := range forms {
		if wrote[f.dot] != f.name {
			t.Fatalf("a form showed %s and named the version that says %s", f.name, wrote[f.dot])
		}
	}
}

func TestStaleNoticeFormLeavesOthersColumns(t *testing.T) {
	h := mustHall(t)
	id, err := h.Notices.SaveNotice(background, h.admin, app.Form{}, app.Notice{
		Category: "general", Title: app.Text{ZH: "标题"}, Body: app.Text{ZH: "内容"}, ValidFrom: "2026-11-01",
	})
	must(t, err)
	a, formA, err := h.Notices.NoticeForm(background, id)
	must(t, err)
	b, formB, err := h.Notices.NoticeForm(background, id)
	must(t, err)
	h.pass(time.Second)
	a.Title.ZH = "新标题"
	_, err = h.Notices.SaveNotice(background, h.admin, formA, a)
	must(t, err)
	h.pass(time.Second)
	b.Body.ZH = "新内容"
	_, err = h.Notices.SaveNotice(background, h.admin, formB, b)
	must(t, err)
	n, form, err := h.Notices.NoticeForm(background, id)
	must(t, err)
	if n.Title.ZH != "新标题" || n.Body.ZH != "新内容" || h.conflicts(t, id) != 0 {
		t.Errorf("notice %q / %q, %d conflicts: what a person did not touch must not go back", n.Title.ZH, n.Body.ZH, h.conflicts(t, id))
	}
	h.wantNoEntry(t, "saving a notice as it is", func() {
		_, err := h.Notices.SaveNotice(background, h.admin, form, n)
		must(t, err)
	})
	n.Deleted = true
	_, err = h.Notices.SaveNotice(background, h.admin, form, n)
	must(t, err)
	if h.count(t, `SELECT deleted FROM notice WHERE id = ?`, id) != 1 {
		t.Error("a notice could not be taken down")
	}
	h.wantWhole(t)
}
