package desk

import (
	"strconv"
	"strings"
	"time"

	"linli/app"
	"linli/app/receipt"
	"linli/app/standard"
	"linli/assets"
)

// speech is what words depend on. Rows are worded away from the UI goroutine, so
// it is swapped whole and never changed.
type speech struct {
	lang string
	zone *time.Location
	who  app.Actor
}

func (d *Desk) speech() *speech { return d.said.Load() }

// speak makes the present language, zone and person those of all words.
func (d *Desk) speak() { d.said.Store(&speech{d.lang, d.info.Location(), d.who}) }

// t answers the words of a key in the desk's language.
func (d *Desk) t(key string, args ...any) string { return assets.Format(d.speech().lang, key, args...) }

// errorText is an error as a sentence that says what to do next.
func (d *Desk) errorText(e *app.Error) string {
	args := make([]any, len(e.Args))
	for i, a := range e.Args {
		args[i] = a
	}
	return d.t("error."+string(e.Code), args...)
}

// columnName is the word for a resident's column.
func (d *Desk) columnName(column string) string {
	if _, ok := assets.Text(d.speech().lang, "field."+column); ok {
		return d.t("field." + column)
	}
	return column
}

// dayText is a day as people say it: today, yesterday, 20 November.
func (d *Desk) dayText(t time.Time) string {
	if t.IsZero() {
		return d.t("desk.never")
	}
	zone := d.speech().zone
	t, now := t.In(zone), d.clock.Now().In(zone)
	switch string(app.DayOf(t, zone)) {
	case string(app.DayOf(now, zone)):
		return d.t("desk.today")
	case string(app.DayOf(now.AddDate(0, 0, -1), zone)):
		return d.t("desk.yesterday")
	}
	month := d.t("desk.month." + strconv.Itoa(int(t.Month())))
	if t.Year() == now.Year() {
		return d.t("desk.day", month, t.Day())
	}
	return d.t("desk.day.year", month, t.Day(), t.Year())
}

// clockText is a time of day: 上午9:30, 9:30 am.
func (d *Desk) clockText(t time.Time) string {
	t = t.In(d.speech().zone)
	key := "desk.am"
	if t.Hour() >= 12 {
		key = "desk.pm"
	}
	h := t.Hour() % 12
	if h == 0 {
		h = 12
	}
	return d.t(key, strconv.Itoa(h)+":"+two(t.Minute()))
}

// when is a moment as people say it: 今天上午9:30.
func (d *Desk) when(t time.Time) string {
	if t.IsZero() {
		return d.t("desk.never")
	}
	return d.t("desk.when", d.dayText(t), d.clockText(t))
}

// brief is when in a narrow column: the time of today, else the day.
func (d *Desk) brief(t time.Time) string {
	zone := d.speech().zone
	if app.DayOf(t, zone) == app.DayOf(d.clock.Now(), zone) {
		return d.clockText(t)
	}
	return d.dayText(t)
}

// since is how long ago something was.
func (d *Desk) since(t time.Time) string {
	m := int(d.clock.Now().Sub(t).Minutes())
	if m < 1 {
		return d.t("desk.justnow")
	}
	return d.t("desk.minutes", m)
}

// validDay is a Day of the calendar as people say it; empty stays empty.
func (d *Desk) validDay(day app.Day) string {
	t, err := time.ParseInLocation(time.DateOnly, string(day), d.speech().zone)
	if err != nil {
		return ""
	}
	return d.dayText(t)
}

// size is a number of bytes in words.
func size(n int64) string {
	const mb = 1 << 20
	switch {
	case n >= 10*1024*mb:
		return strconv.FormatInt(n/(1024*mb), 10) + " GB"
	case n >= 1024*mb:
		return strconv.FormatFloat(float64(n)/(1024*mb), 'f', 1, 64) + " GB"
	case n >= mb:
		return strconv.FormatInt(n/mb, 10) + " MB"
	default:
		return strconv.FormatInt(max(1, n/1024), 10) + " kB"
	}
}

// groupNumber shows figures in thousands.
func groupNumber(n int64) string {
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// groupPhone shows a mobile number as 138 0000 0000, masked or not.
func groupPhone(s string) string {
	if len(s) != 11 || s[0] != '1' || strings.ContainsAny(s, " -") {
		return s
	}
	return s[:3] + " " + s[3:7] + " " + s[7:]
}

// groupID shows an ID number as 110101 19490101 0010, masked or not.
func groupID(s string) string {
	if len(s) != 18 || strings.Contains(s, " ") {
		return s
	}
	return s[:6] + " " + s[6:14] + " " + s[14:]
}

func groupReceipt(s string) string { return receipt.Group(s) }

// shown is a resident's column as a person reads it.
func (d *Desk) shown(column, value string, grids map[string]string) string {
	switch column {
	case "phone":
		return groupPhone(value)
	case "id_number":
		return groupID(value)
	case "grid":
		if name, ok := grids[value]; ok {
			return name
		}
	}
	if t := tableOf(column); t != nil {
		if it, ok := t.ByCode(value); ok {
			return d.itemName(it)
		}
	}
	return value
}

func (d *Desk) itemName(it standard.Item) string {
	if d.speech().lang == assets.LangEnglish && it.En != "" {
		return it.En
	}
	return it.Zh
}

// tableOf answers the code table of a resident's column, nil for free text.
func tableOf(column string) *standard.Table {
	switch column {
	case "sex":
		return standard.Sex
	case "ethnic":
		return standard.Ethnic
	case "marital":
		return standard.Marital
	case "politics":
		return standard.Politics
	case "education":
		return standard.Education
	}
	return nil
}

func two(n int) string {
	if n < 10 {
		return "0" + strconv.Itoa(n)
	}
	return strconv.Itoa(n)
}

// businessName is a business in the desk's language.
func (d *Desk) businessName(b app.Business) string {
	return app.Text{ZH: b.Name, EN: b.NameEN}.In(d.speech().lang)
}
