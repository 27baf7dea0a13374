package standard

import (
	"strconv"
	"strings"
	"time"
)

const ruleDate = "GB/T 7408"

// ParseDate reads a day written as YYYYMMDD, YYYY-MM-DD, YYYY/M/D, YYYY.M.D or
// 2006年1月2日 and returns it at midnight UTC. A time of midnight behind the day,
// which spreadsheets add, is ignored; any other time is an error, because it
// would be lost. Errors are *[Error]: CodeDateEmpty, CodeDateFormat (not a date)
// or CodeDateNone (no such day, such as 30 February).
func ParseDate(s string) (time.Time, error) {
	s = fold(s)
	if s == "" {
		return time.Time{}, &Error{CodeDateEmpty, ruleDate}
	}
	for _, midnight := range []string{"T000000", "T00:00:00", " 00:00:00", " 0:00:00", " 00:00", " 0:00"} {
		if rest, ok := strings.CutSuffix(s, midnight); ok {
			s = rest
			break
		}
	}
	y, m, d, ok := dateParts(s)
	if !ok {
		return time.Time{}, &Error{CodeDateFormat, ruleDate}
	}
	t, ok := day(y, m, d)
	if !ok {
		return time.Time{}, &Error{CodeDateNone, ruleDate}
	}
	return t, nil
}

// FormatDate writes a day as YYYY-MM-DD (GB/T 7408 extended form).
func FormatDate(t time.Time) string { return t.Format(time.DateOnly) }

func dateParts(s string) (y, m, d string, ok bool) {
	if len(s) == 8 && digits(s) {
		return s[:4], s[4:6], s[6:], true
	}
	if rest, found := strings.CutSuffix(s, "日"); found {
		y, rest, ok = strings.Cut(rest, "年")
		if ok {
			m, d, ok = strings.Cut(rest, "月")
		}
	} else if i := strings.IndexAny(s, "-/."); i > 0 {
		parts := strings.Split(s, s[i:i+1])
		if ok = len(parts) == 3; ok {
			y, m, d = parts[0], parts[1], parts[2]
		}
	}
	y, m, d = strings.TrimSpace(y), strings.TrimSpace(m), strings.TrimSpace(d)
	ok = ok && len(y) == 4 && len(m) <= 2 && len(d) <= 2 && digits(y) && digits(m) && digits(d)
	return y, m, d, ok
}

// day builds a date from digits and reports whether the calendar has it.
func day(y, m, d string) (time.Time, bool) {
	yy, _ := strconv.Atoi(y)
	mm, _ := strconv.Atoi(m)
	dd, _ := strconv.Atoi(d)
	t := time.Date(yy, time.Month(mm), dd, 0, 0, 0, 0, time.UTC)
	return t, yy > 0 && int(t.Month()) == mm && t.Day() == dd
}
