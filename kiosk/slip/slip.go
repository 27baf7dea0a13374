// Package slip makes the papers that a resident takes home.
//
// They are PDF files of A4 pages in big plain type with the fonts embedded, so
// that every printer and every telephone shows them alike.
package slip

import (
	"strings"
	"time"

	"linli/app"
	"linli/assets"
	"linli/kiosk/flow"
)

// Name is the file name of a service's 一次性告知单: its code, the language.
func Name(s app.Service, lang string) string {
	clean := func(r rune) rune {
		if r < 0x80 && (r == '-' || r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z') {
			return r
		}
		return '-' // codes come from a hall's own list and may hold anything
	}
	return "notice-" + strings.Map(clean, s.Code) + "-" + lang + ".pdf"
}

// Notice answers the 一次性告知单 of a service, everything that its applicant
// must know told once (国务院 一次性告知制), as an A4 PDF in a language ("zh" or
// "en"). at is the moment of printing; the hall's own day stands on the paper.
// Long contents go on over as many pages as they need.
func Notice(hall app.HallInfo, s app.Service, lang string, at time.Time) ([]byte, error) {
	say := func(key string, args ...any) string { return flow.T("kiosk.slip."+key, args...).In(lang) }
	blocks := []block{
		{text: hall.Name, style: styleHall},
		{text: say("title"), style: styleKind},
		{text: s.Name.In(lang), style: styleTitle},
	}
	if s.Sample {
		blocks = append(blocks, block{text: say("sample"), style: styleFrame})
	}
	section := func(key string, lines ...string) {
		headed := false
		for _, line := range lines {
			if line == "" {
				continue
			}
			if !headed {
				blocks = append(blocks, block{text: say(key), style: styleHead})
				headed = true
			}
			blocks = append(blocks, block{text: line, style: styleBody})
		}
	}
	section("what", s.Summary.In(lang))
	section("who", s.Who.In(lang))
	section("materials", materials(s, lang)...)
	section("steps", steps(s, lang)...)
	section("limit", limits(s, lang)...)
	section("hours", s.Hours.In(lang))
	section("window", s.Window.In(lang))
	section("fee", s.Fee.In(lang))
	section("result", s.Result.In(lang))
	section("department", s.Department.In(lang))
	phone := s.Phone
	if phone == "" {
		phone = hall.Phone
	}
	section("phone", phone)
	section("code", s.Code)
	blocks = append(blocks, block{text: say("agent"), style: styleFrame})

	day := at.In(hall.Location())
	foot := []string{
		strings.TrimSpace(hall.Name + "  " + hall.Address),
		say("made", day.Year(), flow.Date(day)),
	}
	return typeset(blocks, foot, say("title")+" "+s.Name.In(lang), day, func(page, pages int) string {
		return say("page", page, pages)
	})
}

func materials(s app.Service, lang string) []string {
	if len(s.Materials) == 0 {
		return []string{flow.T("kiosk.service.materials.none").In(lang)}
	}
	var lines []string
	for i, m := range s.Materials {
		lines = append(lines, flow.MaterialLine(i+1, m).In(lang))
	}
	return lines
}

func steps(s app.Service, lang string) []string {
	var lines []string
	for i, step := range s.Steps {
		lines = append(lines, flow.T("kiosk.material", i+1, flow.Content(step.ZH, step.EN)).In(lang))
	}
	return lines
}

// limits are what is promised and, when the law allows longer, the most it may
// take.
func limits(s app.Service, lang string) []string {
	lines := []string{flow.Days(s.PromisedDays).In(lang)}
	if s.LegalDays > s.PromisedDays {
		lines = append(lines, flow.T("kiosk.slip.legal", flow.Days(s.LegalDays)).In(lang))
	}
	return lines
}

// printable replaces what the embedded fonts cannot draw by a mark that is
// seen, where the writer would silently leave a gap.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		if r == ' ' || assets.HasGlyph(r) {
			return r
		}
		return '□'
	}, text)
}
