package form

import (
	"errors"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/BurntSushi/toml"

	"linli/app"
)

// What can be wrong with a form. The error's Field is the name of the question, its number as "2" when it has
// none, and empty for the form as a whole; its arguments are that and the word or figure that is wrong.
const (
	BadFile       app.Code = "form_file"       // no TOML, or of another version; Detail says where
	UnknownWord   app.Code = "form_word"       // a key that means nothing, such as a mistyped one
	NoService     app.Code = "form_service"    // of which item it is the form is not said
	NoQuestions   app.Code = "form_questions"  // it has none
	BadName       app.Code = "form_name"       // of a question or choice
	Twice         app.Code = "form_twice"      // a name that stands for something already
	BadType       app.Code = "form_type"       // no type of question
	NoWords       app.Code = "form_words"      // something that people read is empty
	TooLong       app.Code = "form_long"       // more words than a page has room for
	BadAppearance app.Code = "form_appearance" // not one for this type
	BadChoices    app.Code = "form_choices"    // choices where nothing is chosen
	TooFew        app.Code = "form_few"        // choices
	TooMany       app.Code = "form_many"       // choices
	TooDeep       app.Code = "form_deep"       // questions on the longest way
	BadRelevant   app.Code = "form_relevant"   // a condition that cannot be read, or asks of what is not chosen before
	BadConstraint app.Code = "form_constraint" // one that cannot be read, or on choices
)

func bad(code app.Code, question, detail string) *app.Error {
	return app.Bad(code, question, question, detail)
}

// file is a form as it is written.
type file struct {
	Service  string     `toml:"service"`
	Title    string     `toml:"title"`
	TitleEN  string     `toml:"title_en"`
	Question []question `toml:"question"`
}

type question struct {
	Type       string   `toml:"type"`
	Name       string   `toml:"name"`
	Label      string   `toml:"label"`
	LabelEN    string   `toml:"label_en"`
	Hint       string   `toml:"hint"`
	HintEN     string   `toml:"hint_en"`
	Required   bool     `toml:"required"`
	Relevant   string   `toml:"relevant"`
	Constraint string   `toml:"constraint"`
	Message    string   `toml:"constraint_message"`
	MessageEN  string   `toml:"constraint_message_en"`
	Appearance string   `toml:"appearance"`
	Choices    []choice `toml:"choices"`
}

type choice struct {
	Name    string `toml:"name"`
	Label   string `toml:"label"`
	LabelEN string `toml:"label_en"`
	Icon    string `toml:"icon"`
}

// Parse reads a form. What is wrong with it is an *app.Error with one of the codes above.
func Parse(data []byte) (Form, error) {
	if len(data) > MaxBytes {
		return Form{}, bad(BadFile, "", strconv.Itoa(MaxBytes))
	}
	if !utf8.Valid(data) {
		return Form{}, bad(BadFile, "", "UTF-8")
	}
	var in file
	known, err := toml.Decode(string(data), &in)
	if err != nil {
		detail := err.Error()
		var where toml.ParseError
		if errors.As(err, &where) {
			detail = strconv.Itoa(where.Position.Line)
		}
		return Form{}, bad(BadFile, "", detail)
	}
	if odd := known.Undecoded(); len(odd) > 0 {
		return Form{}, bad(UnknownWord, "", odd[0].String())
	}
	f := Form{Service: strings.TrimSpace(in.Service), Title: text(in.Title, in.TitleEN)}
	switch {
	case f.Service == "":
		return Form{}, bad(NoService, "", "")
	case f.Title.ZH == "":
		return Form{}, bad(NoWords, "", "title")
	case utf8.RuneCountInString(f.Title.ZH) > mostTitle || utf8.RuneCountInString(f.Title.EN) > 3*mostTitle:
		return Form{}, bad(TooLong, "", "title")
	case len(in.Question) == 0:
		return Form{}, bad(NoQuestions, "", "")
	case len(in.Question) > mostListed:
		return Form{}, bad(TooDeep, "", strconv.Itoa(mostListed))
	}
	for i, asked := range in.Question {
		q, err := asked.parse(f.Questions)
		if err != nil {
			if err.Field == "" {
				err = bad(err.Code, strconv.Itoa(i+1), err.Args[1])
			}
			return Form{}, err
		}
		f.Questions = append(f.Questions, q)
	}
	least, most := ways(f.Questions, Answers{}, 0)
	if most > MaxQuestions {
		return Form{}, bad(TooDeep, "", strconv.Itoa(MaxQuestions))
	}
	if least == most {
		f.Steps = most
	}
	return f, nil
}

func (in question) parse(earlier []Question) (Question, *app.Error) {
	q := Question{
		Type: Type(in.Type), Name: in.Name, Appearance: Appearance(in.Appearance), Required: in.Required,
		Label: text(in.Label, in.LabelEN), Hint: text(in.Hint, in.HintEN), Message: text(in.Message, in.MessageEN),
	}
	for _, c := range in.Choices {
		q.Choices = append(q.Choices, Choice{Name: c.Name, Label: text(c.Label, c.LabelEN), Icon: c.Icon})
	}
	var err error
	if q.relevant, err = compile(in.Relevant, func(name string) bool {
		for _, e := range earlier {
			if e.Name == name {
				return e.Type == SelectOne
			}
		}
		return false
	}, false); err != nil {
		return q, bad(BadRelevant, q.Name, err.Error())
	}
	if q.constraint, err = compile(in.Constraint, func(name string) bool {
		for _, e := range earlier {
			if e.Name == name {
				return true
			}
		}
		return false
	}, true); err != nil {
		return q, bad(BadConstraint, q.Name, err.Error())
	}
	return q, q.check(earlier)
}

func text(zh, en string) app.Text {
	return app.Text{ZH: strings.TrimSpace(zh), EN: strings.TrimSpace(en)}
}
