package desk

import (
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"

	"linli/ui/theme"
	face "linli/ui/widget"
)

// report writes what can be touched and read now, for tests in real windows.
// Without the environment variable of [face.TargetsEnv] it costs nothing.
func (d *Desk) report() {
	if !face.TargetsWanted() {
		return
	}
	t := face.Targets{Page: "signin", Targets: map[string][4]float32{}}
	if d.who.ID != "" {
		t.Page = string(d.route.Page)
	}
	d.gen++
	t.Gen = d.gen
	put := func(id string, at fyne.Position, s fyne.Size) {
		scale := d.win.Canvas().Scale()
		t.Targets[id] = [4]float32{at.X * scale, at.Y * scale, s.Width * scale, s.Height * scale}
	}
	if len(d.sheets) > 0 {
		t.Page += "+sheet"
	}
	for _, root := range d.roots() {
		visit(root, fyne.NewPos(0, 0), func(o fyne.CanvasObject, at fyne.Position) {
			switch w := o.(type) {
			case *canvas.Text:
				if w.Text != "" {
					t.Texts = append(t.Texts, w.Text)
				}
			case *button:
				put(w.id, at, w.Size())
			case *field:
				put(w.id, at, w.Size())
			case *chooser:
				put(w.id, at, w.Size())
			case *options:
				for i, p := range w.rects {
					put(w.id+"."+w.answers[i].id, at.Add(p), w.sizes[i])
				}
			case *list:
				put(w.id, at, w.Size())
				for i := w.top; i < min(len(w.rows), w.top+w.visible()); i++ {
					y := w.headerHeight() + float32(i-w.top)*theme.DeskRow
					put(w.id+"."+strconv.Itoa(i), at.AddXY(0, y), fyne.NewSize(w.Size().Width, theme.DeskRow))
				}
			}
		})
	}
	_ = face.WriteTargets("desk", t) // tests see that the file is missing
}

// roots are the page and the sheet on top of it.
func (d *Desk) roots() []fyne.CanvasObject {
	roots := []fyne.CanvasObject{d.win.Canvas().Content()}
	if n := len(d.sheets); n > 0 {
		roots = append(roots, d.sheets[n-1].object)
	}
	return roots
}

// visit walks what is drawn under o.
func visit(o fyne.CanvasObject, at fyne.Position, fn func(fyne.CanvasObject, fyne.Position)) {
	if o == nil || !o.Visible() {
		return
	}
	at = at.Add(o.Position())
	fn(o, at)
	switch c := o.(type) {
	case *fyne.Container:
		for _, child := range c.Objects {
			visit(child, at, fn)
		}
	case *container.Scroll:
		if c.Content != nil {
			visit(c.Content, at, fn)
		}
	case *para:
		for _, child := range c.drawn() {
			visit(child, at, fn)
		}
	case *button:
		visit(canvas.NewText(c.word, nil), at, fn)
	case *list:
		if len(c.rows) == 0 {
			visit(canvas.NewText(c.empty, nil), at, fn)
		}
		for i := c.top; i < min(len(c.rows), c.top+c.visible()); i++ {
			for _, cell := range c.rows[i].cells {
				visit(canvas.NewText(cell.text, nil), at, fn)
			}
		}
		for _, col := range c.columns {
			visit(canvas.NewText(col.title, nil), at, fn)
		}
	case *options:
		for i := range c.answers {
			visit(canvas.NewText(c.label(i), nil), at, fn)
		}
	case *chooser:
		s := c.picked.text
		if c.picked.id == "" {
			s = c.hint
		}
		visit(canvas.NewText(s, nil), at, fn)
	case *field:
		switch {
		case c.Text == "":
			visit(canvas.NewText(c.PlaceHolder, nil), at, fn)
		case !c.Password: // a PIN is on no screen and in no file
			visit(canvas.NewText(c.Text, nil), at, fn)
		}
	}
}
