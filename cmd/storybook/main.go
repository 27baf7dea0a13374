// Command storybook draws every kiosk page on every screen profile, in every
// language and text size, into PNG files, so that people can look at all of
// them. It opens no window: the pictures come from the toolkit's software
// painter. The hall and its people are invented.
package main

import (
	"errors"
	"flag"
	"fmt"
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"linli/assets"
	"linli/kiosk/flow"
	"linli/kiosk/input"
	"linli/kiosk/session"
	"linli/ui/citizen"
	"linli/ui/theme"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			os.Exit(2)
		}
		fmt.Fprintln(os.Stderr, "storybook:", err)
		os.Exit(1)
	}
}

// selection is what to draw; empty lists mean everything.
type selection struct {
	out                           string
	pages, profiles, langs, sizes []string
	contrast                      bool
	each                          int
}

func run(args []string) error {
	flags := flag.NewFlagSet("storybook", flag.ContinueOnError)
	out := flags.String("out", "", "folder for the pictures (required)")
	pages := flags.String("page", "", "only pages whose id begins with one of these, separated by commas")
	profiles := flags.String("profile", "", "only these profiles, such as 21.5-portrait")
	langs := flags.String("lang", "", "only these languages")
	sizes := flags.String("size", "", "only these text sizes, 0 to 2")
	each := flags.Int("each", 3, "at most this many pages with the same id")
	contrast := flags.Bool("contrast", false, "in high contrast")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *out == "" {
		return errors.New("--out names no folder")
	}
	if err := os.MkdirAll(*out, 0o750); err != nil {
		return err
	}
	return draw(selection{*out, list(*pages), list(*profiles), list(*langs), list(*sizes), *contrast, *each})
}

func list(s string) []string {
	if s == "" {
		return nil
	}
	return strings.Split(s, ",")
}

func (s selection) wants(of []string, name string) bool {
	return len(of) == 0 || slices.Contains(of, name)
}

func (s selection) wantsPage(id string) bool {
	return len(s.pages) == 0 || slices.ContainsFunc(s.pages, func(p string) bool { return strings.HasPrefix(id, p) })
}

func draw(s selection) error {
	app := test.NewApp()
	defer app.Quit()
	app.Settings().SetTheme(theme.Desk())
	count := 0
	for _, p := range theme.Profiles() {
		if !s.wants(s.profiles, p.Name) {
			continue
		}
		for _, lang := range assets.Languages() {
			for size := range theme.TextSizes {
				if !s.wants(s.langs, lang) || !s.wants(s.sizes, fmt.Sprint(size)) {
					continue
				}
				n, err := drawAll(s, app, p, session.Look{Lang: lang, Size: size, HighContrast: s.contrast})
				count += n
				if err != nil {
					return err
				}
			}
		}
	}
	fmt.Printf("%d pictures in %s\n", count, s.out)
	return nil
}

// drawAll draws the pages of one look, with every part that the layout made.
func drawAll(s selection, app fyne.App, p theme.Profile, look session.Look) (count int, err error) {
	talk := &still{look: look, nine: citizen.NineKeys(p)}
	win := app.NewWindow("storybook")
	defer win.Close()
	face := citizen.New(win, talk, citizen.Config{Profile: p, Hall: hallName(look.Lang), Writer: &input.Writer{}})
	face.Show()
	seen := make(map[string]int)
	for page, parts := range pages(p, look) {
		if !s.wantsPage(page.ID) {
			continue
		}
		if seen[page.ID]++; seen[page.ID] > s.each {
			continue
		}
		name := fmt.Sprintf("%s-%s-%d-%s", p.Name, look.Lang, look.Size, page.ID)
		if look.HighContrast {
			name += "-contrast"
		}
		if n := seen[page.ID]; n > 1 {
			name += fmt.Sprintf("-v%d", n)
		}
		talk.show(page, parts)
		for part := 0; ; part++ {
			file := name
			if part > 0 {
				file += fmt.Sprintf("-part%d", part+1)
			}
			if err := save(filepath.Join(s.out, file+".png"), win.Canvas()); err != nil {
				return count, err
			}
			count++
			if !face.TurnPart() {
				break
			}
		}
	}
	return count, nil
}

func save(path string, c fyne.Canvas) (err error) {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	return (&png.Encoder{CompressionLevel: png.BestSpeed}).Encode(f, c.Capture())
}

// still is a conversation that stands at one page.
type still struct {
	page   flow.Page
	parts  []flow.Page
	look   session.Look
	gen    int
	nine   bool // the screen has room for nine keys only
	change func()
}

func (s *still) show(p flow.Page, parts []flow.Page) {
	s.page, s.parts = p, parts
	s.gen++
	s.change()
}

func (s *still) Page() flow.Page         { return s.page }
func (s *still) Parts() []flow.Page      { return s.parts }
func (s *still) Generation() int         { return s.gen }
func (s *still) Look() session.Look      { return s.look }
func (s *still) PressOn(int, string)     {}
func (s *still) OnChange(changed func()) { s.change = changed }

// Writing is one way after the other, each with a word under way.
func (s *still) Writing() flow.Writing {
	if s.page.Pen == nil {
		return flow.Writing{}
	}
	ways := s.page.Pen.Ways
	w := flow.Writing{Way: ways[s.gen%len(ways)]}
	switch w.Way {
	case flow.WayPinyin:
		w.Keys = "huaile"
		if s.nine {
			w.Keys = "482453"
		}
	case flow.WayStrokes:
		w.Keys = "12"
	case flow.WayHand, flow.WaySigns, flow.WayLetters:
	}
	return w
}

// Typed is half a number, which shows both digits and what is still wanted, or
// the beginning of a sentence.
func (s *still) Typed() string {
	if s.page.Pen != nil {
		return "楼道的灯"
	}
	if s.page.Pad == nil {
		return ""
	}
	const digits = "261123001742"
	return digits[:(s.page.Pad.Min+1)/2]
}
