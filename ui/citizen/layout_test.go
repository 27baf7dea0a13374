package citizen_test

import (
	"fmt"
	"image/color"
	"math"
	"regexp"
	"slices"
	"strings"
	"testing"

	"linli/assets"
	"linli/kiosk/flow"
	"linli/kiosk/flow/flowtest"
	"linli/kiosk/input"
	"linli/kiosk/session"
	"linli/ui/citizen"
	"linli/ui/theme"
)

// everyView is every page of every flow on every profile, in every language
// and text size, with every part that the layout made of it.
func everyView(t *testing.T, check func(t *testing.T, v citizen.View, p citizen.Placed)) {
	t.Helper()
	for _, profile := range theme.Profiles() {
		for _, lang := range assets.Languages() {
			for size := range theme.TextSizes {
				t.Run(fmt.Sprintf("%s/%s/%d", profile.Name, lang, size), func(t *testing.T) {
					all := placedOf(profile, lang, theme.TextSize(size))
					if len(all) < 40 {
						t.Fatalf("only %d pages were walked", len(all))
					}
					for _, page := range all {
						if check(t, page.view, page.placed); t.Failed() {
							return // one page of a look is enough to read
						}
					}
				})
			}
		}
	}
}

// shown is one part of a page in one look.
type shown struct {
	view   citizen.View
	placed citizen.Placed
}

// placedOf walks all flows and lays every page out, once for each look: the
// tests share what comes of it.
func placedOf(p theme.Profile, lang string, size theme.TextSize) (all []shown) {
	key := fmt.Sprint(p.Name, lang, size)
	if laidOut[key] != nil {
		return laidOut[key]
	}
	facts := flowtest.Facts(lang)
	facts.Fit = citizen.Fit(p)(session.Look{Lang: lang, Size: int(size)})
	for page, parts := range flowtest.Pages(facts) {
		v := citizen.View{Page: page, Siblings: parts, Profile: p, Size: size, Lang: lang, Hall: facts.Hall.Name}
		if page.Pad != nil {
			v.Typed = strings.Repeat("8", page.Pad.Max)
		}
		for _, v := range written(v) {
			for parts := 1; v.Part < parts; v.Part++ {
				placed := citizen.Place(v)
				parts = placed.Parts
				all = append(all, shown{v, placed})
			}
		}
	}
	laidOut[key] = all
	return all
}

// written is a page of writing in every way, empty and full; any other page is
// itself.
func written(v citizen.View) (all []citizen.View) {
	if v.Page.Pen == nil {
		return []citizen.View{v}
	}
	full := v
	full.Typed = strings.Repeat("楼道的灯不亮了", 6)[:3*v.Page.Pen.Max]
	for range 3 {
		for _, word := range []string{"楼", "楼道的灯", "路灯", "漏"} {
			full.Words = append(full.Words, input.Word{Text: word, Keys: 1})
		}
	}
	full.Words = append([]input.Word{{Text: strings.Repeat("长", 40), Keys: 1}}, append(full.Words, full.Words...)...)
	for _, way := range v.Page.Pen.Ways {
		v.Writing.Way, full.Writing.Way, full.Spelled, full.Inked = way, way, "", way == flow.WayHand
		if way == flow.WayPinyin || way == flow.WayStrokes {
			full.Spelled = "lou dao de deng"
		}
		skipped := full
		skipped.Skip = 8
		all = append(all, v, full, skipped)
	}
	return all
}

var laidOut = make(map[string][]shown)

const tolerance = 0.05 // mm

