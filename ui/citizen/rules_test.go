package citizen_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"

	"linli/assets"
	"linli/kiosk/flow"
	"linli/kiosk/flow/flowtest"
	"linli/kiosk/session"
	"linli/ui/citizen"
	"linli/ui/theme"
	"linli/ui/widget"
)

// The numbers of the rules for elders (docs/rules.md), written out once more: a theme that is measured by itself always passes.
const (
	leastTargetMM   = 20  // a target's sides
	leastPrimaryMM  = 30  // the height of the next step
	leastGapMM      = 3   // between targets
	mostGapMM       = 13  // between those that are chosen from
	leastEM         = 10  // of text, in millimetres at 600, where every conversation begins
	leastCapitalMM  = 4.8 // of a capital letter at any size that a resident can choose
	capital         = 0.733
	leastLineHeight = 1.3 // ems
	leastParagraph  = 1.3 // of the way from one line to the next
	leastContrast   = 7   // to one
	mostChoices     = 6
)

// leastEmMM is the least size of type in a view: where every conversation begins it is the rule's own, the smaller size keeps
// to that of the eye at 500 mm, and the larger one is larger.
func leastEmMM(v citizen.View) float32 {
	far := max(1, v.Profile.ViewMM/600)
	switch v.Size {
	case theme.SizeSmall:
		return 8.3 * far
	case theme.SizeLarge:
		return 12 * far
	}
	return leastEM * far
}

func TestTypeIsAsLargeAsTheEyeNeeds(t *testing.T) {
	for _, p := range theme.Profiles() {
		for size := range theme.TextSizes {
			em := p.EmMM(theme.TextSize(size))
			if em*capital < leastCapitalMM {
				t.Errorf("%s, size %d: a capital of %.1f mm", p.Name, size, em*capital)
			}
			if size == session.DefaultLook().Size && em < leastEM*max(1, p.ViewMM/600) {
				t.Errorf("%s: text begins with an em of %.1f mm at %.0f mm", p.Name, em, p.ViewMM)
			}
		}
	}
	if theme.TextSizes != 3 || session.SizeSmall != int(theme.SizeSmall) || session.SizeUsual != int(theme.SizeMiddle) || session.SizeLarge != int(theme.SizeLarge) {
		t.Errorf("the conversation's three sizes are not the theme's %d", theme.TextSizes)
	}
}

// What is chosen from stands together: beside or below each tile, row and digit is the next one, no further than a finger's breadth.
func TestNeighboursStandTogether(t *testing.T) {
	everyView(t, func(t *testing.T, v citizen.View, p citizen.Placed) {
		for _, a := range p.Targets {
			if a.Kind != citizen.Tile && a.Kind != citizen.Row && (a.Kind != citizen.Key || v.Page.Pad == nil) {
				continue
			}
			nearest, others := float32(mostGapMM), 0
			for _, b := range p.Targets {
				if b.Kind == a.Kind && b.ID != a.ID {
					others++
					nearest = min(nearest, apart(a.Rect, b.Rect))
				}
			}
			if others > 0 && nearest >= mostGapMM {
				t.Errorf("%s: nothing is within %d mm of %s", where(v), mostGapMM, a.ID)
			}
		}
	})
}

// From the last line of a paragraph to the first of the next it is further than from line to line.
func TestParagraphsStandApart(t *testing.T) {
	measured := 0
	var rest []string // of the page, from part to part
	everyView(t, func(t *testing.T, v citizen.View, p citizen.Placed) {
		if v.Part == 0 {
			rest = nil
			for i, b := range v.Page.Body {
				if text := squeeze(b.In(v.Lang)); text != "" && (i > 0 || !v.Page.Home) {
					rest = append(rest, text)
				}
			}
		}
		var last *citizen.Line
		ended := false
		for i := range p.Lines {
			l := &p.Lines[i]
			if l.Role != citizen.RoleBody {
				continue
			}
			if ended && l.Y-last.Y < leastParagraph*last.H-tolerance {
				t.Errorf("%s: %.1f mm to the next paragraph %q, %.1f from line to line", where(v), l.Y-last.Y, l.Text, last.H)
			}
			if ended {
				measured++
			}
			if len(rest) == 0 {
				t.Fatalf("%s: %q is of no paragraph", where(v), l.Text)
			}
			rest[0] = strings.TrimPrefix(rest[0], squeeze(l.Text))
			if ended = rest[0] == ""; ended {
				rest = rest[1:]
			}
			last = l
		}
	})
	if measured < 100 {
		t.Errorf("only %d gaps between paragraphs", measured)
	}
}

