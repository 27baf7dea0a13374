package form_test

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"linli/app"
	"linli/app/form"
)

// allowance is an invented form with a branch and every type of question.
const allowance = `
service = "SH-001"
title = "样例申请"
title_en = "Sample form"

[[question]]
type = "select_one"
name = "before"
label = "以前领过吗？"
label_en = "Have you had it before?"
required = true
choices = [{ name = "yes", label = "领过", label_en = "Yes" }, { name = "no", label = "没有", label_en = "No" }]

[[question]]
type = "integer"
name = "age"
label = "今年多少岁？"
relevant = "${before} = 'no'"
constraint = ". >= 60 and . <= 120"
constraint_message = "请填 60 到 120 之间的岁数"

[[question]]
type = "date"
name = "since"
label = "哪一天开始领的？"
relevant = "not(${before} = 'no')"
constraint = ". <= today()"
constraint_message = "这一天还没有到"

[[question]]
type = "select_multiple"
name = "have"
label = "手上有哪些？"
choices = [{ name = "card", label = "身份证" }, { name = "book", label = "户口簿" }]
`

func parse(t *testing.T, text string) form.Form {
	t.Helper()
	f, err := form.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func names(qs []form.Question) (all []string) {
	for _, q := range qs {
		all = append(all, q.Name)
	}
	return all
}

func TestEachAnswerDecidesWhatIsAskedNext(t *testing.T) {
	f := parse(t, allowance)
	if f.Service != "SH-001" || f.Title.In("en") != "Sample form" || f.Steps != 3 {
		t.Errorf("%q %q, %d steps", f.Service, f.Title, f.Steps)
	}
	for _, way := range []struct {
		before string
		path   []string
	}{{"no", []string{"before", "age", "have"}}, {"yes", []string{"before", "since", "have"}}} {
		a := form.Answers{}
		var asked []string
		for q, ok := f.Ask(a); ok; q, ok = f.Ask(a) {
			asked = append(asked, q.Name)
			a[q.Name] = ""
			if q.Name == "before" {
				a[q.Name] = way.before
			}
		}
		if !slices.Equal(asked, way.path) || !slices.Equal(names(f.Path(a)), way.path) {
			t.Errorf("%s: asked %v, path %v", way.before, asked, names(f.Path(a)))
		}
	}
}

func TestConstraintsAreAskedOfWhatWasAnswered(t *testing.T) {
	f := parse(t, allowance)
	age, since := f.Questions[1], f.Questions[2]
	for value, ok := range map[string]bool{"59": false, "60": true, "9": false, "100": true, "121": false, "": true} {
		if age.Allows(nil, value, "2026-11-25") != ok {
			t.Errorf("age %q is allowed: %v", value, !ok)
		}
	}
	for value, ok := range map[string]bool{"2026-11-25": true, "2026-11-26": false, "1999-01-01": true} {
		if since.Allows(nil, value, "2026-11-25") != ok {
			t.Errorf("since %q is allowed: %v", value, !ok)
		}
	}
}

func TestAnswersAreSaidAsPeopleReadThem(t *testing.T) {
	f := parse(t, allowance)
	if got := f.Questions[3].Say("card book"); got.ZH != "身份证、户口簿" {
		t.Errorf("%q", got)
	}
	if got := f.Questions[0].Say("yes"); got != (app.Text{ZH: "领过", EN: "Yes"}) {
		t.Errorf("%q", got)
	}
	if got := f.Questions[0].Say("other"); got != (app.Text{}) {
		t.Errorf("a choice that is not there is said as %q", got)
	}
	if got := f.Questions[1].Say("81"); got.In("en") != "81" {
		t.Errorf("%q", got)
	}
}

// question puts one question into an otherwise sound form.
func question(lines ...string) string {
	return "service = \"SH-001\"\ntitle = \"样例\"\n[[question]]\n" + strings.Join(lines, "\n") + "\n"
}

const twoChoices = `choices = [{ name = "a", label = "甲" }, { name = "b", label = "乙" }]`

// Whatever is wrong with a form is said when it is read, by the name of the question.
func TestAFaultNamesItsQuestion(t *testing.T) {
	sound := []string{`type = "text"`, `name = "q"`, `label = "问题"`}
	with := func(more ...string) string { return question(append(slices.Clone(sound), more...)...) }
	one := func(n, extra string) string {
		return "[[question]]\ntype=\"select_one\"\nname=\"" + n + "\"\nlabel=\"问\"\nrequired=true\n" + twoChoices + "\n" + extra + "\n"
	}
	const head = "service=\"X\"\ntitle=\"样例\"\n"
	for name, c := range map[string]struct {
		text     string
		why      app.Code
		question string
	}{
		"no TOML":                  {"service = ", form.BadFile, ""},
		"not UTF-8":                {"service = \"\xff\"", form.BadFile, ""},
		"a mistyped word":          {with(`lable = "x"`), form.UnknownWord, ""},
		"no service":               {"title=\"样例\"\n[[question]]\ntype=\"date\"\nname=\"d\"\nlabel=\"哪天\"\n", form.NoService, ""},
		"no title":                 {"service=\"X\"\n[[question]]\ntype=\"date\"\nname=\"d\"\nlabel=\"哪天\"\n", form.NoWords, ""},
		"no questions":             {head, form.NoQuestions, ""},
		"no name":                  {question(`type = "text"`, `label = "问题"`), form.BadName, "1"},
		"a name with a space":      {question(`type = "text"`, `name = "a b"`, `label = "问题"`), form.BadName, "a b"},
		"a name twice":             {head + one("a", "") + one("a", ""), form.Twice, "a"},
		"an unknown type":          {question(`type = "geopoint"`, `name = "q"`, `label = "问题"`), form.BadType, "q"},
		"no label":                 {question(`type = "text"`, `name = "q"`), form.NoWords, "q"},
		"a label too long":         {question(`type = "text"`, `name = "q"`, `label = "`+strings.Repeat("问", 41)+`"`), form.TooLong, "q"},
		"an unknown appearance":    {with(`appearance = "map"`), form.BadAppearance, "q"},
		"a phone that is a number": {question(`type = "integer"`, `name = "q"`, `label = "问"`, `appearance = "phone"`), form.BadAppearance, "q"},
		"choices of a text":        {with(twoChoices), form.BadChoices, "q"},
		"one choice":               {question(`type = "select_one"`, `name = "q"`, `label = "问"`, `choices = [{ name = "a", label = "甲" }]`), form.TooFew, "q"},
		"a choice twice":           {question(`type = "select_one"`, `name = "q"`, `label = "问"`, `choices = [{ name = "a", label = "甲" }, { name = "a", label = "乙" }]`), form.Twice, "q"},
		"six choices and none":     {question(`type = "select_one"`, `name = "q"`, `label = "问"`, `choices = [`+strings.Repeat(`{ name = "a", label = "甲" },`, 6)+`]`), form.TooMany, "q"},
		"four questions":           {head + one("a", "") + one("b", "") + one("c", "") + one("d", ""), form.TooDeep, ""},
		"a condition on later":     {head + one("a", `relevant = "${b} = 'a'"`) + one("b", ""), form.BadRelevant, "a"},
		"a condition on words":     {with() + one("b", `relevant = "${q} = 'a'"`), form.BadRelevant, "b"},
		"half a condition":         {head + one("a", "") + one("b", `relevant = "${a} = "`), form.BadRelevant, "b"},
		"an unknown function":      {with(`constraint = "pulldata(.)"`, `constraint_message = "不对"`), form.BadConstraint, "q"},
		"a pattern that is none":   {with(`constraint = "regex(., '(')"`, `constraint_message = "不对"`), form.BadConstraint, "q"},
		"brackets without end":     {with(`constraint = "`+strings.Repeat("(", 100)+`"`, `constraint_message = "不对"`), form.BadConstraint, "q"},
		"no word for the fault":    {with(`constraint = ". = 'a'"`), form.NoWords, "q"},
		"a constraint on choices":  {question(`type = "select_one"`, `name = "q"`, `label = "问"`, twoChoices, `constraint = ". = 'a'"`, `constraint_message = "不对"`), form.BadConstraint, "q"},
		"a file without end":       {head + strings.Repeat("# \n", form.MaxBytes), form.BadFile, ""},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := form.Parse([]byte(c.text))
			if e := app.AsError(err); e == nil || e.Code != c.why || e.Field != c.question {
				t.Errorf("%v", err)
			}
		})
	}
}

