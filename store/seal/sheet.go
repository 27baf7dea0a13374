package seal

import (
	"crypto/sha256"
	"fmt"
	"strings"
	"unicode"
)

// The recovery sheet writes a root as four lines of four groups of four:
//
//	0CJQ 9P8V ... ....
//
// The symbols are Crockford's base 32: no I, L, O or U. A version byte, the root
// and the first four bytes of SHA-256(version || root) make 60 symbols, 15 a
// line; the 16th of a line is its check.
const (
	sheetVersion  = 1
	sheetLines    = 4
	sheetData     = 15 // symbols of data in a line
	sheetSymbols  = sheetData + 1
	sheetGroup    = 4
	sheetSum      = 4
	sheetAlphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
	// sheetPrefix stands before the symbols in the QR code, so that a scanner's
	// text is recognised for what it is.
	sheetPrefix = "LINLI1:"
)

// SheetFault says what is wrong with a line of a recovery sheet.
type SheetFault int

// The faults.
const (
	SheetMistyped SheetFault = iota + 1 // a character is wrong, or two are swapped, or the line is in another's place
	SheetShort                          // characters are missing
	SheetLong                           // there are too many characters
	SheetForeign                        // there is a character that a sheet never has
	SheetNewer                          // every line is right; a newer version of the program printed the sheet
	SheetMismatch                       // every line is right by itself, but not together: lines of different sheets
)

// SheetError tells where a sheet was mistyped. It never holds what was typed.
type SheetError struct {
	Line  int // 1–4; 0 when the fault is in no single line
	Fault SheetFault
}

// Error is a sentence for the log; faces translate by Line and Fault.
func (e *SheetError) Error() string {
	what := map[SheetFault]string{
		SheetMistyped: "is mistyped",
		SheetShort:    "has too few characters",
		SheetLong:     "has too many characters",
		SheetForeign:  "has a character that is never on a sheet",
		SheetNewer:    "was printed by a newer version",
		SheetMismatch: "mixes the lines of different sheets",
	}[e.Fault]
	if e.Line == 0 {
		return "recovery sheet " + what
	}
	return fmt.Sprintf("recovery sheet: line %d %s", e.Line, what)
}