func TestTargetsAreLargeApartAndWithinReach(t *testing.T) {
	everyView(t, func(t *testing.T, v citizen.View, p citizen.Placed) {
		at := where(v)
		top, bottom := v.Profile.ReachTopMM(), v.Profile.ReachBottomMM()
		choices := 0
		for i, a := range p.Targets {
			if a.Rect.W < leastTargetMM-tolerance || a.Rect.H < leastTargetMM-tolerance {
				t.Errorf("%s: %s is %.1f × %.1f mm", at, a.ID, a.Rect.W, a.Rect.H)
			}
			if a.Kind == citizen.Primary && a.Rect.H < leastPrimaryMM-tolerance {
				t.Errorf("%s: the next step is %.1f mm high", at, a.Rect.H)
			}
			if a.Rect.Y < top-tolerance || a.Rect.Bottom() > bottom+tolerance {
				t.Errorf("%s: %s from %.0f to %.0f mm is out of reach (%.0f to %.0f)", at, a.ID, a.Rect.Y, a.Rect.Bottom(), top, bottom)
			}
			if a.Kind == citizen.Tile || a.Kind == citizen.Row {
				choices++
			}
			if a.Kind == citizen.Tile && a.Icon != "" && a.At.W < theme.MinIconMM-tolerance {
				t.Errorf("%s: the pictogram of %s is %.1f mm", at, a.ID, a.At.W)
			}
			for _, b := range p.Targets[i+1:] {
				if gap := apart(a.Rect, b.Rect); gap < leastGapMM-tolerance {
					t.Errorf("%s: %s and %s are %.1f mm apart", at, a.ID, b.ID, gap)
				}
			}
		}
		if choices > mostChoices {
			t.Errorf("%s: %d choices", at, choices)
		}
	})
}

func TestHelpIsInItsCornerAndEveryCornerInItsPlace(t *testing.T) {
	type place struct {
		profile, lang, id string
		size              theme.TextSize
	}
	first := make(map[place]citizen.Rect)
	everyView(t, func(t *testing.T, v citizen.View, p citizen.Placed) {
		corners := map[string]bool{}
		for _, a := range p.Targets {
			if a.Kind != citizen.Corner && a.Kind != citizen.Help {
				continue
			}
			corners[a.ID] = true
			key := place{v.Profile.Name, v.Lang, a.ID, v.Size}
			if r, ok := first[key]; !ok {
				first[key] = a.Rect
			} else if r != a.Rect {
				t.Errorf("%s: %s has moved from %v to %v", where(v), a.ID, r, a.Rect)
			}
			if a.ID == flow.PressHelp && (a.Kind != citizen.Help ||
				a.Rect.Right() < v.Profile.WidthMM()-theme.MarginMM-tolerance ||
				a.Rect.Y > max(theme.MarginMM, v.Profile.ReachTopMM())+tolerance) {
				t.Errorf("%s: help is at %v", where(v), a.Rect)
			}
		}
		for _, id := range []string{flow.PressHelp, flow.PressRepeat, flow.PressSize, flow.PressLang, flow.PressContrast, flow.PressVolume} {
			if !corners[id] {
				t.Errorf("%s: %s is missing", where(v), id)
			}
		}
		for id, want := range map[string]bool{flow.PressBack: v.Page.Back(), flow.PressHome: v.Page.Leave()} {
			if corners[id] != want {
				t.Errorf("%s: %s shown: %v", where(v), id, corners[id])
			}
		}
	})
}

func TestWithoutAVoiceNothingPromisesOne(t *testing.T) {
	for _, page := range slices.Collect(flowtest.Walk(flowtest.Facts("zh")))[:40] {
		v := citizen.View{Page: page, Profile: theme.DefaultProfile(), Size: theme.SizeMiddle, Lang: "zh"}
		with := citizen.Place(v)
		v.Silent = true
		kept := map[citizen.Rect]string{}
		for _, target := range citizen.Place(v).Targets {
			kept[target.Rect] = target.ID
		}
		for _, target := range with.Targets {
			voice := target.ID == flow.PressRepeat || target.ID == flow.PressVolume
			if there := kept[target.Rect] == target.ID; there == voice {
				t.Errorf("%s: %s is in its place: %v", page.ID, target.ID, there)
			}
		}
	}
}

