package tabular

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"unicode/utf8"
)

const (
	// MaxSize is the greatest file that is read, in bytes.
	MaxSize = 200 << 20

	// headerLength bounds a header cell in characters. Longer ones mean that the
	// first line is prose, not a header.
	headerLength = 100
)

// Sheet is a table in memory.
type Sheet struct {
	// Headers are the cells of the header row without spaces around them or line
	// breaks in them. A header in the middle may be "".
	Headers []string
	// Rows are the rows below, blank ones left out. A row is at least as long as
	// Headers; it is longer when it has cells under no header.
	Rows [][]string
	// HeaderLine is where the header row begins in the file, from 1. It is not
	// 1 when a title or blank lines stand above it.
	HeaderLine int

	lines []int // of each row, counting the header row as 1
}

// Line returns the line of row i, counting the header as 1. In a CSV file whose
// cells contain line breaks it is the line on which the row begins.
func (s *Sheet) Line(i int) int { return s.lines[i] }

// Column returns the index of the first column with this header, or -1.
func (s *Sheet) Column(header string) int {
	for i, h := range s.Headers {
		if h == header {
			return i
		}
	}
	return -1
}

// Open reads the table in the file at path. See [Read].
func Open(path string) (*Sheet, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, &Error{Code: CodeUnreadable, Err: err}
	}
	defer func() { _ = f.Close() }()
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = errors.New("not a regular file")
	}
	if err != nil {
		return nil, &Error{Code: CodeUnreadable, Err: err}
	}
	return Read(path, f, info.Size())
}

// Read reads the table in the first size bytes of r. The extension of name must
// be .csv, .txt, .tsv, .xlsx or .xlsm, or missing, and fit the content. Of an
// XLSX file the first visible sheet is read.
//
// The first row that is not blank is the header. A row above it with a single
// cell, the usual merged title, is skipped. Errors are *[Error].
func Read(name string, r io.ReaderAt, size int64) (*Sheet, error) {
	if size == 0 {
		return nil, &Error{Code: CodeEmpty}
	}
	if size > MaxSize {
		return nil, &Error{Code: CodeTooLarge}
	}
	head := make([]byte, min(size, 64<<10))
	if n, err := r.ReadAt(head, 0); n < len(head) {
		return nil, readError(err)
	}
	kind, err := sniff(strings.ToLower(filepath.Ext(name)), head)
	if err != nil {
		return nil, err
	}
	var rec records
	if kind == kindXLSX {
		rec, err = readXLSX(r, size)
	} else {
		data := make([]byte, size)
		if n, err := r.ReadAt(data, 0); n < len(data) {
			return nil, readError(err)
		}
		rec, err = readCSV(data)
	}
	if err != nil {
		return nil, err
	}
	return rec.sheet()
}

// readError tells a file that became shorter from one that cannot be read.
func readError(err error) error {
	if errors.Is(err, io.EOF) {
		return &Error{Code: CodeDamaged, Err: err}
	}
	return &Error{Code: CodeUnreadable, Err: err}
}

type kind int

const (
	kindCSV kind = iota
	kindXLSX
)

// sniff decides by the first bytes how to read a file and whether its name
// agrees. A wrong name is refused and not worked around: the next program that
// opens the file would fail on it without a clear word.
func sniff(ext string, head []byte) (kind, error) {
	var (
		zipped = bytes.HasPrefix(head, []byte("PK\x03\x04")) || bytes.HasPrefix(head, []byte("PK\x05\x06"))
		ole    = bytes.HasPrefix(head, []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"))
	)
	if ole {
		// Both .xls and a password-protected .xlsx are OLE containers. The latter
		// has a stream of this name, written in UTF-16.
		if bytes.Contains(head, []byte("E\x00n\x00c\x00r\x00y\x00p\x00t\x00e\x00d\x00P\x00a\x00c\x00k\x00a\x00g\x00e\x00")) {
			return 0, &Error{Code: CodeLocked}
		}
		return 0, &Error{Code: CodeOldExcel}
	}
	switch ext {
	case ".xlsx", ".xlsm":
		if zipped {
			return kindXLSX, nil
		}
		if len(bytes.TrimLeft(head, "\x00")) == 0 || !text(head) {
			return 0, &Error{Code: CodeDamaged}
		}
		return 0, &Error{Code: CodeExtension}
	case ".csv", ".txt", ".tsv":
		if zipped {
			return 0, &Error{Code: CodeExtension}
		}
		return kindCSV, nil
	case "":
		if zipped {
			return kindXLSX, nil
		}
		return kindCSV, nil
	}
	return 0, &Error{Code: CodeExtension}
}

// records are the rows of a file as found, each with its line from 1.
type records struct {
	cells [][]string
	lines []int
}

func (r *records) add(cells []string, line int) {
	if filled(cells) == 0 {
		return
	}
	r.cells = append(r.cells, cells)
	r.lines = append(r.lines, line)
}

// sheet finds the header and evens out the rows below it.
func (r *records) sheet() (*Sheet, error) {
	if len(r.cells) > 1 && filled(r.cells[0]) == 1 && filled(r.cells[1]) > 1 {
		r.cells, r.lines = r.cells[1:], r.lines[1:] // a title above the header
	}
	if len(r.cells) == 0 {
		return nil, &Error{Code: CodeEmpty}
	}
	s := &Sheet{HeaderLine: r.lines[0]}
	for _, h := range trimRight(r.cells[0], 0) {
		h = strings.NewReplacer("\r", "", "\n", "").Replace(strings.TrimSpace(h))
		if utf8.RuneCountInString(h) > headerLength {
			return nil, &Error{Code: CodeNotTable}
		}
		s.Headers = append(s.Headers, h)
	}
	if len(r.cells) == 1 {
		return nil, &Error{Code: CodeNoRows}
	}
	s.Rows = r.cells[1:]
	s.lines = r.lines[1:]
	for i, row := range s.Rows {
		row = trimRight(row, len(s.Headers))
		for len(row) < len(s.Headers) {
			row = append(row, "")
		}
		s.Rows[i] = row
		s.lines[i] -= s.HeaderLine - 1
	}
	return s, nil
}

// filled counts the cells that hold more than spaces.
func filled(cells []string) int {
	n := 0
	for _, c := range cells {
		if strings.TrimSpace(c) != "" {
			n++
		}
	}
	return n
}

// trimRight cuts blank cells off the end, but leaves at least keep of them.
func trimRight(cells []string, keep int) []string {
	for len(cells) > keep && strings.TrimSpace(cells[len(cells)-1]) == "" {
		cells = cells[:len(cells)-1]
	}
	return cells
}
