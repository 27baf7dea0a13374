package form

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"linli/app"
)

// MaxQuestions is how many questions a resident is asked at most on any way through a
// form. With whom it is for they are four.
const MaxQuestions = 3

// The most that a form may hold, so that every page has room and reading one takes no
// time to speak of.
const (
	MaxBytes   = 64 << 10
	mostListed = 9   // questions in the file, whatever their conditions
	mostWords  = 40  // runes of a question
	mostHint   = 80  // of its hint
	mostChoice = 24  // of a choice
	mostTitle  = 24  // of the form
	mostTiles  = 6   // choices on a page
	textSize   = 40  // runes of an answer in words
	mostNumber = 1e9 // of an integer
)

// Type is how a question is answered.
type Type string

// The types, as XLSForm calls them.
const (
	SelectOne      Type = "select_one"
	SelectMultiple Type = "select_multiple"
	Integer        Type = "integer"
	Date           Type = "date"
	Words          Type = "text"
)

// Appearance says more about a question of type text.
type Appearance string

// The appearances. Each has rules of its own that a file need not state.
const (
	Plain Appearance = ""
	Phone Appearance = "phone" // of a person: digits
	Name  Appearance = "name"  // of a person; a card tells it
	ID    Appearance = "id"    // number of an identity card, GB 11643; a card tells it
)

// Form is one form. Make one with [Parse].
type Form struct {
	Service   string // code of the catalogue's item
	Title     app.Text
	Questions []Question
	Steps     int // questions on every way through it; 0 when ways are not equally long
}

// Question is one question.
type Question struct {
	Type       Type
	Name       string // of its answer: letters, digits and low lines
	Label      app.Text
	Hint       app.Text // may be empty
	Appearance Appearance
	Required   bool
	Choices    []Choice
	Message    app.Text // what is said when the constraint is not met

	relevant   *condition // nil: always
	constraint *condition // nil: none
}

// Choice is one answer to choose.
type Choice struct {
	Name  string
	Label app.Text
	Icon  string // pictogram; may be empty
}

// Answers are given answers by the name of their question. A question that was asked and
// left open has the answer "". A select_multiple's are the names of its choices, in the
// form's order, with a space between; a date's is "2026-11-25".
type Answers map[string]string

// Ask answers the first question that is to be asked and has no answer yet.
func (f Form) Ask(a Answers) (q Question, ok bool) {
	for _, q := range f.Questions {
		if _, answered := a[q.Name]; !answered && q.asked(a) {
			return q, true
		}
	}
	return Question{}, false
}

// Path lists the questions that are asked of whoever answers so, in order. Answers to
// others are of no account.
func (f Form) Path(a Answers) (path []Question) {
	for _, q := range f.Questions {
		if q.asked(a) {
			path = append(path, q)
		}
	}
	return path
}

func (q Question) asked(a Answers) bool {
	return q.relevant == nil || q.relevant.holds(env{answers: a})
}

// Allows answers whether a value that has the form of an answer keeps the question's
// constraint. A question left open keeps it.
func (q Question) Allows(a Answers, value string, today app.Day) bool {
	return value == "" || q.constraint == nil || q.constraint.holds(env{answers: a, value: value, today: string(today)})
}

// Say words an answer for people: the labels of choices, a date as it is written, and
// anything else as it is.
func (q Question) Say(value string) app.Text {
	switch q.Type {
	case SelectOne, SelectMultiple:
		var zh, en []string
		for _, name := range strings.Fields(value) {
			i := slices.IndexFunc(q.Choices, func(c Choice) bool { return c.Name == name })
			if i < 0 {
				continue
			}
			zh, en = append(zh, q.Choices[i].Label.ZH), append(en, q.Choices[i].Label.In("en"))
		}
		return app.Text{ZH: strings.Join(zh, "、"), EN: strings.Join(en, ", ")}
	case Date, Integer, Words:
	}
	return app.Text{ZH: value, EN: value}
}

// MaxWords is how many characters an answer in words may have.
func (q Question) MaxWords() int { return textSize }

