package seal

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/signintech/gopdf"
)

// Errors of drawing a sheet.
var (
	// ErrSheetQR: the QR code could not be made.
	ErrSheetQR = errors.New("seal: the sheet's QR code could not be made")
	// ErrSheetFull: the labels are too long for one page.
	ErrSheetFull = errors.New("seal: the recovery sheet does not fit on one page")
)

// SheetLabels are the words on a recovery sheet, already in the reader's
// language. Empty ones are left out.
type SheetLabels struct {
	Title        string   // 恢复单
	Warning      string   // one or two sentences in a frame: who has this sheet can read everything
	Date         string   // before the date: 打印日期
	DateLayout   string   // for time.Format: 2006年1月2日; empty is 2006-01-02
	Key          string   // before the key id: 钥匙编号
	Code         string   // above the four lines
	Scan         string   // below the QR code
	Instructions []string // numbered by the sheet: 1. 2. 3.
	Keeper       string   // before a line for a signature: 保管人
}

// Measures in points (1/72 inch) on A4.
const (
	pageWidth    = 595.28
	pageHeight   = 841.89
	pageMargin   = 56.0
	sheetContent = pageWidth - 2*pageMargin
	sheetQRSide  = 150.0
	sheetQRPixel = 600

	symbolSize  = 27.0 // of the code's letters: large enough to type from without glasses
	symbolWidth = 22.5 // every letter in a cell of one width, so that the lines stand in columns
	groupGap    = 16.0
	lineNumber  = 44.0
	rowHeight   = 43.0
)

// SheetPDF draws the recovery sheet on one A4 page. fontTTF is a TrueType font
// with the characters of the labels and the hall's name; a character that it lacks shows as
// a box. The document holds the root: print it, do not keep it.
func SheetPDF(hallName string, date time.Time, ring *Ring, fontTTF []byte, labels SheetLabels) ([]byte, error) {
	qrPNG, err := SheetPNG(ring.Root(), sheetQRPixel)
	if err != nil {
		return nil, err
	}
	p := &sheetPage{y: pageMargin}
	p.pdf.Start(gopdf.Config{PageSize: gopdf.Rect{W: pageWidth, H: pageHeight}})
	option := gopdf.TtfOption{OnGlyphNotFoundSubstitute: func(rune) rune { return '□' }}
	if err := p.pdf.AddTTFFontDataWithOption("sheet", fontTTF, option); err != nil {
		return nil, fmt.Errorf("seal: the sheet's font: %w", err)
	}
	p.pdf.AddPage()

	p.paragraph(pageMargin, sheetContent, 24, labels.Title)
	p.y += 4
	p.paragraph(pageMargin, sheetContent, 18, hallName)
	layout := labels.DateLayout
	if layout == "" {
		layout = time.DateOnly
	}
	p.paragraph(pageMargin, sheetContent, 11, labels.Date+" "+date.Format(layout)+"      "+labels.Key+" "+ring.KeyID().String())
	p.framed(labels.Warning)
	p.paragraph(pageMargin, sheetContent, 13, labels.Code)
	p.y += 4
	p.code(sheetRows(ring.Root()))
	p.y += 10
	p.howTo(qrPNG, labels)
	p.keeper(labels.Keeper)
	switch {
	case p.err != nil:
		return nil, fmt.Errorf("seal: draw the recovery sheet: %w", p.err)
	case p.y > pageHeight-pageMargin:
		return nil, ErrSheetFull
	}
	return p.pdf.GetBytesPdfReturnErr()
}

// sheetPage writes down a page. After the first error it does nothing.
type sheetPage struct {
	pdf gopdf.GoPdf
	y   float64 // top of what comes next
	err error
}

// paragraph writes text at the given size, wrapped to width, and moves down.
func (p *sheetPage) paragraph(x, width, size float64, text string) {
	if text == "" {
		return
	}
	p.font(size)
	for _, line := range p.wrap(text, width) {
		p.text(x, size, line)
		p.y += size * 1.5
	}
}

// framed writes text in a frame across the page.
func (p *sheetPage) framed(text string) {
	const inset, size = 10.0, 13.0
	p.y += 8
	if text == "" {
		return
	}
	top := p.y
	p.y += inset
	p.paragraph(pageMargin+inset, sheetContent-2*inset, size, text)
	p.y += inset - size*0.4 // the last line's leading
	p.pdf.SetLineWidth(1.2)
	p.pdf.RectFromUpperLeftWithStyle(pageMargin, top, sheetContent, p.y-top, "D")
	p.y += 16
}

