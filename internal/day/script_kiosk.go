package day

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"linli/app"
	"linli/assets"
	"linli/kiosk/flow"
)

// progress: the resident looks the case up and rates it.
func progress() []Step {
	return []Step{
		{
			"kiosk-receipt",
			app.Text{ZH: "居民按“查进度”，输回执号", EN: "The resident looks the case up: receipt number"},
			[]Face{Kiosk},
			func(ctx context.Context, d *Story) error {
				if err := d.Tap(ctx, Kiosk, "progress"); err != nil {
					return err
				}
				if _, err := d.UntilPage(Kiosk, "progress.receipt"); err != nil {
					return err
				}
				return d.Digits(ctx, Kiosk, d.Receipt)
			},
		},
		{
			"kiosk-secret-wrong",
			app.Text{ZH: "密码输错了，说清楚怎么办", EN: "A wrong secret: what to do is said"},
			[]Face{Kiosk},
			func(ctx context.Context, d *Story) error {
				if err := d.Tap(ctx, Kiosk, "ok"); err != nil {
					return err
				}
				if _, err := d.UntilPage(Kiosk, "progress.secret"); err != nil {
					return err
				}
				wrong := "111111"
				if d.Secret == wrong {
					wrong = "222222"
				}
				if err := d.Digits(ctx, Kiosk, wrong); err != nil {
					return err
				}
				if err := d.Tap(ctx, Kiosk, "ok"); err != nil {
					return err
				}
				_, err := d.UntilPage(Kiosk, "progress.secret", zh("kiosk.error.wrong_secret"))
				return err
			},
		},
		{
			"kiosk-secret",
			app.Text{ZH: "重新输密码", EN: "The secret once more"},
			[]Face{Kiosk},
			func(ctx context.Context, d *Story) error {
				if err := d.Tap(ctx, Kiosk, "clear"); err != nil {
					return err
				}
				return d.Digits(ctx, Kiosk, d.Secret)
			},
		},
		{
			"kiosk-progress",
			app.Text{ZH: "看到办到哪一步和答复", EN: "They see where it stands, and the reply"},
			[]Face{Kiosk},
			func(ctx context.Context, d *Story) error {
				if err := d.Tap(ctx, Kiosk, "ok"); err != nil {
					return err
				}
				_, err := d.UntilPage(Kiosk, "progress.result", zh("kiosk.progress.state.closed"), d.Receipt, caseService+"、", caseReply)
				return err
			},
		},
		{
			"kiosk-rate",
			app.Text{ZH: "评价", EN: "They rate it"},
			[]Face{Kiosk},
			func(ctx context.Context, d *Story) error {
				if err := d.Tap(ctx, Kiosk, "rate"); err != nil {
					return err
				}
				_, err := d.UntilPage(Kiosk, "rate.score")
				return err
			},
		},
		{
			"kiosk-rated",
			app.Text{ZH: "评好了", EN: "Rated"},
			[]Face{Kiosk},
			func(ctx context.Context, d *Story) error {
				if err := d.Tap(ctx, Kiosk, "1"); err != nil {
					return err
				}
				_, err := d.UntilPage(Kiosk, "rate.thanks")
				return err
			},
		},
		{"kiosk-wiped", app.Text{ZH: "回到开头，什么也不留", EN: "Back to the beginning; nothing stays"}, nil, goHome},
	}
}

// about: what can be done here, and the notices.
func about() []Step {
	tap := func(name, id, page string, what app.Text) Step {
		return Step{name, what, []Face{Kiosk}, func(ctx context.Context, d *Story) error {
			do := d.Tap
			if id == "" {
				do = func(ctx context.Context, f Face, _ string) error { return d.TapFirst(ctx, f) }
			}
			if err := do(ctx, Kiosk, id); err != nil {
				return err
			}
			_, err := d.UntilPage(Kiosk, page)
			return err
		}}
	}
	back := Step{"kiosk-back", app.Text{ZH: "按“上一步”回到开头", EN: "Back to the beginning"}, nil, backHome}
	return []Step{
		tap("kiosk-families", "services", "services.family", app.Text{ZH: "能办什么：五大类", EN: "What can be done here: five families"}),
		tap("kiosk-services", string(app.FamilySocial), "services.item", app.Text{ZH: "一类里的事项", EN: "The items of one"}),
		tap("kiosk-service", "", "service", app.Text{ZH: "一个事项：材料、时限、窗口", EN: "An item: papers, time, window"}),
		{
			"kiosk-service-more",
			app.Text{ZH: "事项的下一页", EN: "Its next page"},
			[]Face{Kiosk},
			func(ctx context.Context, d *Story) error {
				if err := d.Tap(ctx, Kiosk, "@next"); err != nil {
					return err
				}
				_, err := d.Until(Kiosk, func(s Screen) bool { return s.Page == "service" && s.Has("@prev") })
				return err
			},
		},
		back,
		tap("kiosk-notices", "notices", "notices.list", app.Text{ZH: "看通知", EN: "Notices"}),
		tap("kiosk-notice", "", "notices.read", app.Text{ZH: "一条通知", EN: "One notice"}),
		back,
	}
}

