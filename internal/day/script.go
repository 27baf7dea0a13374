package day

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"linli/app"
	"linli/assets"
	"linli/store"
)

// What the script writes at the desk. Nobody is meant.
const (
	caseService = "路灯" // enough of its name
	caseTitle   = "路灯坏了"
	titleKeys   = "ludenghuaile" // on the desk's own pinyin
	caseReply   = "路灯修好了"
	startsBy    = "w" // the initial that residents are looked for by
	// titleSpelled is how the desk shows the keys.
	titleSpelled = "lu deng huai le"
	callBack     = "19900001234"
)

// OwnWords is what a resident writes at the kiosk.
const OwnWords = "三楼灯坏了"

// typed is every character beyond ASCII that the script types.
const typed = store.DemoClerk + caseTitle + caseReply

// Step is one thing that happens in the day and the faces worth a picture then.
type Step struct {
	Name  string   // short, for a file's name: "kiosk-ticket"
	What  app.Text // what happens, in a sentence
	Faces []Face
	Do    func(ctx context.Context, d *Story) error
}

// Story is a day under way: the hall, and what later steps need from earlier
// ones.
type Story struct {
	*Hall
	Number   string // on the resident's ticket
	Receipt  string // 12 digits
	Secret   string // 6 digits
	Resident string // name of the one found at the desk
}

// Script is the day in Chinese.
func Script() []Step {
	return slices.Concat(opening(), ticket(), visit(), caseOfTheDay(), progress(), about(), problem(), help(), comfort())
}

// EnglishScript is a shorter round in English, for a hall opened in it.
func EnglishScript() []Step {
	return slices.Concat(openingEnglish(), ticket(), inEnglish(), about())
}

func zh(key string, args ...any) string { return assets.Format(assets.LangChinese, key, args...) }

func opening() []Step {
	return []Step{{
		"open",
		app.Text{ZH: "大厅开门：自助机、前台、叫号屏", EN: "The hall opens: kiosk, desk, public display"},
		Faces(),
		func(_ context.Context, d *Story) error {
			if _, err := d.UntilPage(Kiosk, "home", zh("kiosk.home.title")); err != nil {
				return err
			}
			if _, err := d.UntilPage(Desk, "signin", zh("desk.signin.title")); err != nil {
				return err
			}
			_, err := d.UntilPage(Board, "board", zh("board.waiting"), zh("board.none"))
			return err
		},
	}}
}

// ticket: a resident takes a number, and the board counts one more.
func ticket() []Step {
	var before int
	return []Step{
		{
			"kiosk-business",
			app.Text{ZH: "居民在自助机上按“取号”", EN: "A resident touches “take a number” at the kiosk"},
			[]Face{Kiosk},
			func(ctx context.Context, d *Story) error {
				board, err := d.See(Board)
				if err != nil {
					return err
				}
				before = waiting(board)
				if err := d.Tap(ctx, Kiosk, "ticket"); err != nil {
					return err
				}
				_, err = d.UntilPage(Kiosk, "ticket.business")
				return err
			},
		},
		{
			"kiosk-priority",
			app.Text{ZH: "选业务，问要不要优先", EN: "They choose a business and are asked about priority"},
			[]Face{Kiosk},
			func(ctx context.Context, d *Story) error {
				if err := d.TapFirst(ctx, Kiosk); err != nil {
					return err
				}
				_, err := d.UntilPage(Kiosk, "ticket.priority")
				return err
			},
		},
		{
			"kiosk-number",
			app.Text{ZH: "拿到号", EN: "They have a number"},
			[]Face{Kiosk, Board},
			func(ctx context.Context, d *Story) error {
				if err := d.Tap(ctx, Kiosk, "normal"); err != nil {
					return err
				}
				s, err := d.UntilPage(Kiosk, "ticket.taken")
				if err != nil {
					return err
				}
				if d.Number = find(s, ticketNumber); d.Number == "" {
					return fmt.Errorf("no number on %v", s.Texts)
				}
				_, err = d.Until(Board, func(s Screen) bool {
					return waiting(s) == before+1 &&
						(s.Says(zh("board.none.waiting")) || s.Says(assets.Format(assets.LangEnglish, "board.none.waiting")))
				})
				return err
			},
		},
		{
			"kiosk-home",
			app.Text{ZH: "按“完成”，回到开头", EN: "“Done” goes back to the beginning"},
			nil, goHome,
		},
	}
}

func goHome(ctx context.Context, d *Story) error {
	if err := d.Tap(ctx, Kiosk, "@home"); err != nil {
		return err
	}
	s, err := d.UntilPage(Kiosk, "home")
	if err == nil && d.Number != "" && s.Says(d.Number) {
		err = errors.New("the resident's number is still on the first page")
	}
	return err
}

func openingEnglish() []Step {
	return []Step{{
		"open",
		app.Text{ZH: "英文的大厅", EN: "The hall in English"},
		Faces(),
		func(ctx context.Context, d *Story) error {
			if err := toEnglish(ctx, d); err != nil {
				return err
			}
			_, err := d.UntilPage(Board, "board", assets.Format(assets.LangEnglish, "board.waiting"))
			return err
		},
	}}
}

// inEnglish asks for English again: every resident begins in Chinese.
func inEnglish() []Step {
	return []Step{{"kiosk-english", app.Text{ZH: "下一位也用英文", EN: "The next resident wants English too"}, nil, toEnglish}}
}

func toEnglish(ctx context.Context, d *Story) error {
	if _, err := d.UntilPage(Kiosk, "home", zh("kiosk.home.title")); err != nil {
		return err
	}
	if err := d.Tap(ctx, Kiosk, "@lang"); err != nil {
		return err
	}
	_, err := d.UntilPage(Kiosk, "home", assets.Format(assets.LangEnglish, "kiosk.home.title"))
	return err
}
