package slip

import (
	"fmt"
	"strings"
	"time"

	"github.com/signintech/gopdf"

	"linli/assets"
	"linli/kiosk/flow"
)

// A4 in points, with margins that every printer can keep.
const (
	pageWidth  = 595.28
	pageHeight = 841.89
	margin     = 56.0
	footHeight = 44.0
	width      = pageWidth - 2*margin
)

// style is how a block of text is set. Sizes are points; 16 points on paper
// look like the kiosk's own text at reading distance.
type style struct {
	font   string
	size   float64
	above  float64 // space before it
	indent float64
	frame  bool
	keep   bool // never the last line of a page
}

var (
	styleHall  = style{font: regular, size: 14}
	styleKind  = style{font: regular, size: 18, above: 4, keep: true}
	styleTitle = style{font: bold, size: 27, above: 2, keep: true}
	styleFrame = style{font: regular, size: 14, above: 16, indent: 12, frame: true}
	styleHead  = style{font: bold, size: 16, above: 13, keep: true}
	styleBody  = style{font: regular, size: 16, above: 2, indent: 18}
)

// Font families of the document.
const (
	regular = "regular"
	bold    = "bold"
)

const (
	lineHeight  = 1.4
	framePad    = 8.0
	smallSize   = 11.0
	frameStroke = 1.2
)

// block is one paragraph.
type block struct {
	text  string
	style style
}

// line is one line of a block with its place on a page.
type line struct {
	text  string
	style style
	y     float64
	first bool // of its block
	last  bool
}

// typeset makes the document. The foot stands on every page, with the page's
// own number.
func typeset(blocks []block, foot []string, title string, at time.Time, number func(page, pages int) string) ([]byte, error) {
	var pdf gopdf.GoPdf
	pdf.Start(gopdf.Config{PageSize: gopdf.Rect{W: pageWidth, H: pageHeight}})
	pdf.SetInfo(gopdf.PdfInfo{Title: title, CreationDate: at})
	if err := pdf.AddTTFFontData(regular, assets.FontRegular()); err != nil {
		return nil, fmt.Errorf("slip: font: %w", err)
	}
	if err := pdf.AddTTFFontData(bold, assets.FontBold()); err != nil {
		return nil, fmt.Errorf("slip: font: %w", err)
	}
	pages, err := paginate(&pdf, blocks)
	if err != nil {
		return nil, err
	}
	for i, lines := range pages {
		pdf.AddPage()
		for _, l := range lines {
			if err := write(&pdf, l.style.font, l.style.size, margin+l.style.indent, l.y, l.text); err != nil {
				return nil, err
			}
		}
		drawFrames(&pdf, lines)
		y := pageHeight - margin - footHeight + 14
		pdf.SetLineWidth(0.6)
		pdf.Line(margin, y-6, pageWidth-margin, y-6)
		for _, text := range append(foot, number(i+1, len(pages))) {
			if err := write(&pdf, regular, smallSize, margin, y, text); err != nil {
				return nil, err
			}
			y += smallSize * lineHeight
		}
	}
	b, err := pdf.GetBytesPdfReturnErr()
	if err != nil {
		return nil, fmt.Errorf("slip: %w", err)
	}
	return b, nil
}

// paginate breaks blocks into lines and lines into pages. A heading goes over
// to the next page with what it heads, and a frame is not torn.
func paginate(pdf *gopdf.GoPdf, blocks []block) ([][]line, error) {
	const bottom = pageHeight - margin - footHeight
	pages := [][]line{nil}
	y := margin
	for i := 0; i < len(blocks); {
		// Blocks that must stand together: headings with the line after them.
		var group [][]line
		for ok := true; ok && i < len(blocks); i++ {
			lines, err := wrap(pdf, blocks[i])
			if err != nil {
				return nil, err
			}
			group = append(group, lines)
			ok = blocks[i].style.keep
		}
		if len(pages[len(pages)-1]) > 0 && y+least(group) > bottom {
			pages, y = append(pages, nil), margin
		}
		for _, lines := range group {
			for _, l := range lines {
				high := l.style.size * lineHeight
				if l.first && len(pages[len(pages)-1]) > 0 {
					y += l.style.above
				}
				if l.first && l.style.frame {
					y += framePad
				}
				if y+high > bottom && len(pages[len(pages)-1]) > 0 {
					pages, y = append(pages, nil), margin
				}
				l.y = y
				pages[len(pages)-1] = append(pages[len(pages)-1], l)
				y += high
				if l.last && l.style.frame {
					y += framePad
				}
			}
		}
	}
	return pages, nil
}

// least is the height that a group needs to begin on a page: all of a frame,
// headings, and two lines of what follows them.
func least(group [][]line) float64 {
	high := 0.0
	for _, lines := range group {
		n := min(len(lines), 2)
		if lines[0].style.frame || lines[0].style.keep {
			n = len(lines)
		}
		high += lines[0].style.above + float64(n)*lines[0].style.size*lineHeight
		if lines[0].style.frame {
			high += 2 * framePad
		}
	}
	return high
}

// wrap breaks one block into lines that fit its width.
func wrap(pdf *gopdf.GoPdf, b block) ([]line, error) {
	if err := pdf.SetFont(b.style.font, "", b.style.size); err != nil {
		return nil, fmt.Errorf("slip: %w", err)
	}
	room := width - b.style.indent
	if b.style.frame {
		room -= b.style.indent
	}
	var lines []line
	text, used := "", 0.0
	end := func() {
		if text = strings.TrimSpace(text); text != "" {
			lines = append(lines, line{text: text, style: b.style})
		}
		text, used = "", 0
	}
	for paragraph := range strings.Lines(printable(b.text)) {
		for _, word := range flow.Words(strings.TrimRight(paragraph, "\r\n")) {
			w, err := pdf.MeasureTextWidth(word)
			if err != nil {
				return nil, fmt.Errorf("slip: %w", err)
			}
			if used+w > room && used > 0 && word != " " {
				end()
			}
			if w <= room {
				text, used = text+word, used+w
				continue
			}
			for _, r := range word { // longer than a line: cut where it is full
				w, err := pdf.MeasureTextWidth(string(r))
				if err != nil {
					return nil, fmt.Errorf("slip: %w", err)
				}
				if used+w > room {
					end()
				}
				text, used = text+string(r), used+w
			}
		}
		end()
	}
	if len(lines) == 0 {
		lines = []line{{style: b.style}}
	}
	lines[0].first, lines[len(lines)-1].last = true, true
	return lines, nil
}

// drawFrames draws a box around each framed block of a page.
func drawFrames(pdf *gopdf.GoPdf, lines []line) {
	top := 0.0
	pdf.SetLineWidth(frameStroke)
	for i, l := range lines {
		if !l.style.frame {
			continue
		}
		if l.first || i == 0 {
			top = l.y
		}
		if l.last || i == len(lines)-1 {
			pdf.RectFromUpperLeft(margin, top-framePad, width, l.y+l.style.size*lineHeight-top+2*framePad)
		}
	}
}

func write(pdf *gopdf.GoPdf, font string, size, x, y float64, text string) error {
	if text == "" {
		return nil
	}
	if err := pdf.SetFont(font, "", size); err != nil {
		return fmt.Errorf("slip: %w", err)
	}
	pdf.SetXY(x, y)
	if err := pdf.Cell(nil, printable(text)); err != nil {
		return fmt.Errorf("slip: %w", err)
	}
	return nil
}
