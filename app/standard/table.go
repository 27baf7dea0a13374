package standard

import (
	"strings"
	"unicode/utf8"
)

// Item is one row of a code table.
type Item struct {
	Code string
	// Zh and En are the names shown. They are content of the standard, not
	// interface text, and therefore live here and not in the translations.
	Zh, En string
	// Aliases are other names that people write for it.
	Aliases []string
}

// Table is a closed list of codes with their names: one standard's code set.
// Tables are built once and safe for concurrent use.
type Table struct {
	name, rule string
	items      []Item
	index      map[string]int // folded code or name → item
	width      int            // digits of the code; 0 when codes differ in width
}

// newTable panics when two rows claim one code or name: the tables are written
// by hand, and a clash would silently give people the wrong code.
func newTable(name, rule string, items ...Item) *Table {
	t := &Table{name: name, rule: rule, items: items, index: make(map[string]int, 4*len(items))}
	t.width = len(items[0].Code)
	for i, it := range items {
		if len(it.Code) != t.width || !digits(it.Code) {
			t.width = 0
		}
		for _, key := range append([]string{it.Code, it.Zh, it.En}, it.Aliases...) {
			key = tableKey(key)
			if at, taken := t.index[key]; taken && at != i {
				panic("standard: " + name + " has two rows for " + key)
			}
			t.index[key] = i
		}
	}
	return t
}

func tableKey(s string) string {
	return strings.ToLower(strings.ReplaceAll(fold(s), " ", ""))
}

// Name returns the table's short English name, for example "ethnic".
func (t *Table) Name() string { return t.name }

// Rule returns the standard that the table comes from.
func (t *Table) Rule() string { return t.rule }

// Items returns all rows in the standard's order. The caller may keep and
// change the slice.
func (t *Table) Items() []Item { return append([]Item(nil), t.items...) }

// ByCode returns the row with exactly this code.
func (t *Table) ByCode(code string) (Item, bool) {
	i, ok := t.index[tableKey(code)]
	if !ok || t.items[i].Code != code {
		return Item{}, false
	}
	return t.items[i], true
}

// Zh returns the Chinese name of a code, or "" for an unknown one.
func (t *Table) Zh(code string) string {
	it, _ := t.ByCode(code)
	return it.Zh
}

// En returns the English name of a code, or "" for an unknown one.
func (t *Table) En(code string) string {
	it, _ := t.ByCode(code)
	return it.En
}

// Parse finds the row that a person or a file means by s: its code, with or
// without leading zeros (spreadsheets drop them), its Chinese or English name, or
// an alias. Spaces, case and full-width signs do not matter. Errors are *[Error]:
// CodeTableEmpty or CodeTableUnknown.
func (t *Table) Parse(s string) (Item, error) {
	key := tableKey(s)
	if key == "" {
		return Item{}, &Error{CodeTableEmpty, t.rule}
	}
	if i, ok := t.index[key]; ok {
		return t.items[i], nil
	}
	if digits(key) && len(key) < t.width {
		key = strings.Repeat("0", t.width-len(key)) + key
		if i, ok := t.index[key]; ok {
			return t.items[i], nil
		}
	}
	return Item{}, &Error{CodeTableUnknown, t.rule}
}

// peoples adds to every name of an ethnic group its short form: 汉 for 汉族.
func peoples(items ...Item) []Item {
	for i := range items {
		short, ok := strings.CutSuffix(items[i].Zh, "族")
		if ok && utf8.RuneCountInString(short) > 0 {
			items[i].Aliases = append(items[i].Aliases, short)
		}
	}
	return items
}