func backHome(ctx context.Context, d *Story) error {
	for range 8 {
		s, err := d.See(Kiosk)
		if err != nil {
			return err
		}
		if s.Page == "home" {
			return nil
		}
		if err := d.Tap(ctx, Kiosk, "@back"); err != nil {
			return err
		}
		if _, err := d.Until(Kiosk, func(now Screen) bool { return now.Gen != s.Gen }); err != nil {
			return err
		}
	}
	return errors.New("eight steps back and not at the beginning")
}

// problem: a resident reports a problem, and the desk has it in its inbox.
func problem() []Step {
	steps := []Step{{
		"kiosk-problem",
		app.Text{ZH: "反映问题：哪一类", EN: "A problem: which kind"},
		[]Face{Kiosk},
		func(ctx context.Context, d *Story) error {
			if err := d.Tap(ctx, Kiosk, "problem"); err != nil {
				return err
			}
			_, err := d.UntilPage(Kiosk, "problem.category")
			return err
		},
	}}
	for _, p := range []struct{ name, page, zh, en string }{
		{"kiosk-problem-what", "problem.what", "什么问题", "What it is"},
		{"kiosk-problem-where", "problem.place", "在哪一片", "In which part"},
		{"kiosk-problem-building", "problem.place.2", "哪一栋", "Which building"},
		{"kiosk-problem-phone", "problem.phone", "要不要回电话", "May we call back"},
	} {
		steps = append(steps, Step{p.name, app.Text{ZH: p.zh, EN: p.en}, []Face{Kiosk}, func(ctx context.Context, d *Story) error {
			if err := d.TapFirst(ctx, Kiosk); err != nil {
				return err
			}
			_, err := d.UntilPage(Kiosk, p.page)
			return err
		}})
	}
	return append(
		steps,
		Step{
			"kiosk-problem-number",
			app.Text{ZH: "留个电话", EN: "The number to call"},
			[]Face{Kiosk},
			func(ctx context.Context, d *Story) error {
				if err := d.Tap(ctx, Kiosk, "leave"); err != nil {
					return err
				}
				if _, err := d.UntilPage(Kiosk, "problem.phone.number"); err != nil {
					return err
				}
				return d.Digits(ctx, Kiosk, callBack)
			},
		},
		Step{
			"kiosk-problem-check",
			app.Text{ZH: "念一遍给居民听", EN: "Read back before it is sent"},
			[]Face{Kiosk},
			func(ctx context.Context, d *Story) error {
				if err := d.Tap(ctx, Kiosk, "ok"); err != nil {
					return err
				}
				_, err := d.UntilPage(Kiosk, "problem.confirm", callBack)
				return err
			},
		},
		Step{
			"kiosk-problem-words",
			app.Text{ZH: "再写几个字：先用手写一个", EN: "A few words of one's own: the first by hand"},
			nil,
			func(ctx context.Context, d *Story) error {
				if err := d.Tap(ctx, Kiosk, "words"); err != nil {
					return err
				}
				if _, err := d.UntilPage(Kiosk, "problem.words"); err != nil {
					return err
				}
				across := func(y, from, to float64) (line [][2]float64) {
					for i := range 9 {
						line = append(line, [2]float64{from + (to-from)*float64(i)/8, y})
					}
					return line
				}
				if err := d.Draw(ctx, Kiosk, "ink", across(28, 34, 66), across(50, 37, 63), across(74, 28, 72)); err != nil {
					return err
				}
				return d.Word(ctx, "", "三")
			},
		},
		Step{
			"kiosk-problem-typed",
			app.Text{ZH: "再用拼音写两个词", EN: "Then two words by their sounds"},
			nil,
			func(ctx context.Context, d *Story) error {
				if err := d.Tap(ctx, Kiosk, flow.PressWay(flow.WayPinyin)); err != nil {
					return err
				}
				if _, err := d.Until(Kiosk, func(s Screen) bool { return !s.Has("ink") }); err != nil {
					return err
				}
				if err := d.Word(ctx, "lou", "楼"); err != nil {
					return err
				}
				if err := d.Word(ctx, "denghuaile", "灯坏了"); err != nil {
					return err
				}
				if err := d.Tap(ctx, Kiosk, "ok"); err != nil {
					return err
				}
				_, err := d.UntilPage(Kiosk, "problem.confirm", OwnWords, callBack)
				return err
			},
		},
		Step{
			"kiosk-problem-sent",
			app.Text{ZH: "收到了，给查询号和密码", EN: "Received, with a number and a secret"},
			[]Face{Kiosk},
			func(ctx context.Context, d *Story) error {
				if err := d.Tap(ctx, Kiosk, "ok"); err != nil {
					return err
				}
				s, err := d.UntilPage(Kiosk, "problem.sent")
				if err == nil && (find(s, receiptNumber) == "" || find(s, receiptSecret) == "") {
					err = fmt.Errorf("no number or no secret on %v", s.Texts)
				}
				return err
			},
		},
		Step{
			"kiosk-problem-copied",
			app.Text{ZH: "问一句：抄好了吗", EN: "Asked once: are both copied?"},
			[]Face{Kiosk},
			func(ctx context.Context, d *Story) error {
				if err := d.Tap(ctx, Kiosk, "copied"); err != nil {
					return err
				}
				s, err := d.UntilPage(Kiosk, "problem.sent.copied")
				if err == nil && find(s, receiptSecret) != "" {
					err = errors.New("the secret is still to be seen")
				}
				return err
			},
		},
		Step{
			"desk-inbox",
			app.Text{ZH: "前台的来件", EN: "The desk's inbox"},
			[]Face{Desk},
			func(ctx context.Context, d *Story) error {
				if err := goHome(ctx, d); err != nil {
					return err
				}
				if err := d.Key(ctx, Desk, "ctrl+4"); err != nil {
					return err
				}
				_, err := d.Until(Desk, func(s Screen) bool {
					return s.Page == "inbox" && s.Has("inbox.list.0") && s.Says("199****1234", OwnWords) && !s.Says(callBack)
				})
				return err
			},
		},
		Step{
			"desk-inbox-case",
			app.Text{ZH: "转成办件：在哪一栋、怎么回电话都带过来", EN: "A case is made of it, with its building and its phone"},
			[]Face{Desk},
			func(ctx context.Context, d *Story) error {
				if err := d.Key(ctx, Desk, "Return"); err != nil {
					return err
				}
				_, err := d.UntilPage(Desk, "case", zh("desk.case.state.open"), zh("desk.case.grid"), "199****1234")
				return err
			},
		},
		Step{
			"desk-case-phone",
			app.Text{ZH: "要回电话，按 Ctrl+E 看号码，记在账上", EN: "To call back, Ctrl+E shows the number; the look is noted"},
			[]Face{Desk},
			func(ctx context.Context, d *Story) error {
				if err := d.Key(ctx, Desk, "ctrl+e"); err != nil {
					return err
				}
				_, err := d.UntilPage(Desk, "case", callBack)
				return err
			},
		},
	)
}

