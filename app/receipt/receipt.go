// Package receipt makes and checks the numbers that residents take home.
//
// A receipt number has twelve digits, so that a number pad is enough to type it:
//
//	YYMMDD  hall's own day
//	MM      machine number, 01–99
//	CCC     counter of that machine on that day, never used again in it
//	X       check digit, ISO 7064 MOD 11,10
//
// Machines never share a machine number, so machines that have not met for
// weeks never issue the same receipt.
package receipt

import (
	"fmt"
	"strings"
	"time"

	"linli/app"
)

// MaxPerDay is how many receipts one machine number can issue in a day.
const MaxPerDay = 999

// Number composes a receipt number. machine must be 1–99 and counter 1–999.
func Number(day app.Day, machine, counter int) (string, error) {
	t, err := time.Parse(time.DateOnly, string(day))
	if err != nil || machine < 1 || machine > 99 {
		return "", app.Fail(app.CodeInternal)
	}
	if counter < 1 || counter > MaxPerDay {
		return "", app.Fail(app.CodeFull)
	}
	body := fmt.Sprintf("%s%02d%03d", t.Format("060102"), machine, counter)
	return body + string(checkDigit(body)), nil
}

// Parse cleans what was typed (spaces, dashes) and answers the twelve digits,
// or CodeWrongSecret's gentler sibling: CodeInvalid on field "receipt".
func Parse(s string) (string, error) {
	var b strings.Builder
	for _, r := range s {
		switch {
		case r >= '0' && r <= '9':
			b.WriteRune(r)
		case r == ' ' || r == '-' || r == '·':
		default:
			return "", app.Bad(app.CodeInvalid, "receipt")
		}
	}
	n := b.String()
	if len(n) != 12 || n[11] != checkDigit(n[:11]) {
		return "", app.Bad(app.CodeInvalid, "receipt")
	}
	return n, nil
}

// Valid answers whether s is a whole receipt number with the right check digit.
func Valid(s string) bool { _, err := Parse(s); return err == nil }

// Group shows a receipt number in groups of four.
func Group(n string) string {
	if len(n) != 12 {
		return n
	}
	return n[:4] + " " + n[4:8] + " " + n[8:]
}

// checkDigit is ISO 7064 MOD 11,10 over decimal digits.
func checkDigit(digits string) byte {
	p := 10
	for i := range len(digits) {
		s := (p + int(digits[i]-'0')) % 10
		if s == 0 {
			s = 10
		}
		p = (2 * s) % 11
	}
	return byte('0' + (11-p)%10)
}