var nameForm = regexp.MustCompile(`^[a-z][a-z0-9_]{0,31}$`)

// check answers what is wrong with a question by itself; earlier are those before it.
func (q Question) check(earlier []Question) *app.Error {
	wrong := func(code app.Code, detail string) *app.Error { return bad(code, q.Name, detail) }
	long := func(t app.Text, most int) bool {
		return utf8.RuneCountInString(t.ZH) > most || utf8.RuneCountInString(t.EN) > 3*most
	}
	switch {
	case !nameForm.MatchString(q.Name):
		return wrong(BadName, q.Name)
	case slices.ContainsFunc(earlier, func(e Question) bool { return e.Name == q.Name }):
		return wrong(Twice, q.Name)
	case !slices.Contains([]Type{SelectOne, SelectMultiple, Integer, Date, Words}, q.Type):
		return wrong(BadType, string(q.Type))
	case q.Label.ZH == "":
		return wrong(NoWords, "label")
	case long(q.Label, mostWords):
		return wrong(TooLong, "label")
	case long(q.Hint, mostHint):
		return wrong(TooLong, "hint")
	case long(q.Message, mostHint):
		return wrong(TooLong, "constraint_message")
	case q.Appearance != Plain && (q.Type != Words || !slices.Contains([]Appearance{Phone, Name, ID}, q.Appearance)):
		return wrong(BadAppearance, string(q.Appearance))
	case q.constraint != nil && (q.Type == SelectOne || q.Type == SelectMultiple):
		return wrong(BadConstraint, string(q.Type))
	case q.constraint != nil && q.Message.ZH == "":
		return wrong(NoWords, "constraint_message")
	}
	choosing := q.Type == SelectOne || q.Type == SelectMultiple
	most := mostTiles
	if q.Type == SelectOne && !q.Required {
		most-- // one more says that the question is left open
	}
	switch n := len(q.Choices); {
	case !choosing && n > 0:
		return wrong(BadChoices, string(q.Type))
	case choosing && n < 2:
		return wrong(TooFew, strconv.Itoa(n))
	case n > most && choosing:
		return wrong(TooMany, strconv.Itoa(most))
	}
	for i, c := range q.Choices {
		switch {
		case !nameForm.MatchString(c.Name):
			return wrong(BadName, c.Name)
		case slices.ContainsFunc(q.Choices[:i], func(e Choice) bool { return e.Name == c.Name }):
			return wrong(Twice, c.Name)
		case c.Label.ZH == "":
			return wrong(NoWords, c.Name)
		case long(c.Label, mostChoice):
			return wrong(TooLong, c.Name)
		}
	}
	return nil
}

// ways answers how many questions the shortest and the longest way through the form ask.
// Conditions ask only about what was chosen before, so trying every choice tries every way.
func ways(rest []Question, a Answers, asked int) (least, most int) {
	for i, q := range rest {
		if !q.asked(a) {
			continue
		}
		asked++
		if asked > MaxQuestions+1 {
			return asked, asked // too many already
		}
		if q.Type != SelectOne {
			continue
		}
		names := []string{""}
		if q.Required {
			names = nil
		}
		for _, c := range q.Choices {
			names = append(names, c.Name)
		}
		least, most = MaxQuestions+2, 0
		for _, name := range names {
			a[q.Name] = name
			l, m := ways(rest[i+1:], a, asked)
			least, most = min(least, l), max(most, m)
		}
		delete(a, q.Name)
		return least, most
	}
	return asked, asked
}

// ParseDate reads eight digits as they are typed, "20261125", into a day.
func ParseDate(digits string) (app.Day, bool) {
	t, err := time.Parse("20060102", digits)
	if err != nil || t.Year() < 1900 {
		return "", false
	}
	return app.Day(t.Format(time.DateOnly)), true
}

// ParseInteger reads what was typed as an integer, without zeros before it.
func ParseInteger(digits string) (string, bool) {
	n, err := strconv.Atoi(digits)
	if err != nil || n < 0 || n > mostNumber {
		return "", false
	}
	return strconv.Itoa(n), true
}