func TestExpressionsMeanWhatXLSFormSays(t *testing.T) {
	for source, want := range map[string]bool{
		`. = '12'`:                               true,
		`. = "12"`:                               true,
		`. != 12`:                                false,
		`. > 9`:                                  true, // as numbers, not as words
		`. = 12.0`:                               true,
		`. = 1 or . = 12 and . > 100`:            false, // and binds closer
		`(. = 12 or . = 1) and . < 100`:          true,
		`not(. = 12)`:                            false,
		`not(selected('a b', 'c'))`:              true,
		`selected('ab c', 'a')`:                  false, // whole names only
		`count-selected('a b c') = 3`:            true,
		`string-length('王某') = 2`:                true,
		`regex(., '1')`:                          false, // the whole of it
		`regex(., '[0-9]+')`:                     true,
		`today() >= '2026-11-25'`:                true,
		`'2026-09-30' < '2026-10-01'`:            true,
		`string-length(.)=2 and regex(.,'..')`:   true,
		`'order' = 'order' and 'android' != 'x'`: true, // words that begin like signs
	} {
		text := question(`type = "text"`, `name = "q"`, `label = "问"`, "constraint = '''"+source+"'''", `constraint_message = "不对"`)
		if got := parse(t, text).Questions[0].Allows(nil, "12", "2026-11-25"); got != want {
			t.Errorf("%s is %v", source, got)
		}
	}
}