// What a colour says, a word, a pictogram or the light and dark of it says as well.
func TestColourIsNeverAlone(t *testing.T) {
	dark, card := theme.Normal().Dark, theme.Normal().Card
	if theme.Contrast(dark, card) < leastContrast {
		t.Error("the way in which is written now is told by its hue alone")
	}
	everyView(t, func(t *testing.T, v citizen.View, p citizen.Placed) {
		for _, a := range p.Targets {
			if len(a.Lines) == 0 {
				t.Errorf("%s: %s has no word", where(v), a.ID)
			}
			if a.Kind == citizen.Tile && a.Group != flow.FacePlain && a.Icon == "" {
				t.Errorf("%s: %s is told from others by its colour", where(v), a.ID)
			}
			if a.Off && len(a.Lines) < 2 {
				t.Errorf("%s: %s is off, and no word says why", where(v), a.ID)
			}
		}
		if v.Page.Error.Empty() || v.Part > 0 {
			return
		}
		for _, panel := range p.Panels {
			if panel.Error && panel.Icon != "" {
				return
			}
		}
		if p.Parts == 1 {
			t.Errorf("%s: an error without its sign", where(v))
		}
	})
}

// Whatever is drawn is drawn as it was laid out, in the kiosk's own type without serifs: a page of each kind in every look.
func TestEveryLookIsDrawnAsItWasLaidOut(t *testing.T) {
	pages := somePages()
	for _, profile := range theme.Profiles() {
		for _, lang := range assets.Languages() {
			_, talk, win := newFace(t, profile, session.DefaultLook())
			for size := range theme.TextSizes {
				for _, high := range []bool{false, true} {
					talk.look = session.Look{Lang: lang, Size: size, HighContrast: high}
					for _, page := range pages {
						talk.show(page)
						placed := citizen.Place(citizen.View{Page: page, Siblings: []flow.Page{page}, Profile: profile, Size: theme.TextSize(size), Lang: lang, HighContrast: high})
						want := map[string]float32{}
						for _, l := range placed.Lines {
							want[l.Text] = l.Em
						}
						for _, target := range placed.Targets {
							for _, l := range target.Lines {
								want[l.Text] = l.Em
							}
						}
						for _, d := range texts(win.Content(), fyne.Position{}) {
							if want[d.text.Text] == 0 {
								t.Errorf("%s %s %d %s: %q is drawn and not laid out", profile.Name, lang, size, page.ID, d.text.Text)
							}
							if d.text.FontSource != theme.Font(d.text.TextStyle.Bold) && d.text.FontSource != theme.Font(!d.text.TextStyle.Bold) {
								t.Errorf("%s: %q is drawn in another type", page.ID, d.text.Text)
							}
							if least := leastEmMM(citizen.View{Profile: profile, Size: theme.TextSize(size)}); d.text.TextSize*profile.MMPerUnit < least-tolerance {
								t.Errorf("%s %s %d %s: %q is drawn %.1f mm high", profile.Name, lang, size, page.ID, d.text.Text, d.text.TextSize*profile.MMPerUnit)
							}
						}
					}
				}
			}
		}
	}
}

