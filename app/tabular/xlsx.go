package tabular

import (
	"archive/zip"
	"bytes"
	"io"
	"strings"

	"github.com/xuri/excelize/v2"
)

// Limits that stop an XLSX file from unpacking to more than a machine can hold.
// Each is far above a real register of 100,000 people.
const (
	maxUnpacked = 512 << 20
	maxParts    = 10_000
	maxColumns  = 1024
)

// readXLSX reads the first visible sheet.
func readXLSX(r io.ReaderAt, size int64) (rec records, err error) {
	if err := checkParts(r, size); err != nil {
		return records{}, err
	}
	defer func() {
		// The file comes from outside; a parser that trips over it must not take
		// a whole hall down.
		if recover() != nil {
			rec, err = records{}, &Error{Code: CodeDamaged}
		}
	}()
	f, err := excelize.OpenReader(io.NewSectionReader(r, 0, size), excelize.Options{
		UnzipSizeLimit: maxUnpacked,
		// Equal limits keep parts in memory; above the second one they would be
		// unpacked into a temporary file.
		UnzipXMLSizeLimit: maxUnpacked,
		// Dates in the system's own format would come out as 12-31-49.
		ShortDatePattern: "yyyy-mm-dd",
		LongDatePattern:  "yyyy-mm-dd",
		CultureInfo:      excelize.CultureNameZhCN,
	})
	if err != nil {
		return records{}, &Error{Code: CodeDamaged}
	}
	defer func() { _ = f.Close() }()
	sheets := f.GetSheetList()
	if len(sheets) == 0 {
		return records{}, &Error{Code: CodeNotTable}
	}
	name := sheets[0]
	for _, s := range sheets {
		if visible, err := f.GetSheetVisible(s); err == nil && visible {
			name = s
			break
		}
	}
	rows, err := f.Rows(name)
	if err != nil {
		return records{}, &Error{Code: CodeNotTable}
	}
	defer func() { _ = rows.Close() }()
	for line := 1; rows.Next(); line++ {
		cells, err := rows.Columns()
		if err != nil {
			return records{}, &Error{Code: CodeDamaged, Line: line}
		}
		cells = trimRight(cells, 0)
		if len(cells) > maxColumns {
			return records{}, &Error{Code: CodeTooLarge, Line: line}
		}
		rec.add(cells, line)
	}
	if rows.Error() != nil {
		return records{}, &Error{Code: CodeDamaged}
	}
	return rec, nil
}

// checkParts unpacks every part once into nothing. This finds cut and altered
// files by their checksums, and files that unpack to more than they declare,
// before any of it is held in memory.
func checkParts(r io.ReaderAt, size int64) error {
	z, err := zip.NewReader(r, size)
	if err != nil {
		return &Error{Code: CodeDamaged}
	}
	if len(z.File) > maxParts {
		return &Error{Code: CodeTooLarge}
	}
	left := int64(maxUnpacked)
	workbook := false
	for _, part := range z.File {
		name := strings.ToLower(strings.ReplaceAll(part.Name, `\`, "/"))
		workbook = workbook || strings.HasPrefix(name, "xl/")
		in, err := part.Open()
		if err != nil {
			return &Error{Code: CodeDamaged}
		}
		var end tail
		n, err := io.Copy(&end, io.LimitReader(in, left+1))
		_ = in.Close()
		if left -= n; left < 0 || part.UncompressedSize64 > maxUnpacked {
			return &Error{Code: CodeTooLarge}
		}
		if err != nil {
			return &Error{Code: CodeDamaged}
		}
		// The reader of rows takes the end of the XML for the end of the table,
		// so a sheet that stops in the middle is looked for here.
		if strings.HasPrefix(name, "xl/worksheets/") && strings.HasSuffix(name, ".xml") &&
			!bytes.Contains(end.last, []byte("worksheet>")) {
			return &Error{Code: CodeDamaged}
		}
	}
	if !workbook {
		return &Error{Code: CodeNotTable}
	}
	return nil
}

// tail is a writer that remembers only the last bytes.
type tail struct{ last []byte }

func (t *tail) Write(p []byte) (int, error) {
	const keep = 256
	n := len(p)
	if n >= keep {
		t.last, p = t.last[:0], p[n-keep:]
	}
	t.last = append(t.last, p...)
	if over := len(t.last) - keep; over > 0 {
		t.last = append(t.last[:0], t.last[over:]...)
	}
	return n, nil
}
