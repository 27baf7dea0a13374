package tabular

import (
	"archive/zip"
	"bufio"
	"fmt"
	"io"
	"iter"
	"strconv"
	"strings"
	"time"
	"unicode/utf16"
	"unicode/utf8"
)

// Limits of the format.
const (
	xlsxRows    = 1_048_576
	xlsxColumns = 16_384
	xlsxCell    = 32_767 // UTF-16 units
)

// xlsxTime is the modification time of every part: the earliest that a zip file
// can name. A real one would make two exports of the same rows differ.
var xlsxTime = time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)

// WriteXLSX writes a workbook with one sheet, its header bold and frozen. Every
// cell is text, also by its format, and so are the whole columns: identity
// numbers and phones stay whole, also those that are typed in later. Text cells
// are never run as formulas. The same rows give the same bytes.
//
// The parts are written here and not by a library because that takes neither
// memory nor temporary files, whatever the number of rows. WriteXLSX stops at the
// first error of rows and returns it; what is written by then must be thrown
// away. Cells and rows that the format cannot hold are an *[Error].
func WriteXLSX(w io.Writer, sheet string, headers []string, rows iter.Seq2[[]string, error]) error {
	z := zip.NewWriter(w)
	for _, part := range []struct{ name, body string }{
		{"[Content_Types].xml", xmlContentTypes},
		{"_rels/.rels", xmlRels},
		{"xl/workbook.xml", fmt.Sprintf(xmlWorkbook, xmlText(sheetName(sheet)))},
		{"xl/_rels/workbook.xml.rels", xmlWorkbookRels},
		{"xl/styles.xml", xmlStyles},
	} {
		pw, err := createPart(z, part.name)
		if err != nil {
			return err
		}
		if _, err := io.WriteString(pw, part.body); err != nil {
			return err
		}
	}
	pw, err := createPart(z, "xl/worksheets/sheet1.xml")
	if err != nil {
		return err
	}
	b := bufio.NewWriterSize(pw, 64<<10)
	fmt.Fprintf(b, xmlSheetStart, max(len(headers), 1))
	line := 1
	if err := writeRow(b, line, styleHeader, headers); err != nil {
		return err
	}
	for row, err := range rows {
		if err != nil {
			return err
		}
		line++
		if err := writeRow(b, line, styleText, row); err != nil {
			return err
		}
	}
	b.WriteString(xmlSheetEnd)
	if err := b.Flush(); err != nil {
		return err
	}
	return z.Close()
}

func createPart(z *zip.Writer, name string) (io.Writer, error) {
	return z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: xlsxTime})
}

func writeRow(b *bufio.Writer, line, style int, cells []string) error {
	if line > xlsxRows || len(cells) > xlsxColumns {
		return &Error{Code: CodeTooManyRows, Line: line}
	}
	number := strconv.Itoa(line)
	b.WriteString(`<row r="` + number + `">`)
	for i, c := range cells {
		if c == "" {
			continue
		}
		if len(c) > xlsxCell && len(utf16.Encode([]rune(c))) > xlsxCell {
			return &Error{Code: CodeCellTooLong, Line: line}
		}
		b.WriteString(`<c r="` + columnName(i) + number + `" s="` + strconv.Itoa(style) +
			`" t="inlineStr"><is><t xml:space="preserve">`)
		b.WriteString(xmlText(c))
		b.WriteString(`</t></is></c>`)
	}
	_, err := b.WriteString("</row>")
	return err
}

// columnName returns A for 0, Z for 25, AA for 26.
func columnName(i int) string {
	name := ""
	for i++; i > 0; i = (i - 1) / 26 {
		name = string(rune('A'+(i-1)%26)) + name
	}
	return name
}

// xmlText escapes a cell's text. Signs that XML 1.0 cannot hold, and CR, which it
// would change, are written as _xHHHH_ (ECMA-376 part 1, 22.9.2.19), and so is
// the underscore of a text that looks like such an escape.
func xmlText(s string) string {
	if plainXML(s) {
		return s
	}
	var b strings.Builder
	for i, r := range s {
		switch {
		case r == '&':
			b.WriteString("&amp;")
		case r == '<':
			b.WriteString("&lt;")
		case r == '>':
			b.WriteString("&gt;")
		case r == '"':
			b.WriteString("&quot;")
		case r == '_' && strings.HasPrefix(s[i+1:], "x"):
			b.WriteString("_x005F_")
		case r < ' ' && r != '\t' && r != '\n', r == 0xfffe, r == 0xffff:
			fmt.Fprintf(&b, "_x%04X_", r)
		default:
			b.WriteRune(r) // broken UTF-8 becomes U+FFFD
		}
	}
	return b.String()
}

func plainXML(s string) bool {
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c < ' ', c == '&', c == '<', c == '>', c == '"', c == '_', c == 0xef:
			return false
		}
	}
	return utf8.ValidString(s)
}

// sheetName makes a name that the format allows: 31 characters, some signs not.
func sheetName(s string) string {
	s = strings.Trim(strings.Map(func(r rune) rune {
		if r < ' ' || strings.ContainsRune(`[]:*?/\`, r) {
			return -1
		}
		return r
	}, s), "' ")
	for len(utf16.Encode([]rune(s))) > 31 {
		_, size := utf8.DecodeLastRuneInString(s)
		s = s[:len(s)-size]
	}
	if s == "" {
		return "Sheet1"
	}
	return s
}

// Indices into cellXfs of xmlStyles. Format 49 is text.
const (
	styleText   = 1
	styleHeader = 2
)

const (
	xmlHead = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"

	xmlContentTypes = xmlHead + `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">` +
		`<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
		`<Default Extension="xml" ContentType="application/xml"/>` +
		`<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>` +
		`<Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>` +
		`<Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/>` +
		`</Types>`

	xmlRels = xmlHead + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` +
		`<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/>` +
		`</Relationships>`

	xmlWorkbook = xmlHead + `<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">` +
		`<sheets><sheet name="%s" sheetId="1" r:id="rId1"/></sheets></workbook>`

	xmlWorkbookRels = xmlHead + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` +
		`<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/>` +
		`<Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/>` +
		`</Relationships>`

	xmlStyles = xmlHead + `<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">` +
		`<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts>` +
		`<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>` +
		`<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>` +
		`<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>` +
		`<cellXfs count="3"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>` +
		`<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>` +
		`<xf numFmtId="49" fontId="1" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1"/></cellXfs>` +
		`<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>` +
		`</styleSheet>`

	// Whole columns are text and wide enough for an identity number.
	xmlSheetStart = xmlHead + `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">` +
		`<sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>` +
		`<cols><col min="1" max="%d" width="20" style="1" customWidth="1"/></cols><sheetData>`

	xmlSheetEnd = `</sheetData></worksheet>`
)