// The size of type, the language, the contrast, the volume and help are one touch away on every kind of page, and the touch is heard
// and seen before the page answers.
func TestATouchIsSeenAndHeardAtOnce(t *testing.T) {
	app := test.NewTempApp(t)
	win := app.NewWindow("citizen")
	t.Cleanup(win.Close)
	clicks := 0
	now := time.Unix(0, 0)
	talk := &still{look: session.DefaultLook(), page: flow.IdlePage()}
	f := citizen.New(win, talk, citizen.Config{
		Profile: theme.DefaultProfile(), Click: func() { clicks++ },
		Guard: widget.NewGuard(func() time.Time { now = now.Add(time.Second); return now }),
	})
	f.Show()
	for _, page := range append(somePages(), flow.IdlePage()) {
		talk.show(page)
		for id, r := range f.Targets() {
			if slices.ContainsFunc(page.Choices, func(c flow.Choice) bool { return c.ID == id && c.Off }) {
				continue
			}
			b := buttonAt(t, win, r)
			clicks, talk.pressed = 0, nil
			b.MouseDown(&desktop.MouseEvent{Button: desktop.MouseButtonPrimary})
			if !b.Pressed() || clicks != 1 || len(talk.pressed) > 0 {
				t.Errorf("%s, %s: pressed %v, %d clicks, %v told before the finger left", page.ID, id, b.Pressed(), clicks, talk.pressed)
			}
			// However long the finger rests, it is one touch.
			now = now.Add(10 * time.Second)
			b.MouseUp(&desktop.MouseEvent{})
			b.Tapped(&fyne.PointEvent{})
			if len(talk.pressed) != 1 && !strings.HasPrefix(id, "@part") {
				t.Errorf("%s, %s: one touch tells %v", page.ID, id, talk.pressed)
			}
		}
		for _, id := range []string{flow.PressSize, flow.PressLang, flow.PressContrast, flow.PressVolume, flow.PressHelp, flow.PressRepeat} {
			if _, ok := f.Targets()[id]; !ok {
				t.Errorf("%s: %s is not one touch away", page.ID, id)
			}
		}
	}
}

// buttonAt is the button that lies in a place of the window.
func buttonAt(t *testing.T, win fyne.Window, r widget.Rect) *widget.Button {
	t.Helper()
	for _, o := range win.Content().(*fyne.Container).Objects {
		if b, ok := o.(*widget.Button); ok && b.Visible() && b.Position() == r.At {
			return b
		}
	}
	t.Fatalf("no button at %v", r.At)
	return nil
}

// After a conversation the first page is drawn and nothing else: no word of the page before is to be seen.
func TestNothingOfThePageBeforeIsDrawn(t *testing.T) {
	f, talk, win := newFace(t, theme.DefaultProfile(), session.DefaultLook())
	home := flow.Show(flowtest.Facts("zh"), flow.State{})
	talk.show(home)
	own := map[string]bool{}
	for _, d := range texts(win.Content(), fyne.Position{}) {
		own[d.text.Text] = true
	}
	for _, page := range somePages() {
		talk.show(page)
		talk.show(home)
		for _, d := range texts(win.Content(), fyne.Position{}) {
			if !own[d.text.Text] {
				t.Errorf("%q of %s is still drawn", d.text.Text, page.ID)
			}
		}
		if citizen.Ink(f) > 0 {
			t.Errorf("ink of %s is left", page.ID)
		}
	}
}

// forbidden are the toolkit's names for what a resident is never asked to do, and for what moves or copies by itself.
var forbidden = []string{
	"NewScroll", "NewVScroll", "NewHScroll", "NewList", "NewTable", "NewTree", "NewMainMenu", "NewPopUp", "NewModalPopUp", "ShowPopUp",
	"Scrolled", "DoubleTapped", "TappedSecondary", "KeyDown", "TypedShortcut", "TouchDown", "LongTapped",
	"NewAnimation", "NewColorRGBAAnimation", "NewPositionAnimation", "NewSizeAnimation", "NewTicker", "Tick",
	"Clipboard", "SetClipboard", "NewImageFromURI", "SendNotification", "OpenURL",
}

// No page is scrolled, swiped, struck twice or held down; nothing pops up, moves of itself or is put where others find it.
func TestNothingIsScrolledHeldOrMoving(t *testing.T) {
	files := 0
	for _, room := range []string{".", filepath.Join("..", "widget")} {
		paths, err := filepath.Glob(filepath.Join(room, "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range paths {
			if strings.HasSuffix(path, "_test.go") {
				continue
			}
			files++
			file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			ast.Inspect(file, func(n ast.Node) bool {
				if id, ok := n.(*ast.Ident); ok && slices.Contains(forbidden, id.Name) {
					t.Errorf("%s has %s", path, id.Name)
				}
				return true
			})
		}
	}
	if files < 20 {
		t.Errorf("only %d files were read", files)
	}
}
