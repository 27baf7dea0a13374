package day

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"linli/app"
	"linli/store"
)

// visit: the desk signs in, calls, and registers the visit.
func visit() []Step {
	return []Step{
		{
			"desk-signed-in",
			app.Text{ZH: "窗口人员登录：姓名、密码、窗口", EN: "The clerk signs in: name, PIN, window"},
			[]Face{Desk},
			func(ctx context.Context, d *Story) error {
				if err := d.Pick(ctx, Desk, "field.name", store.DemoClerk); err != nil {
					return err
				}
				if err := d.Type(ctx, Desk, store.DemoClerkPIN); err != nil {
					return err
				}
				if err := d.Key(ctx, Desk, "Return"); err != nil {
					return err
				}
				if err := d.Pick(ctx, Desk, "field.window", "1"); err != nil {
					return err
				}
				_, err := d.UntilPage(Desk, "home", d.Number)
				return err
			},
		},
		{
			"desk-call",
			app.Text{ZH: "按 F2 叫号，叫号屏显示", EN: "F2 calls the number; the public display shows it"},
			[]Face{Desk, Board},
			func(ctx context.Context, d *Story) error {
				// Others of the demo may stand before our resident.
				for range 40 {
					if err := d.Key(ctx, Desk, "F2"); err != nil {
						return err
					}
					s, err := d.Until(Desk, func(s Screen) bool { return called(s) != "" })
					if err != nil {
						return err
					}
					number := called(s)
					if number == d.Number {
						_, err := d.UntilPage(Board, "board", number, zh("board.now"))
						return err
					}
					if err := d.Key(ctx, Desk, "F9"); err != nil {
						return err
					}
					if _, err := d.UntilPage(Desk, "home", zh("desk.queue.done", number)); err != nil {
						return err
					}
				}
				return errors.New("forty numbers and never ours")
			},
		},
		{
			"desk-recall",
			app.Text{ZH: "按 F3 再叫一遍", EN: "F3 calls again"},
			[]Face{Board},
			func(ctx context.Context, d *Story) error {
				if err := d.Key(ctx, Desk, "F3"); err != nil {
					return err
				}
				_, err := d.UntilPage(Desk, "home", d.Number, zh("desk.queue.called", 2))
				return err
			},
		},
		{
			"desk-residents",
			app.Text{ZH: "按 F6，用拼音首字母找居民", EN: "F6: residents are found by their pinyin initials"},
			[]Face{Desk},
			func(ctx context.Context, d *Story) error {
				if err := d.Key(ctx, Desk, "F6"); err != nil {
					return err
				}
				if _, err := d.UntilPage(Desk, "residents"); err != nil {
					return err
				}
				if err := d.Type(ctx, Desk, startsBy); err != nil {
					return err
				}
				s, err := d.Until(Desk, func(s Screen) bool { return s.Page == "residents" && s.Has("residents.list.0") && aName(s) != "" })
				if err != nil {
					return err
				}
				d.Resident = aName(s)
				return nil
			},
		},
		{
			"desk-visit",
			app.Text{ZH: "按 F8 登记来访：首字母找人，选事项和结果", EN: "F8 registers the visit: initials, service, outcome"},
			[]Face{Desk},
			func(ctx context.Context, d *Story) error {
				if err := d.Key(ctx, Desk, "Escape"); err != nil {
					return err
				}
				if _, err := d.UntilPage(Desk, "home"); err != nil {
					return err
				}
				if err := d.Key(ctx, Desk, "F8"); err != nil {
					return err
				}
				if _, err := d.UntilPage(Desk, "visit", d.Number); err != nil {
					return err
				}
				if err := d.PickBy(ctx, Desk, "field.resident", initials(d.Resident), d.Resident); err != nil {
					return err
				}
				if err := d.PickOnly(ctx, Desk, "field.service", caseService); err != nil {
					return err
				}
				if _, err := d.UntilPage(Desk, "visit"); err != nil {
					return err
				}
				return d.Tap(ctx, Desk, "field.outcome."+string(app.OutcomeAccepted))
			},
		},
		{
			"desk-visit-saved",
			app.Text{ZH: "存好，号码办完；人还在窗口，F2 先不叫下一位", EN: "Saved; the number is done, the resident still here: F2 calls nobody yet"},
			[]Face{Desk, Board},
			func(ctx context.Context, d *Story) error {
				if err := d.Key(ctx, Desk, "ctrl+s"); err != nil {
					return err
				}
				// What was accepted goes on: the form of its case is open already.
				if _, err := d.UntilPage(Desk, "newcase", zh("desk.saved"), zh("desk.serving.state"), d.Number, d.Resident); err != nil {
					return err
				}
				if err := d.Key(ctx, Desk, "F2"); err != nil {
					return err
				}
				if _, err := d.UntilPage(Desk, "newcase", zh("desk.serving.finish.here", zh("desk.serving.who", d.Number, d.Resident))); err != nil {
					return err
				}
				// Whoever is served leaves the band and stands among the earlier calls.
				_, err := d.Until(Board, func(s Screen) bool { return s.Says(zh("board.recent"), d.Number) && !s.Says(zh("board.now")) })
				return err
			},
		},
	}
}