// Word presses keys on the kiosk's keyboard, those of 26 or nine as the screen has
// them, and then the word that is meant; it is to be seen in the text.
func (d *Story) Word(ctx context.Context, keys, word string) error {
	s, err := d.See(Kiosk)
	if err != nil {
		return err
	}
	if !s.Has("q") {
		keys = onNine.Replace(keys)
	}
	if err := d.Digits(ctx, Kiosk, keys); err != nil {
		return err
	}
	if err := d.Tap(ctx, Kiosk, flow.Take(len(keys), word)); err != nil {
		return err
	}
	_, err = d.Until(Kiosk, func(s Screen) bool {
		return !slices.ContainsFunc(s.IDs(), func(id string) bool { return strings.HasPrefix(id, flow.Take(len(keys), "")) }) && s.Says(word)
	})
	return err
}

// onNine turns letters into the keys that bear them.
var onNine = strings.NewReplacer(
	"a", "2", "b", "2", "c", "2", "d", "3", "e", "3", "f", "3", "g", "4", "h", "4", "i", "4", "j", "5", "k", "5", "l", "5", "m", "6", "n", "6", "o", "6",
	"p", "7", "q", "7", "r", "7", "s", "7", "t", "8", "u", "8", "v", "8", "w", "9", "x", "9", "y", "9", "z", "9",
)