func TestTextIsLargeWholeAndOnTheScreen(t *testing.T) {
	everyView(t, func(t *testing.T, v citizen.View, p citizen.Placed) {
		at := where(v)
		if turns, counted := turnsAndCount(p); turns != counted {
			t.Errorf("%s: page buttons %v, which page it is %v", at, turns, counted)
		}
		for _, fault := range p.Faults {
			t.Errorf("%s: %s", at, fault)
		}
		screen := citizen.Rect{W: v.Profile.WidthMM(), H: v.Profile.HeightMM()}
		checkLine := func(l citizen.Line, in citizen.Rect, what string) {
			for _, r := range l.Text {
				if !assets.HasGlyph(r) {
					t.Errorf("%s: %q has a character that the font lacks", at, l.Text)
				}
			}
			if px := l.Em / v.Profile.MMPerUnit; math.Abs(math.Round(float64(px))-float64(px)) > 0.01 {
				t.Errorf("%s: %q is set in %.2f pixels and will be drawn larger", at, l.Text, px)
			}
			if least := leastEmMM(v); l.Em < least-tolerance {
				t.Errorf("%s: %q is set in %.1f mm, less than %.1f", at, l.Text, l.Em, least)
			}
			if l.H < l.Em*leastLineHeight-tolerance {
				t.Errorf("%s: the line of %q is %.2f ems high", at, l.Text, l.H/l.Em)
			}
			if width := theme.Advance(l.Text, l.Bold) * l.Em; l.X+width > in.Right()+tolerance || l.X < in.X-tolerance ||
				l.Y < in.Y-tolerance || l.Bottom() > in.Bottom()+tolerance {
				t.Errorf("%s: %q at %v sticks out of %s %v", at, l.Text, l.Rect, what, in)
			}
		}
		for i, l := range p.Lines {
			checkLine(l, screen, "the screen")
			for _, m := range p.Lines[i+1:] {
				if overlap(l.Rect, m.Rect) {
					t.Errorf("%s: %q and %q lie over each other", at, l.Text, m.Text)
				}
			}
			for _, a := range p.Targets {
				if overlap(l.Rect, a.Rect) {
					t.Errorf("%s: %q lies over %s", at, l.Text, a.ID)
				}
			}
		}
		for _, a := range p.Targets {
			for i, l := range a.Lines {
				checkLine(l, a.Rect, a.ID)
				if a.Icon != "" && overlap(l.Rect, a.At) {
					t.Errorf("%s: %q lies over its pictogram", at, l.Text)
				}
				for _, m := range a.Lines[i+1:] {
					if overlap(l.Rect, m.Rect) {
						t.Errorf("%s: %q and %q lie over each other", at, l.Text, m.Text)
					}
				}
			}
		}
	})
}

// turnsAndCount answers whether a page can be turned, and whether it says which
// one it is.
func turnsAndCount(p citizen.Placed) (turns, counted bool) {
	for _, t := range p.Targets {
		turns = turns || t.Kind == citizen.Turn
	}
	for _, l := range p.Lines {
		counted = counted || l.Role == citizen.RoleTurn
	}
	return turns, counted
}

// All words of a page stand on one of its parts, in order.
func TestNothingOfAPageIsLeftOut(t *testing.T) {
	type page struct {
		profile, lang string
		size          theme.TextSize
	}
	words, body := make(map[page]string), make(map[page]string)
	everyView(t, func(t *testing.T, v citizen.View, p citizen.Placed) {
		key := page{v.Profile.Name, v.Lang, v.Size}
		if v.Part == 0 {
			words[key], body[key] = "", ""
		}
		// The body first and by itself: a title repeated on the next part must
		// not come between its lines.
		for _, l := range p.Lines {
			if l.Role == citizen.RoleBody {
				body[key] += l.Text
			} else {
				words[key] += l.Text
			}
		}
		for _, a := range p.Targets {
			for _, l := range a.Lines {
				words[key] += l.Text
			}
		}
		if v.Part+1 < p.Parts {
			return
		}
		all := squeeze(body[key] + words[key])
		var texts []string
		if v.Page.Pad == nil && v.Page.Pen == nil || v.Page.Error.Empty() {
			texts = append(texts, v.Page.Title.In(v.Lang))
		}
		for i, b := range v.Page.Body {
			if !v.Page.Home || i > 0 {
				texts = append(texts, b.In(v.Lang))
			}
		}
		for _, c := range v.Page.Choices {
			texts = append(texts, c.Word.In(v.Lang), c.Note.In(v.Lang))
		}
		texts = append(texts, v.Page.Number, v.Page.Code, v.Page.Error.In(v.Lang))
		for _, text := range texts {
			if text = squeeze(text); !strings.Contains(all, text) {
				t.Errorf("%s: %q is nowhere", where(v), text)
			}
		}
	})
}

