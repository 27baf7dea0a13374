package board

import (
	"strconv"
	"strings"
	"time"

	"linli/app"
	"linli/assets"
)

// Spoken is a call as it is said and written under the band: letter and machine
// as they stand, the counter digit by digit (0 is 零, 1 is 一), the window as a
// number. It takes the number "A1-005" and the window's number, 0 for unknown.
func Spoken(lang, number string, window int) string {
	head, counter, ok := strings.Cut(number, "-")
	if !ok {
		head, counter = "", number
	}
	if lang != assets.LangEnglish {
		return assets.Format(lang, sayKey(window), joined(head, digitByDigit(counter, "")), hanNumber(window))
	}
	return assets.Format(lang, sayKey(window), joined(head, digitByDigit(counter, " ")), window)
}

func sayKey(window int) string {
	if window == 0 {
		return "board.say.nowhere"
	}
	return "board.say"
}

func joined(head, tail string) string { return strings.TrimSpace(head + " " + tail) }

const hanDigits = "零一二三四五六七八九"

// digitByDigit spells the digits of a counter: as Han without a gap, or parted
// by gap.
func digitByDigit(text, gap string) string {
	han := []rune(hanDigits)
	var parts []string
	for _, r := range text {
		if gap == "" && r >= '0' && r <= '9' {
			parts = append(parts, string(han[r-'0']))
			continue
		}
		parts = append(parts, string(r))
	}
	return strings.Join(parts, gap)
}

// hanNumber reads 1–99 as a number (十二), and above that digit by digit.
func hanNumber(n int) string {
	han := []rune(hanDigits)
	switch {
	case n < 0 || n > 99:
		return digitByDigit(itoa(n), "")
	case n < 10:
		return string(han[n])
	}
	text := "十"
	if n >= 20 {
		text = string(han[n/10]) + text
	}
	if n%10 > 0 {
		text += string(han[n%10])
	}
	return text
}

// dateWords is the day as a person says it: 11月23日 星期一.
func dateWords(lang string, t time.Time) string {
	weekday := assets.Format(lang, "board.weekday."+itoa(int(t.Weekday())))
	month := assets.Format(lang, "board.month."+itoa(int(t.Month())))
	return assets.Format(lang, "board.date", month, t.Day(), weekday)
}

// categoryWord is a notice's category; empty when the hall uses one of its own.
func categoryWord(lang, category string) string {
	word, _ := assets.Text(lang, "notice.category."+category)
	return word
}

// businessName is a business in the reader's language.
func businessName(lang string, b app.Business) string {
	return app.Text{ZH: b.Name, EN: b.NameEN}.In(lang)
}

func itoa(n int) string { return strconv.Itoa(n) }