// help: a resident calls for staff, and the desk answers.
func help() []Step {
	return []Step{
		{
			"kiosk-help",
			app.Text{ZH: "居民按“找工作人员”，前台响铃", EN: "The resident calls for staff; the desk rings"},
			[]Face{Kiosk, Desk},
			func(ctx context.Context, d *Story) error {
				if err := d.Tap(ctx, Kiosk, "@help"); err != nil {
					return err
				}
				if _, err := d.UntilPage(Kiosk, "help.called"); err != nil {
					return err
				}
				_, err := d.Until(Desk, func(s Screen) bool { return s.Has("help.0") && s.Says(zh("desk.help.ring")) })
				return err
			},
		},
		{
			"kiosk-help-coming",
			app.Text{ZH: "前台按 F10：马上来", EN: "F10 at the desk: someone is coming"},
			[]Face{Kiosk},
			func(ctx context.Context, d *Story) error {
				if err := d.Key(ctx, Desk, "F10"); err != nil {
					return err
				}
				if _, err := d.UntilPage(Kiosk, "help.coming"); err != nil {
					return err
				}
				_, err := d.Until(Desk, func(s Screen) bool { return !s.Has("help.0") })
				return err
			},
		},
		{"kiosk-help-over", app.Text{ZH: "回到开头", EN: "Back"}, nil, backHome},
		{
			"kiosk-help-nobody",
			app.Text{ZH: "半分钟没有人应：给居民别的办法", EN: "Nobody answers for half a minute: the kiosk offers something else"},
			[]Face{Kiosk},
			func(ctx context.Context, d *Story) error {
				// The next resident: on an inner page the way home ends the one before.
				if err := d.Tap(ctx, Kiosk, "services"); err != nil {
					return err
				}
				if err := goHome(ctx, d); err != nil {
					return err
				}
				if err := d.Tap(ctx, Kiosk, "@help"); err != nil {
					return err
				}
				if _, err := d.UntilPage(Kiosk, "help.called"); err != nil {
					return err
				}
				var err error
				for range 3 { // as long as the kiosk's own patience, and more
					if _, err = d.UntilPage(Kiosk, "help.nobody"); err == nil {
						break
					}
				}
				return err
			},
		},
		{
			"kiosk-help-end",
			app.Text{ZH: "回到开头，前台知道了", EN: "Back; the desk knows"},
			nil,
			func(ctx context.Context, d *Story) error {
				if err := backHome(ctx, d); err != nil {
					return err
				}
				if err := d.Key(ctx, Desk, "F10"); err != nil {
					return err
				}
				_, err := d.Until(Desk, func(s Screen) bool { return !s.Has("help.0") })
				return err
			},
		},
	}
}

// comfort: text size, contrast and the other language, for this resident only.
func comfort() []Step {
	press := func(name, id string, what app.Text, changed func(before, now Screen) bool) Step {
		return Step{name, what, []Face{Kiosk}, func(ctx context.Context, d *Story) error {
			before, err := d.See(Kiosk)
			if err != nil {
				return err
			}
			if err := d.Tap(ctx, Kiosk, id); err != nil {
				return err
			}
			_, err = d.Until(Kiosk, func(now Screen) bool { return now.Page == "home" && changed(before, now) })
			return err
		}}
	}
	texts := func(before, now Screen) bool { return !slices.Equal(before.Texts, now.Texts) }
	english := assets.Format(assets.LangEnglish, "kiosk.home.title")
	return []Step{
		press("kiosk-large", "@size", app.Text{ZH: "字大一点", EN: "Larger text"}, texts),
		{
			"kiosk-large-service",
			app.Text{ZH: "大字的事项：放不下的材料说在下一页", EN: "An item in large text: papers that follow are announced"},
			[]Face{Kiosk},
			func(ctx context.Context, d *Story) error {
				for _, step := range []struct{ id, page string }{{"services", "services.family"}, {string(app.FamilySocial), "services.item"}} {
					if err := d.Tap(ctx, Kiosk, step.id); err != nil {
						return err
					}
					if _, err := d.UntilPage(Kiosk, step.page); err != nil {
						return err
					}
				}
				if err := d.TapFirst(ctx, Kiosk); err != nil {
					return err
				}
				_, err := d.UntilPage(Kiosk, "service")
				return err
			},
		},
		{"kiosk-large-back", app.Text{ZH: "回到开头", EN: "Back"}, nil, backHome},
		press("kiosk-contrast", "@contrast", app.Text{ZH: "黑底", EN: "High contrast"}, texts),
		press("kiosk-english", "@lang", app.Text{ZH: "英文", EN: "English"}, func(_, now Screen) bool { return now.Says(english) }),
		{
			"desk-english",
			app.Text{ZH: "前台换成英文", EN: "The desk in English"},
			[]Face{Desk},
			func(ctx context.Context, d *Story) error {
				if err := d.Key(ctx, Desk, "ctrl+l"); err != nil {
					return err
				}
				_, err := d.UntilPage(Desk, "case", assets.Format(assets.LangEnglish, "desk.key.next"))
				return err
			},
		},
	}
}
