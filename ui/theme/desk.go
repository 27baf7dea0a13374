package theme

import (
	"image/color"

	"fyne.io/fyne/v2"
	toolkit "fyne.io/fyne/v2/theme"
)

// Desk returns the program's theme for the toolkit. There is one theme per
// program, and only the desk has the toolkit's own widgets, so it is the
// desk's; kiosk and board give every size and font themselves. A second theme
// inside the window would parse the fonts again (some 160 MB).
func Desk() fyne.Theme { return desk{} }

type desk struct{}

// Color never answers by the variant: the faces look the same by day and night.
func (desk) Color(name fyne.ThemeColorName, _ fyne.ThemeVariant) color.Color {
	if c, ok := deskColours[name]; ok {
		return c
	}
	return toolkit.DefaultTheme().Color(name, toolkit.VariantLight)
}

// Focus and hover fill what they mark and hide dark words. Focus is drawn as a
// ring by our own widgets instead, and by the border of the toolkit's fields;
// hover would stick after a touch.
var deskColours = map[fyne.ThemeColorName]color.Color{
	toolkit.ColorNameBackground:          Paper,
	toolkit.ColorNameButton:              Card,
	toolkit.ColorNameDisabled:            QuietInk,
	toolkit.ColorNameDisabledButton:      Paper,
	toolkit.ColorNameError:               Late,
	toolkit.ColorNameFocus:               Clear,
	toolkit.ColorNameForeground:          Ink,
	toolkit.ColorNameForegroundOnError:   OnState,
	toolkit.ColorNameForegroundOnPrimary: OnPrimary,
	toolkit.ColorNameForegroundOnSuccess: OnState,
	toolkit.ColorNameForegroundOnWarning: OnState,
	toolkit.ColorNameHeaderBackground:    Paper,
	toolkit.ColorNameHover:               Clear,
	toolkit.ColorNameHyperlink:           Primary,
	toolkit.ColorNameInputBackground:     Card,
	toolkit.ColorNameInputBorder:         Edge,
	toolkit.ColorNameMenuBackground:      Card,
	toolkit.ColorNameOverlayBackground:   Card,
	toolkit.ColorNamePlaceHolder:         QuietInk,
	toolkit.ColorNamePressed:             Selected,
	toolkit.ColorNamePrimary:             Primary,
	toolkit.ColorNameScrollBar:           Edge,
	toolkit.ColorNameSelection:           Selected,
	toolkit.ColorNameSeparator:           Line,
	toolkit.ColorNameShadow:              Clear,
	toolkit.ColorNameSuccess:             Good,
	toolkit.ColorNameWarning:             Wait,
}

func (desk) Font(style fyne.TextStyle) fyne.Resource {
	if style.Symbol {
		return toolkit.DefaultTheme().Font(style)
	}
	// The digits of Noto Sans SC are all equally wide, which is what the desk
	// needs a monospace face for.
	return Font(style.Bold)
}

func (desk) Icon(name fyne.ThemeIconName) fyne.Resource {
	return toolkit.DefaultTheme().Icon(name)
}

func (desk) Size(name fyne.ThemeSizeName) float32 {
	if s, ok := deskSizes[name]; ok {
		return s
	}
	return toolkit.DefaultTheme().Size(name)
}

var deskSizes = map[fyne.ThemeSizeName]float32{
	toolkit.SizeNameText:               DeskBody,
	toolkit.SizeNameCaptionText:        DeskSmall,
	toolkit.SizeNameSubHeadingText:     DeskHeading,
	toolkit.SizeNameHeadingText:        DeskTitle,
	toolkit.SizeNamePadding:            DeskGap / 2,
	toolkit.SizeNameInnerPadding:       DeskGap,
	toolkit.SizeNameLineSpacing:        DeskGap / 2,
	toolkit.SizeNameInputBorder:        2,
	toolkit.SizeNameInputRadius:        DeskRadius,
	toolkit.SizeNameSelectionRadius:    DeskRadius,
	toolkit.SizeNameSeparatorThickness: Hairline,
	toolkit.SizeNameInlineIcon:         20,
}
