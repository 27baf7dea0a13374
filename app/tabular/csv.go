package tabular

import (
	"bufio"
	"io"
	"iter"
	"strings"
)

// Rows makes the rows of a table in memory a source for [WriteCSV] and
// [WriteXLSX].
func Rows(rows [][]string) iter.Seq2[[]string, error] {
	return func(yield func([]string, error) bool) {
		for _, row := range rows {
			if !yield(row, nil) {
				return
			}
		}
	}
}

// WriteCSV writes a table as UTF-8 with BOM and CRLF, which every spreadsheet
// program opens without asking. It stops at the first error of rows and returns
// it; what is written by then must be thrown away.
//
// A cell that begins with = + - @ (also full-width), a tab or a line break could
// run as a formula, so it gets an apostrophe in front, which [Read] takes off.
// A cell in which apostrophes stand before such a sign gets one more, so every
// cell reads back as it was. CSV cannot keep a spreadsheet program from turning
// long numbers into 1.1E+17; give people XLSX to open. Broken UTF-8 becomes
// U+FFFD, and a cell with NUL, which no text file can hold, is an *[Error].
func WriteCSV(w io.Writer, headers []string, rows iter.Seq2[[]string, error]) error {
	b := bufio.NewWriterSize(w, 64<<10)
	b.WriteString("\ufeff")
	line := 1
	if err := writeRecord(b, line, headers); err != nil {
		return err
	}
	for row, err := range rows {
		if err != nil {
			return err
		}
		line++
		if err := writeRecord(b, line, row); err != nil {
			return err
		}
	}
	return b.Flush() // bufio keeps the first error of all writes before
}

func writeRecord(b *bufio.Writer, line int, cells []string) error {
	for i, c := range cells {
		if i > 0 {
			b.WriteByte(',')
		}
		if strings.IndexByte(c, 0) >= 0 {
			return &Error{Code: CodeCellNUL, Line: line}
		}
		c = strings.ToValidUTF8(c, "\ufffd")
		if formula(c) {
			c = "'" + c
		}
		if c == "" && len(cells) > 1 || c != "" && !strings.ContainsAny(c, "\",;\t\r\n") && strings.TrimSpace(c) == c {
			b.WriteString(c)
			continue
		}
		b.WriteByte('"')
		b.WriteString(strings.ReplaceAll(c, `"`, `""`))
		b.WriteByte('"')
	}
	_, err := b.WriteString("\r\n")
	return err
}

// formula reports whether a spreadsheet program might run a cell: apostrophes or
// none, then one of the signs.
func formula(c string) bool {
	c = strings.TrimLeft(c, "'")
	for _, sign := range []string{"=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"} {
		if strings.HasPrefix(c, sign) {
			return true
		}
	}
	return false
}

// readCSV splits text into records. encoding/csv is not used because it changes
// line breaks inside cells and refuses quotation marks that people leave lying
// around.
func readCSV(data []byte) (records, error) {
	s, err := decode(data)
	if err != nil {
		return records{}, err
	}
	s = strings.TrimRight(s, "\x1a") // end-of-file mark of old programs
	for _, sign := range []string{"<", "{", "%PDF", "{\\rtf"} {
		if strings.HasPrefix(strings.TrimSpace(s), sign) {
			return records{}, &Error{Code: CodeNotTable}
		}
	}
	p := parser{text: s, comma: comma(s), line: 1}
	var rec records
	for p.at < len(p.text) {
		line := p.line
		cells, ok := p.record()
		if !ok {
			if len(rec.lines) > 0 {
				line -= rec.lines[0] - 1
			}
			return records{}, &Error{Code: CodeQuote, Line: line}
		}
		rec.add(cells, line)
	}
	return rec, nil
}

// comma finds the separator: the one of comma, tab and semicolon that occurs
// most in the first lines, quoted parts left out.
func comma(s string) byte {
	counts := map[byte]int{}
	quoted := false
	for i, lines := 0, 0; i < len(s) && lines < 3; i++ {
		switch c := s[i]; c {
		case '"':
			quoted = !quoted
		case '\n':
			if !quoted {
				lines++
			}
		case ',', '\t', ';':
			if !quoted {
				counts[c]++
			}
		}
	}
	best := byte(',')
	for _, c := range []byte{'\t', ';'} {
		if counts[c] > counts[best] {
			best = c
		}
	}
	return best
}

// parser walks over a CSV text.
type parser struct {
	text  string
	at    int
	line  int // of at
	comma byte
}

// record reads one record and the line end behind it; ok is false if a quoted
// cell never ends.
func (p *parser) record() (cells []string, ok bool) {
	for {
		cell, ok := p.cell()
		if !ok {
			return nil, false
		}
		if strings.HasPrefix(cell, "'") && formula(cell) {
			cell = cell[1:]
		}
		cells = append(cells, cell)
		if p.at < len(p.text) && p.text[p.at] == p.comma {
			p.at++
			continue
		}
		p.lineEnd()
		return cells, true
	}
}

// lineEnd steps over CRLF, LF or CR.
func (p *parser) lineEnd() {
	if p.at < len(p.text) && p.text[p.at] == '\r' {
		p.at++
		if p.at == len(p.text) || p.text[p.at] != '\n' {
			p.line++
			return
		}
	}
	if p.at < len(p.text) {
		p.at++
		p.line++
	}
}

// cell reads up to the next separator or line end. A quotation mark counts only
// at the beginning of a cell; elsewhere it is an ordinary character.
func (p *parser) cell() (string, bool) {
	if p.at >= len(p.text) || p.text[p.at] != '"' {
		return p.plain(), true
	}
	p.at++
	var b strings.Builder
	for {
		i := strings.IndexByte(p.text[p.at:], '"')
		if i < 0 {
			return "", false
		}
		part := p.text[p.at : p.at+i]
		p.line += breaks(part)
		p.at += i + 1
		if p.at < len(p.text) && p.text[p.at] == '"' {
			b.WriteString(part)
			b.WriteByte('"')
			p.at++
			continue
		}
		rest := p.plain() // what people leave behind the closing mark
		if b.Len() == 0 && rest == "" {
			return part, true
		}
		b.WriteString(part)
		b.WriteString(rest)
		return b.String(), true
	}
}

func (p *parser) plain() string {
	start := p.at
	for p.at < len(p.text) && p.text[p.at] != p.comma && p.text[p.at] != '\n' && p.text[p.at] != '\r' {
		p.at++
	}
	return p.text[start:p.at]
}

// breaks counts line ends: CRLF, LF or CR.
func breaks(s string) int {
	return strings.Count(s, "\n") + strings.Count(s, "\r") - strings.Count(s, "\r\n")
}
