package flow

import (
	"strconv"
	"strings"
	"time"

	"linli/app"
	"linli/assets"
)

// In answers the words in a language ("zh" or "en"). Content without English
// is answered in Chinese: a notice in the wrong language helps more than none.
func (t Text) In(lang string) string {
	if t.Key == "" {
		return app.Text{ZH: t.ZH, EN: t.EN}.In(lang)
	}
	args := make([]any, len(t.Args))
	for i, a := range t.Args {
		if inner, ok := a.(Text); ok {
			a = inner.In(lang)
		}
		args[i] = a
	}
	return assets.Format(lang, t.Key, args...)
}

// content is [Content] for words that the nouns carry in both languages.
func content(t app.Text) Text { return Content(t.ZH, t.EN) }

// same is Content that reads alike in both languages, such as a number.
func same(s string) Text { return Content(s, s) }

// join is two texts on one line.
func join(first, second Text) Text { return T("kiosk.join", first, second) }

// aloud is several texts said one after the other, with a pause between.
func aloud(first Text, more ...Text) Text {
	for _, t := range more {
		first = T("kiosk.say.join", first, t)
	}
	return first
}

// fault is the sentence for an error, in the kiosk's own words: what staff are
// told about a code, such as a full disk, helps no resident. A code without
// such words is one that residents can do nothing about. Some mean something else
// where something else was wanted.
func fault(wanted Verb, e *app.Error) Text {
	key := "kiosk.error." + string(wanted) + "." + string(e.Code)
	for _, other := range []string{string(e.Code), string(app.CodeInternal)} {
		if _, ok := assets.Text(assets.LangChinese, key); !ok {
			key = "kiosk.error." + other
		}
	}
	args := make([]any, len(e.Args))
	for i, a := range e.Args {
		args[i] = a
	}
	return T(key, args...)
}

// minutes is a wait in whole minutes, rounded up: nobody minds being early.
func minutes(d time.Duration) Text {
	return T("kiosk.wait.minutes", int((d+time.Minute-1)/time.Minute))
}

// day is a date as people say it.
func day(d app.Day) Text {
	t, err := time.Parse(time.DateOnly, string(d))
	if err != nil {
		return Text{}
	}
	return Date(t)
}

// Date is a day of the year as people say it.
func Date(t time.Time) Text {
	return T("kiosk.date", T("kiosk.month."+strconv.Itoa(int(t.Month()))), t.Day())
}

// partsOfDay are the words for a time of day, each from its hour on.
var partsOfDay = []struct {
	from int
	key  string
}{{18, "evening"}, {13, "afternoon"}, {12, "noon"}, {6, "morning"}, {0, "night"}}

// moment is a time of day as people say it: 上午九点半.
func moment(t time.Time) Text {
	hour := t.Hour() % 12
	if hour == 0 {
		hour = 12
	}
	key := "kiosk.clock.full"
	switch {
	case t.Minute() == 30:
		key = "kiosk.clock.half"
	case t.Minute() != 0:
		key = "kiosk.clock.minutes"
	}
	for _, p := range partsOfDay {
		if t.Hour() >= p.from {
			minute := t.Format("04") // two digits in both languages
			return T(key, T("kiosk.clock."+p.key), hour, minute)
		}
	}
	return Text{}
}

// spelled is a number to be called, said sign by sign.
func spelled(number string) Text {
	const han = "零一二三四五六七八九"
	digits := []rune(han)
	var zh, en []string
	for _, r := range number {
		switch {
		case r >= '0' && r <= '9':
			zh = append(zh, string(digits[r-'0']))
			en = append(en, string(r))
		case r != '-' && r != ' ':
			zh = append(zh, string(r))
			en = append(en, string(r))
		}
	}
	return Content(strings.Join(zh, "，"), strings.Join(en, ", "))
}

// Group answers digits as they are shown, parted by spaces: 4-4-4 makes
// "2611 2301 0017". What has been typed so far is grouped from the left; digits
// beyond all groups belong to the first one, so that 1-3 shows both "1 005" and
// "12 005". Without groups the digits stay as they are.
func Group(digits string, groups []int) string {
	if len(groups) == 0 {
		return digits
	}
	total := 0
	for _, n := range groups {
		total += n
	}
	var parts []string
	for i, n := range groups {
		if i == 0 && len(digits) > total {
			n += len(digits) - total
		}
		if n >= len(digits) {
			parts = append(parts, digits)
			break
		}
		parts = append(parts, digits[:n])
		digits = digits[n:]
	}
	return strings.Join(parts, " ")
}
