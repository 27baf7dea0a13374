package standard

import (
	"strconv"
	"strings"
	"time"
)

const ruleID = "GB 11643"

// ID is a checked citizen identity number (公民身份号码, GB 11643).
type ID struct {
	// Number is the 18-character form, with a capital X if it ends in one.
	Number string
	// Birth is the day of birth as YYYY-MM-DD.
	Birth string
	// Sex is a code of [Sex]: "1" male, "2" female.
	Sex string
	// Area is the six-digit code of the place that issued the number. It may
	// have been abolished since, so it is not looked up.
	Area string
}

// ParseID checks a citizen identity number. It accepts lower-case x, full-width
// digits, spaces around and inside, and the 15-digit form used until 1999,
// which it upgrades. Its errors are *[Error] with one of the CodeID… codes.
//
// ParseID has no clock; [ID.CheckOn] finds dates of birth that lie ahead.
func ParseID(s string) (ID, error) {
	s = strings.ToUpper(strings.ReplaceAll(fold(s), " ", ""))
	switch len(s) {
	case 0:
		return ID{}, &Error{CodeIDEmpty, ruleID}
	case 15:
		if !digits(s) {
			return ID{}, &Error{CodeIDChar, ruleID}
		}
		// The old form had two digits for the year and no check character. Its
		// serials 996 to 999 meant people born before 1900; nobody who could
		// show such a card is alive, so the century is 19.
		s = s[:6] + "19" + s[6:]
		s += string(idCheck(s))
	case 18:
		if !digits(s[:17]) || s[17] != 'X' && !digits(s[17:]) {
			return ID{}, &Error{CodeIDChar, ruleID}
		}
	default:
		return ID{}, &Error{CodeIDLength, ruleID}
	}
	if !idArea(s) {
		return ID{}, &Error{CodeIDArea, ruleID}
	}
	birth, ok := day(s[6:10], s[10:12], s[12:14])
	if !ok || birth.Year() < 1800 {
		return ID{}, &Error{CodeIDDate, ruleID}
	}
	if idCheck(s) != s[17] {
		return ID{}, &Error{CodeIDChecksum, ruleID}
	}
	sex := "2"
	if s[16]%2 == 1 {
		sex = "1"
	}
	return ID{Number: s, Birth: birth.Format(time.DateOnly), Sex: sex, Area: s[:6]}, nil
}

// CheckOn reports CodeIDFuture when the holder would be born after the day on.
func (id ID) CheckOn(on time.Time) error {
	if id.Birth > on.Format(time.DateOnly) {
		return &Error{CodeIDFuture, ruleID}
	}
	return nil
}

// BirthDate returns the day of birth at midnight UTC, or the zero time for the
// zero ID.
func (id ID) BirthDate() time.Time {
	t, _ := time.Parse(time.DateOnly, id.Birth)
	return t
}

// Age returns the completed years (周岁) of somebody born on birth at the day
// on; each time counts as the day in its own location. Who is born on
// 29 February completes a year on 28 February when there is no 29th (Civil
// Code, art. 202: the month's last day stands in). It is 0 before birth.
func Age(birth, on time.Time) int {
	by, bm, bd := birth.Date()
	y, m, d := on.Date()
	if bm == time.February && bd == 29 && !leap(y) {
		bd = 28
	}
	age := y - by
	if m < bm || m == bm && d < bd {
		age--
	}
	return max(age, 0)
}

func leap(y int) bool { return y%4 == 0 && (y%100 != 0 || y%400 == 0) }

// idCheck computes the check character of the first 17 digits, ISO 7064
// MOD 11-2: a changed digit or two swapped neighbours always show.
func idCheck(s string) byte {
	weights := [17]int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2}
	sum := 0
	for i, w := range weights {
		sum += int(s[i]-'0') * w
	}
	return "10X98765432"[sum%11]
}

// idArea accepts the province-level codes of GB/T 2260 and, for foreign
// permanent residents (cards since 2023), a 9 followed by one of them.
func idArea(s string) bool {
	if s[0] == '9' {
		return province(s[1:3])
	}
	return province(s[:2])
}

// province reports whether two digits are a province-level code of GB/T 2260,
// or 83, which residence permits for Taiwan residents use.
func province(two string) bool {
	n, err := strconv.Atoi(two)
	if err != nil {
		return false
	}
	switch {
	case n >= 11 && n <= 15, n >= 21 && n <= 23, n >= 31 && n <= 37,
		n >= 41 && n <= 46, n >= 50 && n <= 54, n >= 61 && n <= 65,
		n == 71, n >= 81 && n <= 83:
		return true
	}
	return false
}
