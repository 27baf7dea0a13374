package theme

import (
	"sync"

	"fyne.io/fyne/v2"

	"linli/assets"
)

// Font returns one of the embedded faces as the toolkit's resource. They are
// made once: the toolkit keeps a parsed font for each resource, about 10 MB.
// Give them to canvas.Text as FontSource, which also skips the toolkit's slow
// look for system fonts.
func Font(isBold bool) fyne.Resource {
	if isBold {
		return bold()
	}
	return regular()
}

var (
	regular = sync.OnceValue(func() fyne.Resource {
		return fyne.NewStaticResource("NotoSansSC-Regular.ttf", assets.FontRegular())
	})
	bold = sync.OnceValue(func() fyne.Resource {
		return fyne.NewStaticResource("NotoSansSC-Bold.ttf", assets.FontBold())
	})
)
