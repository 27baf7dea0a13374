// Package flow holds the kiosk's conversations as pure functions: from what is
// known and what the resident has answered so far to the next page. A page is
// data. No page knows how it is drawn, so every page gets the rules for elders
// (research: large targets, one question, at most six choices, help in its
// corner, everything spoken) from the one renderer, and tests walk every flow
// without a window.
//
// # How a flow is written
//
// A flow is a function from [Facts] and a trail of answers to a page. It takes
// its answers from the trail one by one; the first question that has none is
// the page to show. What the machine must do stands in the flow as a question
// too: a page of kind [Wait] whose [Work] the session carries out and whose
// answer is the [Outcome]. [Show], [Press] and [Finish] do the rest for all
// flows alike: going back, parting what does not fit, pads, errors, help.
package flow

// Kind is how a page is answered.
type Kind string

// The kinds of page.
const (
	Choose  Kind = "choose"  // tap one of at most six tiles
	Digits  Kind = "digits"  // type digits on the pad
	Write   Kind = "write"   // write words: by hand, by their sound or by their strokes
	Ticks   Kind = "ticks"   // rows to tick, as many as are so, then one big button
	List    Kind = "list"    // rows, at most six at a time, paged by buttons
	Read    Kind = "read"    // text to read or hear, paged by buttons; Choices may stand below
	Confirm Kind = "confirm" // check, then one big button; a Choice may stand beside it
	Result  Kind = "result"  // one sentence, one number, one next step
	Wait    Kind = "wait"    // the machine is working; 请稍候
)

// Text is something to show or say: a translation key with arguments, or
// content words that come from the hall's own data (then Key is empty).
type Text struct {
	Key  string
	Args []any // strings and ints; an argument may be a Text itself
	ZH   string
	EN   string
}

// T is a translated text.
func T(key string, args ...any) Text { return Text{Key: key, Args: args} }

// Content is text from the hall's data.
func Content(zh, en string) Text { return Text{ZH: zh, EN: en} }

// Empty answers whether there is nothing to show.
func (t Text) Empty() bool { return t.Key == "" && t.ZH == "" && t.EN == "" }

// Choice is one thing to touch: a tile, a list row or the primary button.
type Choice struct {
	ID   string // answer it gives; unique on the page
	Word Text
	Note Text   // a second line, smaller; may be empty
	Icon string // pictogram name in assets; may be empty
	Face Face   // colour of a tile
	Off  bool   // shown with its Note as the reason, cannot be touched
	On   bool   // Ticks: it is ticked
	Ever bool   // stands on every part of a page of choices, such as the way out of its question
}

// Face names a tile's colour by meaning; the theme has the values.
type Face string

// The faces: the plain one, the five families and the five scores.
const (
	FacePlain   Face = ""
	FaceCity    Face = "city"
	FacePublic  Face = "public"
	FaceSocial  Face = "social"
	FaceSelfGov Face = "selfgov"
	FaceMutual  Face = "mutual"
)

// MaxChoices is the most things to choose from on one page, paging buttons and
// corners aside.
const MaxChoices = 6

// Pad describes a number pad. Its keys are pressed as "0" … "9", [PressDelete]
// and [PressClear]; the page's Primary says that the number is complete.
type Pad struct {
	Min, Max int    // digits
	Groups   []int  // how the digits are grouped when shown, such as 4-4-4; see [Group]
	Hidden   bool   // show dots
	Prefix   string // shown before the digits and not typed, such as "A"
	Check    bool   // the last digit is a receipt number's check digit
	Phone    bool   // the digits are a telephone number
	X        bool   // the last sign may be an X, as of identity numbers
	Open     bool   // nothing need be typed
}

// Page is one screen of a conversation.
type Page struct {
	ID      string // "ticket.business"; stable, used in tests and for help
	Kind    Kind
	Title   Text   // a question, or the sentence of a result
	Spoken  Text   // what is read aloud; never empty
	Body    []Text // paragraphs of Read, Confirm, Result
	Items   [2]int // Read: Body from the first to before the second is a list; where it goes on on another part, that is said
	Choices []Choice
	Pad     *Pad
	Pen     *Pen    // Write
	Field   *Field  // Digits, Write, Ticks: what the answer has to be beyond that; not drawn
	Ticks   [2]Text // Ticks: what stands below a row that is not ticked, and below one that is
	Primary *Choice // the one next step; nil on pages of choices
	Number  string  // Result: to be called or copied, biggest on the page
	Named   Text    // what the number is, above it
	Code    string  // Result: the secret beside the number
	Coded   Text    // what that is, above it
	Step    int     // 第 Step 步, 共 Steps 步; 0 shows nothing
	Steps   int
	Part    int   // List, Read: which part is shown, from 0
	Parts   int   // how many parts there are; > 1 shows page buttons
	Home    bool  // the first page: nothing to go back to
	Final   bool  // something was done for good: there is no way back, the next step leads on
	Private bool  // holds something about a person; never spoken over the loudspeaker beyond Spoken
	Error   Text  // what was wrong with the last answer and how to mend it; may be empty
	Work    *Work // Wait: what the machine is doing; for the session, not drawn
}

// Back answers whether the page has a way back to the one before.
func (p Page) Back() bool { return !p.Home && !p.Final }

// Leave answers whether the page offers the way to the first page: inner pages
// do, unless they have it as an answer or a result to be read first.
func (p Page) Leave() bool {
	if p.Home || p.Final || p.Kind == Wait || p.Kind == Result {
		return false
	}
	return !p.Answers(PressHome)
}

// Answers answers whether the page itself offers what a corner is pressed for,
// as 回到事项 does with the way back.
func (p Page) Answers(id string) bool {
	_, own := p.choice(id)
	return own
}

// Corner and paging targets: always there, always the same. Their ids are
// pressed like choices.
const (
	PressBack     = "@back"
	PressRepeat   = "@repeat"
	PressSize     = "@size"
	PressHelp     = "@help"
	PressLang     = "@lang"
	PressContrast = "@contrast"
	PressPrev     = "@prev"
	PressNext     = "@next"
	PressStay     = "@stay" // answers the idle question
	PressHome     = "@home" // 完成 or 不办了: everything is wiped at once
	PressVolume   = "@volume"

	PressDelete = "del"   // pad and pen: what was pressed last goes
	PressClear  = "clear" // pad and pen: all goes
	PressX      = "X"     // pad: of an identity number
	PressOK     = "ok"    // the primary button of pad, pen, tick and confirm pages
)
