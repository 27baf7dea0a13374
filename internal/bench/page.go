package main

import (
	"fmt"
	"os"
	"strings"

	"linli/assets"
	"linli/internal/day"
)

// What the first page's parts show, in a browser too.
var (
	homeIcons = map[string]string{
		"ticket": "take-number", "services": "what-can-be-done", "notices": "notices", "problem": "report-problem",
		"progress": "progress", "rate": "rate", "@repeat": "repeat", "@volume": "volume", "@help": "call-staff",
		"@lang": "language", "@contrast": "contrast", "@size": "text-size",
	}
	homeWords = map[string]string{
		"@repeat": "kiosk.corner.repeat", "@volume": "kiosk.corner.volume", "@help": "kiosk.corner.help",
		"@lang": "kiosk.corner.lang", "@contrast": "citizen.dark", "@size": "citizen.bigger",
	}
)

// tileBlue is the colour of a tile of the first page, by which the page is
// known on the screen.
var tileBlue = [3]int{0x0A, 0x4F, 0x8F}

const pageStyle = `html,body{margin:0;background:#F6F3EC;color:#1B1B1B;font-family:"Noto Sans CJK SC",sans-serif;overflow:hidden}
div{position:absolute;box-sizing:border-box;border-radius:8px;overflow:hidden;text-align:center}
.tile{background:#fff;border:4px solid #0A4F8F;border-bottom:12px solid #063158}
.tile i{display:block;background:#0A4F8F;height:76%;position:relative}
.tile svg{position:absolute;left:50%;top:50%;width:168px;height:168px;margin:-84px;fill:#fff}
.tile b{font-size:56px;line-height:96px}
.corner{background:#fff;border:4px solid #1B1B1B;display:flex;align-items:center;justify-content:center;font:bold 40px "Noto Sans CJK SC",sans-serif}
.corner svg{width:36px;height:36px;margin-right:8px}
.help{background:#8A1C1C;border-color:#8A1C1C;color:#fff;fill:#fff}
p{position:absolute;left:32px;margin:0}`

// writePage writes a static page with the words, boxes and pictograms of the
// kiosk's first page as the kiosk itself said they lie. Its font is one that is
// installed, so a browser need not load any, and
// it asks for no offer to translate it.
func writePage(path string, home day.Screen) error {
	var out strings.Builder
	fmt.Fprintf(&out, "<!doctype html><html lang=zh translate=no><meta charset=utf-8><meta name=google content=notranslate><title>Linli</title><style>%s</style>\n", pageStyle)
	for i, style := range []string{"top:168px;font-size:40px;color:#444", "top:232px;font-size:76px;font-weight:bold;line-height:96px"} {
		if i < len(home.Texts) {
			fmt.Fprintf(&out, "<p style=%q>%s</p>\n", style, home.Texts[i])
		}
	}
	for _, id := range home.IDs() {
		t := home.Targets[id]
		key, corner := homeWords[id]
		form := `<div class="tile" style=%q><i>%s</i><b>%s</b></div>` + "\n"
		if corner {
			class := "corner"
			if id == "@help" {
				class = "corner help"
			}
			form = `<div class="` + class + `" style=%q>%s%s</div>` + "\n"
		} else {
			key = "kiosk.home." + id
		}
		place := fmt.Sprintf("left:%.0fpx;top:%.0fpx;width:%.0fpx;height:%.0fpx", t[0], t[1], t[2], t[3])
		fmt.Fprintf(&out, form, place, assets.Icon(homeIcons[id]), assets.Format(assets.LangChinese, key))
	}
	return os.WriteFile(path, []byte(out.String()), 0o600)
}
