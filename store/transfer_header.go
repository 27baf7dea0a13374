package store

import (
	"context"
	"slices"
	"strings"

	"linli/app"
)

// transfer declares how one kind is carried in and out. Headers are the titles of the
// data dictionary, so that a file of this hall opens in another.
type transfer struct {
	kind    Kind
	table   string
	key     string              // the column that tells rows apart, for sentences
	needs   []string            // what a new record must have
	columns []string            // those exchanged, in the order of templates
	numbers map[string]bool     // columns of numbers
	aliases map[string][]string // other headers that people write
	right   app.Act             // of import
	rules   func(context.Context, *Store, *importing) (rules, error)
}

// transfers is filled by init because the rules refer to it.
var transfers map[Kind]*transfer

func init() {
	transfers = map[Kind]*transfer{}
	for _, x := range []*transfer{residentTransfer, serviceTransfer, noticeTransfer, gridTransfer} {
		x.table = x.kind.Table()
		transfers[x.kind] = x
	}
}

// idTitle is the header of a record's id in exports.
const idTitle = "记录编号"

// title answers a column's header.
func (x *transfer) title(column string) string {
	if column == rowColumn {
		return idTitle
	}
	if c := byName[x.table].column(column); c != nil {
		return c.Title
	}
	return column
}

// Template answers the headers of an import file of a kind, in the usual order;
// nil for a kind that cannot be imported.
func Template(kind Kind) []string {
	x := transfers[kind]
	if x == nil {
		return nil
	}
	titles := make([]string, len(x.columns))
	for i, c := range x.columns {
		titles[i] = x.title(c)
	}
	return titles
}

// Columns answers the table's columns of a kind that can be imported, in the
// order of [Template].
func Columns(kind Kind) []string {
	x := transfers[kind]
	if x == nil {
		return nil
	}
	return append([]string(nil), x.columns...)
}

// headerKey brings a header into the form in which headers are compared:
// brackets of one width, no spaces, no marks of required columns.
func headerKey(h string) string {
	h = strings.NewReplacer("（", "(", "）", ")", " ", "", "\u3000", "", "\t", "", "*", "", "＊", "", "：", "", ":", "").Replace(h)
	h = strings.TrimSuffix(strings.TrimSuffix(h, "(必填)"), "(选填)")
	return strings.ToLower(h)
}

// resolveSome answers the column of each header, "" for unknown ones, which come
// second. Two headers of one column are CodeHeaderRepeated.
func (x *transfer) resolveSome(headers []string) (columns, unknown []string, err error) {
	known := map[string]string{headerKey(idTitle): rowColumn, rowColumn: rowColumn}
	for _, c := range x.columns {
		for _, h := range append([]string{c, x.title(c)}, x.aliases[c]...) {
			known[headerKey(h)] = c
		}
	}
	columns = make([]string, len(headers))
	seen := map[string]bool{}
	for i, h := range headers {
		c := known[headerKey(h)]
		switch {
		case c == "" && strings.TrimSpace(h) == "":
		case c == "":
			unknown = append(unknown, h)
		case seen[c]:
			return nil, nil, app.Bad(CodeHeaderRepeated, c, h)
		default:
			seen[c] = true
			columns[i] = c
		}
	}
	return columns, unknown, nil
}

// resolve is resolveSome for a file, which must have the column without which no
// row could land.
func (x *transfer) resolve(headers []string) (columns, unknown []string, err error) {
	columns, unknown, err = x.resolveSome(headers)
	if err != nil {
		return nil, unknown, err
	}
	if !slices.Contains(columns, x.needs[0]) && !slices.Contains(columns, rowColumn) && !slices.Contains(columns, x.key) {
		return nil, unknown, app.Bad(CodeHeaderMissing, x.needs[0], x.title(x.needs[0]))
	}
	return columns, unknown, nil
}
