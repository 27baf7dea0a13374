package desk

import (
	"context"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"linli/app"
	"linli/assets"
	"linli/ui/theme"
)

// troubleTable is whose changes tell that something else is the matter with a kiosk.
const troubleTable = "kiosk_trouble"

// troublesShown is how many troubles the first page spells out; the page of what needs a person has them all.
const troublesShown = 2

// troubles asks what is the matter with the hall's kiosks; nothing where this person does not see to them. It runs away from the
// UI goroutine.
func (d *Desk) troubles(ctx context.Context) ([]app.KioskTrouble, error) {
	if d.hall.Kiosks == nil || !app.May(d.speech().who.Role, app.ActServe) {
		return nil, nil
	}
	return d.hall.Kiosks.Troubles(ctx, d.speech().who)
}

// kioskName is what people call a kiosk.
func (d *Desk) kioskName(t app.KioskTrouble) string {
	if t.Name != "" {
		return t.Name
	}
	return d.t("desk.trouble.kiosk", t.Machine)
}

// troubleText is a trouble as one sentence: which kiosk, what, and since when.
func (d *Desk) troubleText(t app.KioskTrouble) string {
	return d.t("desk.trouble.says", d.kioskName(t), d.t(d.troubleWord("desk.trouble."+string(t.Kind)+"."+t.Code, "desk.trouble."+string(t.Kind)+".other", "desk.trouble.other")), d.brief(t.Since))
}

// troubleDo is what to do about it.
func (d *Desk) troubleDo(t app.KioskTrouble) string {
	return d.t(d.troubleWord("desk.trouble."+string(t.Kind)+"."+t.Code+".do", "desk.trouble."+string(t.Kind)+".do", "desk.trouble.do"))
}

// troubleWord is the first of some keys that there are words for: a newer kiosk may have parts that this program does not know.
func (d *Desk) troubleWord(keys ...string) string {
	for _, key := range keys {
		if _, ok := assets.Text(d.speech().lang, key); ok {
			return key
		}
	}
	return keys[len(keys)-1]
}

// attendTrouble is a trouble among what needs a person.
func (d *Desk) attendTrouble(t app.KioskTrouble) attended {
	return attended{
		Attention: app.Attention{Kind: app.AttendKiosk, Subject: t.ID, At: t.Since},
		about:     d.kioskName(t), text: d.troubleText(t), do: d.troubleDo(t),
	}
}

// kioskStrip is what the first page says of the hall's kiosks: nothing, as long as they are well.
type kioskStrip struct {
	d      *Desk
	object *fyne.Container
}

func newKioskStrip(d *Desk) *kioskStrip {
	s := &kioskStrip{d: d, object: column(theme.DeskGap)}
	s.object.Hide()
	return s
}

// draw shows troubles, the longest first.
func (s *kioskStrip) draw(list []app.KioskTrouble) {
	d := s.d
	s.object.Objects = nil
	for i, t := range list {
		if i == troublesShown && len(list) > troublesShown {
			s.object.Add(newPara(d.t("desk.trouble.more", len(list)-troublesShown), toneLate))
			break
		}
		says := newPara("! "+d.troubleText(t), toneLate)
		says.bold = true
		s.object.Add(says)
	}
	if len(list) > 0 {
		b := newButton(d, "home.kiosks", d.t("desk.trouble.see"), attendKey, plain, func() { d.Open(Route{Page: PageAttention}) })
		b.skip = true
		s.object.Objects = []fyne.CanvasObject{
			container.New(over{}, box(theme.Card, theme.Line, theme.Hairline), padded(theme.DeskGap, row(theme.DeskGap, []float32{0, -1}, column(2, s.object.Objects...), b))),
		}
	}
	s.object.Hidden = len(list) == 0
	s.object.Refresh()
}
