package form

import (
	"errors"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
)

// An expression is a condition in the part of XPath that XLSForm uses: ${name} for an
// answer, . for the value that is being checked, numbers, 'words', = != < <= > >=, and,
// or, not(), selected(), count-selected(), string-length(), regex() and today().
type expression func(env) value

// env is what an expression is about.
type env struct {
	answers Answers
	value   string // "." in a constraint
	today   string
}

// value is what part of an expression comes to: words, or a truth.
type value struct {
	words string
	yes   bool
	logic bool // it is a truth
}

func truth(yes bool) value { return value{yes: yes, logic: true} }

// truth is a value as a condition: words are true when there are any.
func (v value) truth() bool {
	if v.logic {
		return v.yes
	}
	return v.words != ""
}

// condition is an expression that was read. Questions that share one are equal.
type condition struct{ of expression }

func (c *condition) holds(e env) bool { return c.of(e).truth() }

// compile reads an expression; an empty one is nil. known answers whether a name may be
// asked about, dot whether there is a value being checked.
func compile(source string, known func(name string) bool, dot bool) (*condition, error) {
	if strings.TrimSpace(source) == "" {
		return nil, nil
	}
	c := &compiler{rest: source, known: known, dot: dot}
	e, err := c.or()
	if err != nil {
		return nil, err
	}
	if c.space(); c.rest != "" {
		return nil, errors.New(c.rest)
	}
	return &condition{e}, nil
}

// compiler reads an expression from the left.
type compiler struct {
	rest  string
	known func(string) bool
	dot   bool
	depth int
}

const deepest = 20 // brackets within brackets

func (c *compiler) space() { c.rest = strings.TrimLeft(c.rest, " \t\r\n") }

// sign takes a sign if it comes next.
func (c *compiler) sign(s string) bool {
	c.space()
	if !strings.HasPrefix(c.rest, s) {
		return false
	}
	c.rest = c.rest[len(s):]
	return true
}

// word takes a word such as "and" if it comes next and ends there.
func (c *compiler) word(w string) bool {
	c.space()
	after, ok := strings.CutPrefix(c.rest, w)
	if !ok {
		return false
	}
	if r, _ := utf8.DecodeRuneInString(after); after != "" && (letter(r) || r == '-') {
		return false
	}
	c.rest = after
	return true
}

func letter(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '_'
}

func (c *compiler) or() (expression, error) {
	return c.chain("or", c.and, func(a, b expression) expression {
		return func(e env) value { return truth(a(e).truth() || b(e).truth()) }
	})
}

func (c *compiler) and() (expression, error) {
	return c.chain("and", c.comparison, func(a, b expression) expression {
		return func(e env) value { return truth(a(e).truth() && b(e).truth()) }
	})
}

func (c *compiler) chain(word string, part func() (expression, error), join func(a, b expression) expression) (expression, error) {
	left, err := part()
	for err == nil && c.word(word) {
		var right expression
		if right, err = part(); err == nil {
			left = join(left, right)
		}
	}
	return left, err
}

// comparisons are tried in this order: <= before <.
var comparisons = []struct {
	sign string
	test func(order int) bool
}{
	{"!=", func(o int) bool { return o != 0 }},
	{"<=", func(o int) bool { return o <= 0 }},
	{">=", func(o int) bool { return o >= 0 }},
	{"=", func(o int) bool { return o == 0 }},
	{"<", func(o int) bool { return o < 0 }},
	{">", func(o int) bool { return o > 0 }},
}

func (c *compiler) comparison() (expression, error) {
	left, err := c.operand()
	if err != nil {
		return nil, err
	}
	for _, is := range comparisons {
		if !c.sign(is.sign) {
			continue
		}
		right, err := c.operand()
		if err != nil {
			return nil, err
		}
		return func(e env) value { return truth(is.test(order(left(e), right(e)))) }, nil
	}
	return left, nil
}

// order compares as numbers what are numbers, and anything else as words, so that days
// are in their order.
func order(a, b value) int {
	x, errA := strconv.ParseFloat(a.words, 64)
	y, errB := strconv.ParseFloat(b.words, 64)
	if errA != nil || errB != nil {
		return strings.Compare(a.words, b.words)
	}
	switch {
	case x < y:
		return -1
	case x > y:
		return 1
	}
	return 0
}

