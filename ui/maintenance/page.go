package maintenance

import (
	"context"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"linli/app"
	"linli/assets"
	"linli/kiosk/corner"
	"linli/kiosk/selftest"
	"linli/ui/theme"
	"linli/ui/widget"
)

// Config is what the page needs. What is nil is not offered.
type Config struct {
	Window  fyne.Window
	Face    fyne.CanvasObject // what the window shows while the door is shut
	Left    func()            // called when it shows that again; nil: nobody waits for it
	Door    *corner.Door
	Profile theme.Profile
	Lang    string
	Clock   app.Clock
	Click   func()
	// Facts reads the figures; it runs away from the UI goroutine.
	Facts  func(ctx context.Context) Facts
	Report func() selftest.Report
	Again  func() // have the parts looked at
	// Print puts a test slip out and returns when it has come out, or cannot.
	Print   func(ctx context.Context) error
	Sound   func(volume int)
	Measure func()
	Restart func()
	Close   func()
}

// Volumes is how many steps there are to try.
const Volumes = 3

// printWithin is how long a test slip may take.
const printWithin = 30 * time.Second

// Page is the maintenance page of a kiosk. Its methods belong to the UI goroutine.
type Page struct {
	cfg   Config
	shown bool // in place of the face

	root    *fyne.Container
	ground  *canvas.Rectangle
	text    *widget.Text
	buttons []*widget.Button
	ids     []string

	facts  Facts
	asked  time.Time // when the parts were last asked for, by hand
	status string    // what came of the last thing that was tried
	sure   bool      // closing was pressed once
	looked bool      // since the door is open

	size   fyne.Size
	unit   float32 // toolkit units per millimetre
	origin fyne.Position
}

// mostButtons is how many targets a page has at most: the pad's.
const mostButtons = 12

// New makes the page; it shows itself when the door opens. Whoever has the door calls [Page.Changed].
func New(c Config) *Page {
	if c.Clock == nil {
		c.Clock = app.SystemClock{}
	}
	p := &Page{cfg: c, ground: canvas.NewRectangle(theme.Normal().Ground), text: widget.NewTextBlock()}
	objects := []fyne.CanvasObject{p.ground, p.text.Container}
	guard := widget.NewGuard(nil)
	for i := range mostButtons {
		b := widget.NewButton(guard, c.Profile.MM(theme.SlopMM), true)
		b.OnPress = c.Click
		b.OnStrike = func() { p.press(p.ids[i]) }
		b.Hide()
		p.buttons = append(p.buttons, b)
		objects = append(objects, b)
	}
	p.ids = make([]string, mostButtons)
	p.root = &fyne.Container{Layout: p, Objects: objects}
	return p
}

// Content is the tree that the page draws.
func (p *Page) Content() fyne.CanvasObject { return p.root }

// Changed brings the window to how the door stands.
func (p *Page) Changed() {
	state := p.cfg.Door.View().State
	if state == corner.Shut {
		if p.shown {
			p.leave()
		}
		return
	}
	if !p.shown {
		p.shown = true
		p.cfg.Window.SetContent(p.root)
	}
	if state == corner.Open && !p.looked {
		p.looked = true
		p.look()
	}
	p.draw()
}

// leave gives the window back and forgets everything that was shown.
func (p *Page) leave() {
	p.shown, p.looked = false, false
	p.facts, p.status, p.sure, p.asked = Facts{}, "", false, time.Time{}
	p.text.SetLines(nil)
	for _, b := range p.buttons {
		b.Release()
		b.Hide()
	}
	p.cfg.Window.SetContent(p.cfg.Face)
	if p.cfg.Left != nil {
		p.cfg.Left()
	}
}

// Refresh shows a new report.
func (p *Page) Refresh() {
	if p.shown {
		p.draw()
	}
}

// look reads the figures and has the parts looked at.
func (p *Page) look() {
	p.asked = p.cfg.Clock.Now()
	p.cfg.Again()
	go func() {
		ctx, cancel := context.WithTimeout(context.Background(), printWithin)
		facts := p.cfg.Facts(ctx)
		cancel()
		widget.Later(func() {
			if p.shown {
				p.facts = facts
				p.draw()
			}
		})
	}()
}