// caseOfTheDay: a case from its opening to its close.
func caseOfTheDay() []Step {
	step := func(s app.CaseStep, state app.CaseState) Step {
		return Step{
			"desk-case-" + string(s),
			app.Text{ZH: zh("desk.case.step." + string(s)), EN: "Case: " + string(s)},
			[]Face{Desk},
			func(ctx context.Context, d *Story) error {
				if err := d.Tap(ctx, Desk, "case."+string(s)); err != nil {
					return err
				}
				switch s {
				case app.CaseStepReply:
					if _, err := d.UntilPage(Desk, "case+sheet"); err != nil {
						return err
					}
					if err := d.Fill(ctx, Desk, caseReply); err != nil {
						return err
					}
					if err := d.Key(ctx, Desk, "ctrl+s"); err != nil {
						return err
					}
				case app.CaseStepClose:
					if _, err := d.UntilPage(Desk, "case+sheet"); err != nil {
						return err
					}
					if err := d.Key(ctx, Desk, "Return"); err != nil {
						return err
					}
				}
				_, err := d.UntilPage(Desk, "case", zh("desk.case.state."+string(state)), zh("desk.case.done."+string(s)))
				return err
			},
		}
	}
	return []Step{
		{
			"desk-newcase-pinyin",
			app.Text{ZH: "桌面的输入法不灵，按 Ctrl 加空格用工作台自己的拼音", EN: "Where the desktop's input method fails, Ctrl+Space is the desk's own pinyin"},
			nil,
			func(ctx context.Context, d *Story) error {
				if err := d.Tap(ctx, Desk, "field.kind."+string(app.CaseHelp)); err != nil {
					return err
				}
				if err := d.Tap(ctx, Desk, "field.title"); err != nil {
					return err
				}
				if err := d.Key(ctx, Desk, "ctrl+a"); err != nil { // instead of the service's name
					return err
				}
				return d.Key(ctx, Desk, "ctrl+space")
			},
		},
		{
			"desk-newcase",
			app.Text{ZH: "接着开办件：居民和事项已经填好", EN: "The case of the visit: resident and service are filled in"},
			[]Face{Desk},
			func(ctx context.Context, d *Story) error {
				if err := d.Fill(ctx, Desk, titleKeys); err != nil {
					return err
				}
				if _, err := d.UntilPage(Desk, "newcase", caseTitle, titleSpelled); err != nil {
					return err
				}
				if err := d.Key(ctx, Desk, "space", "Shift_L"); err != nil { // the first word, and back to letters
					return err
				}
				_, err := d.Until(Desk, func(s Screen) bool {
					return s.Says(caseTitle) && !s.Says(titleSpelled) && slices.Contains(s.Texts, zh("desk.pinyin.off"))
				})
				return err
			},
		},
		{
			"desk-receipt",
			app.Text{ZH: "存好，给居民回执号和密码", EN: "Saved; the resident gets a receipt number and a secret"},
			[]Face{Desk},
			func(ctx context.Context, d *Story) error {
				if err := d.Key(ctx, Desk, "ctrl+s"); err != nil {
					return err
				}
				s, err := d.Until(Desk, func(s Screen) bool { return strings.HasSuffix(s.Page, "+sheet") && find(s, receiptNumber) != "" })
				if err != nil {
					return err
				}
				d.Receipt = strings.ReplaceAll(find(s, receiptNumber), " ", "")
				d.Secret = strings.ReplaceAll(find(s, receiptSecret), " ", "")
				if d.Secret == "" {
					return fmt.Errorf("no secret on %v", s.Texts)
				}
				return nil
			},
		},
		{
			"desk-case",
			app.Text{ZH: "办件的页面", EN: "The case's page"},
			[]Face{Desk},
			func(ctx context.Context, d *Story) error {
				if err := d.Key(ctx, Desk, "ctrl+Return"); err != nil {
					return err
				}
				s, err := d.UntilPage(Desk, "case", caseTitle, zh("desk.case.state.open"), zh("desk.queue.nobody"))
				if err == nil && find(s, receiptSecret) != "" {
					err = errors.New("the secret is still to be seen")
				}
				return err
			},
		},
		step(app.CaseStepAccept, app.CaseAccepted),
		step(app.CaseStepReply, app.CaseReplied),
		step(app.CaseStepClose, app.CaseClosed),
	}
}
