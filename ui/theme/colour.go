package theme

import (
	"image/color"
	"math"
)

// The colours of every face. Words are Ink or QuietInk on Paper or Card, and
// white on the solid ones: all of these reach the 7:1 of WCAG 2.2, 1.4.6.
// Colour is never alone; a word or a shape says the same.
var (
	Paper    = rgb(0xF6F3EC) // the page; the window's clear colour
	Card     = rgb(0xFFFFFF) // what lies on the page: tiles, fields, panels
	Ink      = rgb(0x1B1B1B) // text, and the dark edge of a corner button
	QuietInk = rgb(0x444444) // second-rank text; no word is lighter than this

	Primary   = rgb(0x0A4F8F) // the one next step on a page; focus
	OnPrimary = rgb(0xFFFFFF)
	Help      = rgb(0x8A1C1C) // 找工作人员; nothing else on the kiosk is this red
	OnHelp    = rgb(0xFFFFFF)

	Good    = rgb(0x1B5E20) // done, received; with its icon and word
	Wait    = rgb(0x6B4A00) // waiting
	Late    = rgb(0x8A1C1C) // overdue; only at the desk
	OnState = rgb(0xFFFFFF)

	// The five families of services, as the face of a tile.
	City    = rgb(0x37474F) // 城市管理
	Public  = rgb(0x00565B) // 公共服务
	Social  = rgb(0x6A1B6A) // 社会服务
	SelfGov = rgb(0x8A3B00) // 居民自治
	Mutual  = rgb(0x1B5E20) // 互助服务
	OnFace  = rgb(0xFFFFFF)

	// Ground shapes that carry no words of their own.
	Line     = rgb(0xD9D3C5) // hairlines between rows and around panels
	Selected = rgb(0xE4EDF6) // the chosen row, under Ink
	Edge     = rgb(0x8C8678) // a tile's and a field's rounded edge, 3:1 on Card
)

// High contrast: white on black, and the next step black on yellow.
var (
	Black    = rgb(0x000000)
	White    = rgb(0xFFFFFF)
	Yellow   = rgb(0xFFD600)
	LipBlack = rgb(0x6E6E6E) // the lip of a white edge; no words on it
	Clear    = color.NRGBA{} // draws nothing
)

func rgb(v uint32) color.NRGBA {
	return color.NRGBA{R: uint8(v >> 16), G: uint8(v >> 8), B: uint8(v), A: 0xFF}
}

// Lip returns the darker shade of a face that makes its button look pressable.
func Lip(face color.NRGBA) color.NRGBA {
	shade := func(c uint8) uint8 { return uint8(float64(c) * 0.62) }
	return color.NRGBA{R: shade(face.R), G: shade(face.G), B: shade(face.B), A: face.A}
}

// Pressed returns what a face looks like under the finger.
func Pressed(face color.NRGBA) color.NRGBA {
	shade := func(c uint8) uint8 { return uint8(float64(c) * 0.84) }
	return color.NRGBA{R: shade(face.R), G: shade(face.G), B: shade(face.B), A: face.A}
}

// Contrast is the contrast ratio of two opaque colours by WCAG 2.2, from 1
// (equal) to 21 (black on white).
func Contrast(a, b color.NRGBA) float64 {
	la, lb := luminance(a), luminance(b)
	if la < lb {
		la, lb = lb, la
	}
	return (la + 0.05) / (lb + 0.05)
}

// luminance is the relative luminance of WCAG 2.2.
func luminance(c color.NRGBA) float64 {
	linear := func(v uint8) float64 {
		s := float64(v) / 255
		if s <= 0.04045 {
			return s / 12.92
		}
		return math.Pow((s+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(c.R) + 0.7152*linear(c.G) + 0.0722*linear(c.B)
}