func (c *compiler) operand() (expression, error) {
	if c.depth++; c.depth > deepest {
		return nil, errors.New(c.rest)
	}
	defer func() { c.depth-- }()
	c.space()
	switch {
	case c.sign("("):
		return c.bracket()
	case c.sign("${"):
		name, after, ok := strings.Cut(c.rest, "}")
		if !ok || !c.known(name) {
			return nil, errors.New("${" + name)
		}
		c.rest = after
		return func(e env) value { return value{words: e.answers[name]} }, nil
	case c.sign("'"):
		return c.quoted("'")
	case c.sign(`"`):
		return c.quoted(`"`)
	case c.dot && c.sign("."):
		return func(e env) value { return value{words: e.value} }, nil
	}
	if n := len(c.rest) - len(strings.TrimLeft(c.rest, "0123456789.")); n > 0 {
		number := c.rest[:n]
		if _, err := strconv.ParseFloat(number, 64); err != nil {
			return nil, errors.New(number)
		}
		c.rest = c.rest[n:]
		return func(env) value { return value{words: number} }, nil
	}
	return c.call()
}

func (c *compiler) bracket() (expression, error) {
	e, err := c.or()
	if err == nil && !c.sign(")") {
		err = errors.New(")")
	}
	return e, err
}

// quoted reads words up to the mark with which they began.
func (c *compiler) quoted(mark string) (expression, error) {
	words, after, ok := strings.Cut(c.rest, mark)
	if !ok {
		return nil, errors.New(mark)
	}
	c.rest = after
	return func(env) value { return value{words: words} }, nil
}

// A function makes an expression of its arguments.
type function struct {
	takes int
	of    func(args []expression) (expression, error)
}

var functions = map[string]function{
	"not":            {1, plain(func(_ env, v []value) value { return truth(!v[0].truth()) })},
	"selected":       {2, plain(func(_ env, v []value) value { return truth(has(v[0].words, v[1].words)) })},
	"count-selected": {1, plain(func(_ env, v []value) value { return number(len(strings.Fields(v[0].words))) })},
	"string-length":  {1, plain(func(_ env, v []value) value { return number(utf8.RuneCountInString(v[0].words)) })},
	"today":          {0, plain(func(e env, _ []value) value { return value{words: e.today} })},
	"regex":          {2, matching},
}

func number(n int) value { return value{words: strconv.Itoa(n)} }

func has(list, name string) bool {
	for _, have := range strings.Fields(list) {
		if have == name {
			return true
		}
	}
	return false
}

// plain makes a function of values.
func plain(f func(e env, v []value) value) func([]expression) (expression, error) {
	return func(args []expression) (expression, error) {
		return func(e env) value {
			v := make([]value, len(args))
			for i, a := range args {
				v[i] = a(e)
			}
			return f(e, v)
		}, nil
	}
}

// matching is regex(): the whole of the words has to match. Its pattern is read once.
func matching(args []expression) (expression, error) {
	pattern, err := regexp.Compile(`^(?:` + args[1](env{}).words + `)$`)
	if err != nil {
		return nil, err
	}
	return func(e env) value { return truth(pattern.MatchString(args[0](e).words)) }, nil
}

func (c *compiler) call() (expression, error) {
	n := len(c.rest) - len(strings.TrimLeft(c.rest, "abcdefghijklmnopqrstuvwxyz-"))
	name := c.rest[:n]
	f, ok := functions[name]
	if !ok {
		return nil, errors.New(c.rest)
	}
	c.rest = c.rest[n:]
	if !c.sign("(") {
		return nil, errors.New(name)
	}
	var args []expression
	for !c.sign(")") {
		if len(args) > 0 && !c.sign(",") {
			return nil, errors.New(name)
		}
		a, err := c.or()
		if err != nil {
			return nil, err
		}
		args = append(args, a)
	}
	if len(args) != f.takes {
		return nil, errors.New(name)
	}
	return f.of(args)
}