// SheetText is the text of a root's recovery sheet: four lines, each ended by a newline.
func SheetText(root Root) string {
	var b strings.Builder
	for _, line := range sheetRows(root) {
		for i := 0; i < sheetSymbols; i += sheetGroup {
			if i > 0 {
				b.WriteByte(' ')
			}
			b.WriteString(line[i : i+sheetGroup])
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// sheetRows are the four lines without spaces.
func sheetRows(root Root) [sheetLines]string {
	payload := append([]byte{sheetVersion}, root[:]...)
	sum := sha256.Sum256(payload)
	payload = append(payload, sum[:sheetSum]...)
	symbols := toSymbols(payload)
	var rows [sheetLines]string
	for l := range rows {
		data := symbols[l*sheetData:][:sheetData:sheetData]
		var row [sheetSymbols]byte
		for i, v := range append(data, lineCheck(l+1, data)) {
			row[i] = sheetAlphabet[v]
		}
		rows[l] = string(row[:])
	}
	return rows
}

// ParseSheet reads a root from the text of its sheet, typed or scanned. It takes
// lower case and full-width letters, O for 0, I and L for 1, any spaces, dashes
// and line breaks, and line numbers before the lines ("1."). The error is a
// *[SheetError]. Any one wrong character, and any two swapped in one line, is
// found for certain, and its line named.
func ParseSheet(text string) (Root, error) {
	rows, err := splitSheet(text)
	if err != nil {
		return Root{}, err
	}
	var symbols []byte
	for l, row := range rows {
		switch {
		case len(row) < sheetSymbols:
			return Root{}, &SheetError{l + 1, SheetShort}
		case len(row) > sheetSymbols:
			return Root{}, &SheetError{l + 1, SheetLong}
		case lineCheck(l+1, row[:sheetData]) != row[sheetData]:
			return Root{}, &SheetError{l + 1, SheetMistyped}
		}
		symbols = append(symbols, row[:sheetData]...)
	}
	payload, ok := fromSymbols(symbols, 1+RootSize+sheetSum)
	if payload[0] != sheetVersion {
		return Root{}, &SheetError{0, SheetNewer}
	}
	signed, sum := payload[:1+RootSize], sha256.Sum256(payload[:1+RootSize])
	if !ok || string(sum[:sheetSum]) != string(payload[len(signed):]) {
		return Root{}, &SheetError{0, SheetMismatch}
	}
	return Root(signed[1:]), nil
}

// SheetEndsWith tells whether typed is the last group of a root's sheet, folded as [ParseSheet] folds.
// Whoever can type it has the sheet in hand.
func SheetEndsWith(root Root, typed string) bool {
	values, ok := lineValues(strings.Map(plainRune, typed))
	if !ok || len(values) != sheetGroup {
		return false
	}
	last := sheetRows(root)[sheetLines-1]
	for i, v := range values {
		if sheetAlphabet[v] != last[sheetSymbols-sheetGroup+i] {
			return false
		}
	}
	return true
}

// splitSheet turns text into the values of four lines. When the text does not
// have four lines, as from a scanner, it is cut by length.
func splitSheet(text string) ([sheetLines][]byte, error) {
	var rows [sheetLines][]byte
	text = strings.Map(plainRune, text)
	if _, after, ok := strings.Cut(text, sheetPrefix); ok {
		text = after
	}
	var lines [][]byte
	var all []byte
	for _, s := range strings.Split(text, "\n") {
		line, ok := lineValues(s)
		if !ok {
			return rows, &SheetError{min(len(lines), sheetLines-1) + 1, SheetForeign}
		}
		if len(line) > 0 {
			lines = append(lines, line)
			all = append(all, line...)
		}
	}
	if len(lines) == sheetLines {
		for l, line := range lines {
			// Copied with the number that stands before it on the paper.
			if len(line) == sheetSymbols+1 && int(line[0]) == l+1 {
				lines[l] = line[1:]
			}
		}
		return [sheetLines][]byte(lines), nil
	}
	for l := range rows {
		n := min(sheetSymbols, len(all))
		if l == sheetLines-1 {
			n = len(all) // what is too much counts against the last line
		}
		rows[l], all = all[:n], all[n:]
	}
	return rows, nil
}

// lineValues reads one line: the values 0–31 of its symbols.
func lineValues(s string) (values []byte, ok bool) {
	s = strings.TrimSpace(s)
	if len(s) > 1 && s[0] >= '1' && s[0] <= '0'+sheetLines && strings.ContainsRune(".:)", rune(s[1])) {
		s = s[2:]
	}
	for _, r := range s {
		switch r {
		case 'O':
			r = '0'
		case 'I', 'L':
			r = '1'
		}
		if i := strings.IndexRune(sheetAlphabet, r); i >= 0 {
			values = append(values, byte(i))
		} else if !unicode.IsSpace(r) && r != '-' {
			return nil, false
		}
	}
	return values, true
}

// plainRune folds full-width and lower-case letters, all dashes and line ends, and drops what cannot be seen.
func plainRune(r rune) rune {
	if r >= '！' && r <= '～' { // U+FF01–U+FF5E mirror U+0021–U+007E
		r -= '！' - '!'
	}
	switch {
	case r == '\r' || r == '\u2028' || r == '\u2029':
		return '\n'
	case r == '、' || r == '。':
		return '.'
	case unicode.Is(unicode.Pd, r) || r == '−' || r == '_' || r == 'ー':
		return '-'
	case unicode.Is(unicode.Cf, r):
		return -1
	}
	return unicode.ToUpper(r)
}

// lineCheck is the 16th symbol of a line: Σ αⁱ·vᵢ for i = 1…15, and the line's
// number, in GF(32). As the weights (1 for the check itself) are all
// different and none is zero, one wrong symbol or two swapped ones always show; with the
// line's number in it, so do two swapped lines.
func lineCheck(line int, values []byte) byte {
	check, weight := byte(line), byte(1)
	for _, v := range values {
		weight = gfMul(weight, 2)
		check ^= gfMul(weight, v)
	}
	return check
}

// gfMul multiplies in GF(32) with the primitive polynomial x⁵+x²+1, in which 2 has order 31.
func gfMul(a, b byte) byte {
	var p byte
	for ; b != 0; b >>= 1 {
		if b&1 != 0 {
			p ^= a
		}
		if a <<= 1; a&32 != 0 {
			a ^= 0b100101
		}
	}
	return p
}

// toSymbols cuts bytes into fives of bits, the last filled with zeros.
func toSymbols(b []byte) (values []byte) {
	var acc, bits uint
	for _, c := range b {
		acc, bits = acc<<8|uint(c), bits+8
		for bits >= 5 {
			bits -= 5
			values = append(values, byte(acc>>bits&31))
		}
	}
	if bits > 0 {
		values = append(values, byte(acc<<(5-bits)&31))
	}
	return values
}

// fromSymbols undoes toSymbols; ok is false if the filling is not zero.
func fromSymbols(values []byte, size int) (b []byte, ok bool) {
	var acc, bits uint
	for _, v := range values {
		acc, bits = acc<<5|uint(v), bits+5
		if bits >= 8 && len(b) < size {
			bits -= 8
			b = append(b, byte(acc>>bits))
		}
	}
	return b, acc&(1<<bits-1) == 0
}