// A list of papers that goes on on another page says so where it stops, with how
// many are still to come.
func TestPapersOnTheNextPageAreAnnounced(t *testing.T) {
	paper := regexp.MustCompile(`^\d+\. `)
	followed := 0
	everyView(t, func(t *testing.T, v citizen.View, p citizen.Placed) {
		if v.Page.ID != "service" || v.Page.Part > 0 || v.Part > 0 {
			return
		}
		var shown []string // part by part
		var seen []int
		all := 0
		for _, page := range v.Siblings {
			v.Page = page
			v.Part = 0
			for parts := 1; v.Part < parts; v.Part++ {
				placed := citizen.Place(v)
				parts = placed.Parts
				said, here := "", 0
				for _, line := range placed.Lines {
					if line.Role == citizen.RoleBody {
						if said += line.Text; paper.MatchString(line.Text) {
							here++
						}
					}
				}
				all += here
				shown, seen = append(shown, said), append(seen, here)
			}
		}
		so := 0
		for i, said := range shown {
			so += seen[i]
			if seen[i] == 0 || so == all {
				continue
			}
			followed++
			if want := assets.Format(v.Lang, "kiosk.list.more", all-so); !strings.Contains(squeeze(said), squeeze(want)) {
				t.Errorf("%s: %d of %d papers, and nothing says that more follow: %q", where(v), so, all, said)
			}
		}
	})
	if followed < 10 {
		t.Errorf("only %d lists go on", followed)
	}
}

// An error that is too long to stand above the keys has a part of its own, and
// the two parts lead to each other.
func TestALongErrorOnAPadLeadsToTheKeysAndBack(t *testing.T) {
	for _, profile := range theme.Profiles() {
		for _, lang := range assets.Languages() {
			for size := range theme.TextSizes {
				page := flow.Page{
					ID: "pad", Kind: flow.Digits, Title: flow.T("kiosk.progress.receipt.title"),
					Error: flow.Content(strings.Repeat("请对照单子再输一遍。", 12), strings.Repeat("Please type it again. ", 12)),
					Pad:   &flow.Pad{Min: 12, Max: 12, Groups: []int{4, 4, 4}}, Primary: &flow.Choice{ID: flow.PressOK, Word: flow.T("common.next")},
				}
				v := citizen.View{Page: page, Profile: profile, Size: theme.TextSize(size), Lang: lang}
				parts, said := 1, ""
				for ; v.Part < parts; v.Part++ {
					p := citizen.Place(v)
					parts = p.Parts
					ways := map[string]int{}
					for _, target := range p.Targets {
						if target.Kind == citizen.Turn {
							ways[target.Slot]++
						}
					}
					for _, l := range p.Lines {
						if l.Role == citizen.RoleError {
							said += l.Text
						}
					}
					want := map[string]int{"prev": min(v.Part, 1), "next": min(parts-1-v.Part, 1)}
					if ways["prev"] != want["prev"] || ways["next"] != want["next"] || len(p.Faults) > 0 {
						t.Errorf("%s %s %d part %d of %d: ways %v, want %v, faults %v", profile.Name, lang, size, v.Part, parts, ways, want, p.Faults)
					}
				}
				if all := squeeze(page.Error.In(lang)); squeeze(said) != all {
					t.Errorf("%s %s %d: %q is said of %q", profile.Name, lang, size, said, all)
				}
			}
		}
	}
}

func TestEveryPageIsSpoken(t *testing.T) {
	for _, lang := range assets.Languages() {
		for page := range flowtest.Walk(flowtest.Facts(lang)) {
			if page.Spoken.In(lang) == "" || strings.Contains(page.Spoken.In(lang), "⟦") {
				t.Errorf("%s/%s: spoken %q", page.ID, lang, page.Spoken.In(lang))
			}
		}
	}
}