// press is a target of the present page.
func (p *Page) press(id string) {
	if p.cfg.Door.View().State == corner.Asking {
		p.cfg.Door.Press(id)
		return
	}
	p.cfg.Door.Stay()
	sure := p.sure
	p.sure = false
	switch id {
	case "leave":
		p.cfg.Door.Shut()
		return
	case "again":
		p.status = ""
		p.look()
	case "slip":
		p.slip()
	case "sound0", "sound1", "sound2":
		p.cfg.Sound(int(id[len(id)-1] - '0'))
	case "measure":
		p.cfg.Measure()
		return
	case "restart":
		p.cfg.Restart()
		return
	case "close":
		if sure {
			p.cfg.Close()
			return
		}
		p.sure = true
	}
	p.draw()
}

// slip prints a test slip.
func (p *Page) slip() {
	p.status = p.say("maintenance.slip.printing")
	go func() {
		ctx, cancel := context.WithTimeout(context.Background(), printWithin)
		err := p.cfg.Print(ctx)
		cancel()
		widget.Later(func() {
			if !p.shown {
				return
			}
			p.cfg.Door.Stay()
			p.status = p.say("maintenance.slip.done")
			if err != nil {
				p.status = "! " + troubleWords(p.cfg.Lang, selftest.Result{Kind: selftest.Printer, Code: selftest.DeviceCode(err)})
			}
			p.draw()
		})
	}()
}

func (p *Page) say(key string, args ...any) string { return assets.Format(p.cfg.Lang, key, args...) }

// scene is the present page.
func (p *Page) scene() scene {
	v := p.cfg.Door.View()
	if v.State == corner.Asking {
		about, bad := p.say("maintenance.code.about"), v.Fault != ""
		switch v.Fault {
		case "":
		case app.CodeWrongPIN:
			about = p.say("maintenance.code.wrong", v.Left)
		case app.CodeLocked:
			about = p.say("maintenance.code.locked", v.Minutes)
		case app.CodeNotFound:
			about = p.say("maintenance.code.none")
		default:
			about = p.say("maintenance.code.fault")
		}
		return padScene(p.cfg.Profile, p.say("maintenance.code"), about, bad, v.Typed, p.say("maintenance.delete"), p.say("maintenance.leave"))
	}
	r := p.cfg.Report()
	status := p.say("maintenance.looking")
	var parts []says
	for _, one := range r.Results {
		parts = append(parts, partWords(p.cfg.Lang, one))
	}
	now := p.cfg.Clock.Now()
	if !r.At.IsZero() && !r.At.Before(p.asked) {
		status = p.say("maintenance.looked", r.At.In(now.Location()).Format("15:04:05"))
	}
	if p.status != "" {
		status = p.status
	}
	return openScene(p.cfg.Profile, p.say("maintenance.title"), status, parts, factWords(p.cfg.Lang, p.facts, now), p.offers())
}

// offers are the buttons of the page, without what this machine does not have.
func (p *Page) offers() []target {
	list := []target{{id: "again", text: p.say("maintenance.again"), kind: primary}}
	if p.cfg.Print != nil {
		list = append(list, target{id: "slip", text: p.say("maintenance.slip")})
	}
	if p.cfg.Sound != nil {
		for i, id := range [Volumes]string{"sound0", "sound1", "sound2"} {
			list = append(list, target{id: id, text: p.say([Volumes]string{"maintenance.sound.0", "maintenance.sound.1", "maintenance.sound.2"}[i])})
		}
	}
	if p.cfg.Measure != nil {
		list = append(list, target{id: "measure", text: p.say("maintenance.measure")})
	}
	if p.cfg.Restart != nil {
		list = append(list, target{id: "restart", text: p.say("maintenance.restart")})
	}
	if p.cfg.Close != nil {
		last := target{id: "close", text: p.say("maintenance.close"), kind: grave}
		if p.sure {
			last.text = p.say("maintenance.sure")
		}
		list = append(list, last)
	}
	return append(list, target{id: "leave", text: p.say("maintenance.leave")})
}