func TestTypedDigitsBecomeAnswers(t *testing.T) {
	for digits, want := range map[string]string{"20261125": "2026-11-25", "20260230": "", "2026112": "", "18991231": "", "00000000": ""} {
		if got, ok := form.ParseDate(digits); string(got) != want || ok != (want != "") {
			t.Errorf("%s is %q", digits, got)
		}
	}
	for digits, want := range map[string]string{"081": "81", "0": "0", "": "", "99999999999": "", "-1": ""} {
		if got, ok := form.ParseInteger(digits); got != want || ok != (want != "") {
			t.Errorf("%q is %q", digits, got)
		}
	}
}

// Whatever is in a file, reading it ends, and what it makes asks no more than it may.
func TestNoFileAsksTooMuch(t *testing.T) {
	f := parse(t, allowance)
	rapid.Check(t, func(t *rapid.T) {
		text := []byte(allowance)
		for range rapid.IntRange(1, 4).Draw(t, "edits") {
			at := rapid.IntRange(0, len(text)-1).Draw(t, "at")
			text[at] = rapid.Byte().Draw(t, "byte")
		}
		got, err := form.Parse(text)
		if err != nil {
			got = f
		}
		a := form.Answers{}
		for asked := 0; ; asked++ {
			q, ok := got.Ask(a)
			if !ok {
				break
			}
			if asked == form.MaxQuestions {
				t.Fatalf("asks more than %d questions", form.MaxQuestions)
			}
			a[q.Name] = ""
			if len(q.Choices) > 0 {
				a[q.Name] = rapid.SampledFrom(q.Choices).Draw(t, "choice").Name
			}
		}
	})
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(allowance))
	f.Fuzz(func(t *testing.T, data []byte) {
		got, err := form.Parse(data)
		if err != nil {
			return
		}
		for _, q := range got.Questions {
			q.Allows(form.Answers{}, "12", "2026-11-25")
		}
	})
}
