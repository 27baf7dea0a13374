package desk

import (
	"fyne.io/fyne/v2"
)

// Ends answers where each button ends at the right, by its id.
func (d *Desk) Ends() map[string]float32 {
	all := map[string]float32{}
	for _, root := range d.roots() {
		visit(root, fyne.NewPos(0, 0), func(o fyne.CanvasObject, at fyne.Position) {
			if b, ok := o.(*button); ok {
				all[b.id] = at.X + b.Size().Width
			}
		})
	}
	return all
}

// KioskPage answers the word for the part that a page of the kiosk belongs to.
func (d *Desk) KioskPage(id string) string { return d.kioskPage(id) }