// code writes the four lines, a rule between them, each behind its number.
func (p *sheetPage) code(rows [sheetLines]string) {
	p.pdf.SetLineWidth(0.4)
	for l, row := range rows {
		p.pdf.Line(pageMargin, p.y, pageWidth-pageMargin, p.y)
		top := p.y
		p.font(13)
		p.y = top + (rowHeight-13)/2 - 1.5
		p.text(pageMargin+4, 13, strconv.Itoa(l+1))
		p.font(symbolSize)
		p.y = top + (rowHeight-symbolSize)/2 - 4 // capitals have no descender below the baseline
		for i := range len(row) {
			symbol := row[i : i+1]
			x := pageMargin + lineNumber + float64(i)*symbolWidth + float64(i/sheetGroup)*groupGap
			p.text(x+(symbolWidth-p.width(symbol))/2, symbolSize, symbol)
		}
		p.y = top + rowHeight
	}
	p.pdf.Line(pageMargin, p.y, pageWidth-pageMargin, p.y)
}

// howTo puts the QR code at the left and the numbered instructions beside it.
func (p *sheetPage) howTo(qrPNG []byte, labels SheetLabels) {
	top := p.y
	holder, err := gopdf.ImageHolderByBytes(qrPNG)
	if err == nil {
		err = p.pdf.ImageByHolder(holder, pageMargin, top, &gopdf.Rect{W: sheetQRSide, H: sheetQRSide})
	}
	if err != nil && p.err == nil {
		p.err = ErrSheetQR
	}
	p.y = top + sheetQRSide + 2
	p.paragraph(pageMargin, sheetQRSide, 11, labels.Scan)
	left := p.y

	const x, number, size = pageMargin + sheetQRSide + 18, 20.0, 13.0
	p.y = top + 10
	for i, step := range labels.Instructions {
		p.font(size)
		p.text(x, size, strconv.Itoa(i+1)+".")
		p.paragraph(x+number, pageWidth-pageMargin-x-number, size, step)
		p.y += 5
	}
	p.y = max(p.y, left)
}

// keeper leaves a line for a signature.
func (p *sheetPage) keeper(label string) {
	if label == "" {
		return
	}
	p.y += 26
	p.font(13)
	p.text(pageMargin, 13, label)
	p.pdf.SetLineWidth(0.6)
	p.pdf.Line(pageMargin+p.width(label)+8, p.y+16, pageMargin+260, p.y+16)
	p.y += 20
}

func (p *sheetPage) font(size float64) {
	if p.err == nil {
		p.err = p.pdf.SetFont("sheet", "", size)
	}
}

// text writes one line whose top is at p.y.
func (p *sheetPage) text(x, size float64, s string) {
	if p.err != nil {
		return
	}
	p.pdf.SetXY(x, p.y+size) // gopdf's Text stands on the baseline
	p.err = p.pdf.Text(s)
}

func (p *sheetPage) width(s string) float64 {
	w, err := p.pdf.MeasureTextWidth(s)
	if err != nil && p.err == nil {
		p.err = err
	}
	return w
}

// wrap breaks text at spaces and between Chinese characters, and begins no line
// with a closing mark (the core of GB/T 15834's rule).
func (p *sheetPage) wrap(text string, width float64) (lines []string) {
	line := ""
	for _, word := range breakable(text) {
		if line != "" && p.width(line+strings.TrimRight(word, " ")) > width {
			lines = append(lines, strings.TrimRight(line, " "))
			line = ""
		}
		line += word
	}
	return append(lines, strings.TrimRight(line, " "))
}

// breakable cuts text into the pieces that a line may end after.
func breakable(text string) (pieces []string) {
	const closing, opening = "，。、；：？！）》」』”’％,.;:?!)%", "（《「『“‘("
	start, prev := 0, rune(0)
	for i, r := range text {
		wide := unicode.Is(unicode.Han, r) || unicode.Is(unicode.Han, prev) || strings.ContainsRune(closing, prev) && prev > 0x7f
		if i > start && (prev == ' ' || wide) && r != ' ' &&
			!strings.ContainsRune(closing, r) && !strings.ContainsRune(opening, prev) {
			pieces = append(pieces, text[start:i])
			start = i
		}
		prev = r
	}
	return append(pieces, text[start:])
}
