package day

import (
	"cmp"
	"context"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"linli/app/standard"
	"linli/assets"
)

// TapFirst taps the first thing of a page that is no corner and no key: by
// reading order, the upper left one.
func (d *Story) TapFirst(ctx context.Context, f Face) error {
	s, err := d.Until(f, func(s Screen) bool { return first(s) != "" })
	if err != nil {
		return err
	}
	return d.Tap(ctx, f, first(s))
}

func first(s Screen) string {
	ids := slices.DeleteFunc(s.IDs(), func(id string) bool { return strings.HasPrefix(id, "@") || id == "ok" })
	if len(ids) == 0 {
		return ""
	}
	return slices.MinFunc(ids, func(a, b string) int {
		return cmp.Or(cmp.Compare(s.Targets[a][1], s.Targets[b][1]), cmp.Compare(s.Targets[a][0], s.Targets[b][0]))
	})
}

// Pick opens the chooser that has the keyboard, types what is looked for, and
// takes the first answer.
func (d *Story) Pick(ctx context.Context, f Face, id, query string) error {
	return d.PickBy(ctx, f, id, query, query)
}

// PickBy is Pick where what is typed is not what is found.
func (d *Story) PickBy(ctx context.Context, f Face, id, query, finds string) error {
	if err := d.Key(ctx, f, "Return"); err != nil {
		return err
	}
	return d.choose(ctx, f, id, query, 7, finds)
}

// PickOnly is Pick where what is typed finds one thing alone: what it was chosen
// from before is out of the way then.
func (d *Story) PickOnly(ctx context.Context, f Face, id, query string) error {
	if err := d.Key(ctx, f, "Return"); err != nil {
		return err
	}
	return d.choose(ctx, f, id, query, 1, query)
}

// choose types into an open search and takes the first of at most some answers.
func (d *Story) choose(ctx context.Context, f Face, id, query string, most int, finds string) error {
	if _, err := d.Until(f, func(s Screen) bool { return s.Has(id + ".search") }); err != nil {
		return err
	}
	if err := d.Type(ctx, f, query); err != nil {
		return err
	}
	found := func(s Screen) bool {
		return s.Has(id+".results.0") && !s.Has(id+".results."+strconv.Itoa(most)) && s.Says(query, finds)
	}
	if _, err := d.Until(f, found); err != nil {
		return fmt.Errorf("looking for %q in %s: %w", query, id, err)
	}
	if err := d.Key(ctx, f, "Return"); err != nil {
		return err
	}
	_, err := d.Until(f, func(s Screen) bool { return !s.Has(id + ".search") })
	return err
}

// Fill types into the field that has the keyboard and sees that it arrived.
func (d *Story) Fill(ctx context.Context, f Face, text string) error {
	return d.Type(ctx, f, text)
}

var (
	ticketNumber  = regexp.MustCompile(`^[A-Z]\d+-\d{3}$`)
	receiptNumber = regexp.MustCompile(`^\d{4} \d{4} \d{4}$`)
	receiptSecret = regexp.MustCompile(`^\d{3} \d{3}$`)
	headCount     = regexp.MustCompile(`^(\d+)( 人)?$`)
)

// find is the first line of a shape.
func find(s Screen, shape *regexp.Regexp) string {
	for _, t := range s.Texts {
		if shape.MatchString(t) {
			return t
		}
	}
	return ""
}

// waiting adds up the board's counts of those who wait.
func waiting(s Screen) int {
	at := slices.IndexFunc(s.Texts, func(t string) bool {
		return t == zh("board.waiting") || t == assets.Format(assets.LangEnglish, "board.waiting")
	})
	if at < 0 {
		return 0
	}
	sum := 0
	for _, t := range s.Texts[at+1:] {
		if m := headCount.FindStringSubmatch(t); m != nil {
			var n int
			_, _ = fmt.Sscan(m[1], &n)
			sum += n
		}
	}
	return sum
}

// called is the number at this desk's window; empty for none. It is the desk's
// largest words and stands before all others that look like it.
func called(s Screen) string {
	if s.Says(zh("desk.queue.nobody")) {
		return ""
	}
	return find(s, ticketNumber)
}

// aName is the first resident's name in a list that a search answered.
func aName(s Screen) string {
	at := slices.Index(s.Texts, zh("desk.residents.title"))
	for _, t := range s.Texts[max(at, 0):] {
		runes := []rune(t)
		han := !slices.ContainsFunc(runes, func(r rune) bool { return !unicode.Is(unicode.Han, r) })
		if han && len(runes) >= 2 && len(runes) <= 4 && strings.HasPrefix(initials(t), startsBy) && !residentWords(t) {
			return t
		}
	}
	return ""
}

// residentWords are words of the page that are no name.
func residentWords(t string) bool {
	for _, key := range assets.Keys(assets.LangChinese) {
		if text, _ := assets.Text(assets.LangChinese, key); text == t {
			return true
		}
	}
	return false
}

// initials are a name's first pinyin letters, as staff type them.
func initials(name string) string {
	readings := standard.Pinyin(name)
	if len(readings) == 0 {
		return ""
	}
	return readings[0].Initials
}