// All pages of the walk in every look, in the real colours of both palettes.
func TestWordsContrastWithWhatTheyLieOn(t *testing.T) {
	type pair = [2]color.NRGBA
	known := make(map[pair]float64)
	everyView(t, func(t *testing.T, v citizen.View, p citizen.Placed) {
		for _, palette := range []*theme.Palette{theme.Normal(), theme.HighContrast()} {
			grounds := citizen.Grounds(p, palette)
			if len(grounds) == 0 {
				t.Errorf("%s: nothing is written", where(v))
			}
			for what, pair := range grounds {
				c, ok := known[pair]
				if !ok {
					c = theme.Contrast(pair[0], pair[1])
					known[pair] = c
				}
				if c < leastContrast {
					t.Errorf("%s, high contrast %v: %s is %.2f to 1", where(v), palette.HighContrast, what, c)
				}
			}
		}
	})
}

// High contrast changes colours and the words of its own corner, and nothing else: what is measured of one holds for the other.
// All pages on the smallest screen with the largest text and on the low one, and a page of each kind in every other look.
func TestHighContrastMovesNothing(t *testing.T) {
	profiles := theme.Profiles()
	seen := make(map[string]bool)
	everyView(t, func(t *testing.T, v citizen.View, p citizen.Placed) {
		whole := v.Profile == profiles[0] && v.Size == theme.SizeLarge || v.Profile == profiles[2] && v.Size == theme.SizeMiddle
		kind := fmt.Sprint(v.Profile.Name, v.Lang, v.Size, v.Page.Kind, v.Part)
		if !whole && seen[kind] {
			return
		}
		seen[kind] = true
		v.HighContrast = true
		placed := citizen.Place(v)
		if placed.Parts != p.Parts || len(placed.Faults) > 0 || len(placed.Targets) != len(p.Targets) || len(placed.Lines) != len(p.Lines) {
			t.Fatalf("%s: high contrast makes %d parts of %d, faults %v", where(v), placed.Parts, p.Parts, placed.Faults)
		}
		for i, a := range placed.Targets {
			if b := p.Targets[i]; a.ID != b.ID || a.Rect != b.Rect {
				t.Errorf("%s: %s is at %v, and at %v without", where(v), a.ID, a.Rect, b.Rect)
			}
			for _, l := range a.Lines {
				if l.Em < leastEmMM(v)-tolerance || l.H < l.Em*leastLineHeight-tolerance || l.X < a.Rect.X-tolerance || l.Right() > a.Rect.Right()+tolerance {
					t.Errorf("%s: %q at %v on %s %v", where(v), l.Text, l.Rect, a.ID, a.Rect)
				}
			}
		}
		for i, l := range placed.Lines {
			if l != p.Lines[i] {
				t.Errorf("%s: %q has moved to %v", where(v), l.Text, l.Rect)
			}
		}
	})
}

func where(v citizen.View) string {
	return fmt.Sprintf("%s part %d", v.Page.ID, v.Part)
}

// apart is the gap between two boxes, negative when they overlap.
func apart(a, b citizen.Rect) float32 {
	return max(a.X-b.Right(), b.X-a.Right(), a.Y-b.Bottom(), b.Y-a.Bottom())
}

func overlap(a, b citizen.Rect) bool { return apart(a, b) < -tolerance }

// squeeze takes out the spaces, which end lines.
func squeeze(s string) string {
	return strings.Join(strings.Fields(s), "")
}

func TestEveryProfileHoldsAPageAndASmallScreenDoesNot(t *testing.T) {
	for _, p := range theme.Profiles() {
		if !citizen.Fits(p) {
			t.Errorf("%s holds no page", p.Name)
		}
	}
	small := theme.DefaultProfile()
	small.W, small.H = 640, 480
	far, _ := theme.ProfileNamed("15.6-portrait")
	far.ViewMM = theme.MaxViewMM
	for name, p := range map[string]theme.Profile{"small": small, "far away": far} {
		if citizen.Fits(p) {
			t.Errorf("a screen that is %s holds a page", name)
		}
	}
}
