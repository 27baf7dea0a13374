package maintenance

import (
	"slices"

	"linli/ui/widget"
)

// Press is a finger on a button of the page.
func (p *Page) Press(b *widget.Button) { p.press(p.ids[slices.Index(p.buttons, b)]) }
