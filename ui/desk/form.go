package desk

import (
	"fyne.io/fyne/v2"

	"linli/app"
	"linli/ui/theme"
)

// formField is one input with its label and a place for its error.
type formField struct {
	name   string // as app.Error.Field names it
	text   *field
	one    *options
	of     *chooser
	masked string // shown while the field is empty; typing replaces the value

	label  *para
	wrong  *para
	object *fyne.Container
}

func (f *formField) value() string {
	switch {
	case f.text != nil:
		return f.text.value()
	case f.one != nil:
		return f.one.value()
	default:
		return f.of.value()
	}
}

func (f *formField) focusable() fyne.Focusable {
	switch {
	case f.text != nil:
		return f.text
	case f.one != nil:
		return f.one
	default:
		return f.of
	}
}

// form is inputs in an order: Enter goes to the next one, errors stand at the
// field, and what was typed stays whatever happens.
type form struct {
	d      *Desk
	fields []*formField
	object *fyne.Container
	onEnd  func() // Enter in the last field; nil is nothing
	// onOther takes errors that belong to no field; nil is the status line, or
	// below the form in a sheet.
	onOther  func(*app.Error)
	onChange func()
	other    *para
}

func newForm(d *Desk) *form {
	f := &form{d: d, object: column(theme.DeskGap + 2), other: newPara("", toneLate)}
	f.other.Hide()
	return f
}

func (f *form) add(ff *formField, label string, o fyne.CanvasObject) *formField {
	ff.label = quietPara(label)
	ff.wrong = newPara("", toneLate)
	ff.wrong.size = theme.DeskSmall
	ff.wrong.Hide()
	ff.object = column(3, ff.label, o, ff.wrong)
	if ff.one != nil { // the ring lies outside the answers
		ff.object = column(3, ff.label, padded(ringGap, o), ff.wrong)
	}
	f.fields = append(f.fields, ff)
	return ff
}

// lay puts the fields on the page, so many side by side in each row.
func (f *form) lay(perRow ...int) *form {
	i := 0
	for _, n := range perRow {
		var objs []fyne.CanvasObject
		for ; n > 0 && i < len(f.fields); n-- {
			objs = append(objs, f.fields[i].object)
			i++
		}
		if len(objs) == 1 {
			f.object.Add(objs[0])
		} else if len(objs) > 1 {
			f.object.Add(evenly(theme.DeskPanel, objs...))
		}
	}
	for ; i < len(f.fields); i++ {
		f.object.Add(f.fields[i].object)
	}
	f.object.Add(f.other)
	return f
}

// need says at the labels which fields may not stay empty.
func (f *form) need(names ...string) {
	for _, name := range names {
		l := f.field(name).label
		l.set(f.d.t("desk.required", l.text), l.tone)
	}
}

func (f *form) addText(name, label string, lines int) *formField {
	in := newField(f.d, "field."+name, lines)
	ff := f.add(&formField{name: name, text: in}, label, in.object)
	in.onEnter = func() { f.next(ff) }
	in.OnChanged = func(string) { f.changed(ff) }
	return ff
}

// addLatin asks for what has no Chinese in it: numbers, days, English.
func (f *form) addLatin(name, label string, lines int) *formField {
	ff := f.addText(name, label, lines)
	ff.text.latin = true
	return ff
}

// addPIN asks for digits that nobody may read over a shoulder.
func (f *form) addPIN(name, label string) *formField {
	ff := f.addText(name, label, 1)
	ff.text.Password, ff.text.digits, ff.text.max = true, true, 12
	return ff
}

func (f *form) addOptions(name, label string, answers []choice) *formField {
	o := newOptions(f.d, "field."+name, answers)
	ff := f.add(&formField{name: name, one: o}, label, o)
	o.onEnter = func() { f.next(ff) }
	o.onChange = func() { f.changed(ff) }
	return ff
}

func (f *form) addChooser(name, label, hint string, find source) *formField {
	c := newChooser(f.d, "field."+name, hint, find)
	ff := f.add(&formField{name: name, of: c}, label, c)
	c.onEnter = func() { f.next(ff) }
	c.onChange = func(choice) { f.changed(ff) }
	return ff
}

func (f *form) changed(ff *formField) {
	if ff.wrong.Visible() {
		ff.wrong.Hide()
		f.relayout()
	}
	if f.onChange != nil {
		f.onChange()
	}
}

// next gives the focus to the field after ff.
func (f *form) next(ff *formField) {
	for i, x := range f.fields {
		if x != ff {
			continue
		}
		if i+1 < len(f.fields) {
			f.d.focus(f.fields[i+1].focusable())
		} else if f.onEnd != nil {
			f.onEnd()
		}
		return
	}
}

func (f *form) first() fyne.Focusable {
	if len(f.fields) == 0 {
		return nil
	}
	return f.fields[0].focusable()
}

func (f *form) field(name string) *formField {
	for _, ff := range f.fields {
		if ff.name == name {
			return ff
		}
	}
	return nil
}

func (f *form) values() map[string]string {
	m := make(map[string]string, len(f.fields))
	for _, ff := range f.fields {
		m[ff.name] = ff.value()
	}
	return m
}

// clear takes the errors away before another try.
func (f *form) clear() {
	for _, ff := range f.fields {
		ff.wrong.Hide()
	}
	f.other.Hide()
	f.relayout()
}

// fail puts an error at its field and the focus there.
func (f *form) fail(e *app.Error) {
	if ff := f.field(e.Field); ff != nil {
		ff.wrong.set(f.d.errorText(e), toneLate)
		ff.wrong.Show()
		f.relayout()
		f.d.focus(ff.focusable())
		return
	}
	if f.onOther != nil {
		f.onOther(e)
		return
	}
	f.other.set(f.d.errorText(e), toneLate)
	f.other.Show()
	f.relayout()
}

// relayout draws the window's content again: an error line takes room.
func (f *form) relayout() {
	f.object.Refresh()
	f.d.relayout()
}

// focused answers the field that has the focus.
func (f *form) focused() *formField {
	now := f.d.win.Canvas().Focused()
	for _, ff := range f.fields {
		if ff.focusable() == now {
			return ff
		}
	}
	return nil
}
