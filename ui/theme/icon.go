package theme

import (
	"bytes"
	"fmt"
	"image/color"
	"sync"

	"fyne.io/fyne/v2"

	"linli/assets"
)

// Icon returns a pictogram in one colour, or nil when assets have none of that
// name. The same arguments give the same resource, so the toolkit draws each
// size of it once.
func Icon(name string, c color.NRGBA) fyne.Resource {
	key := iconKey{name, c}
	icons.Lock()
	defer icons.Unlock()
	if r, ok := icons.made[key]; ok {
		return r
	}
	svg := assets.Icon(name)
	if svg == nil {
		return nil
	}
	hex := fmt.Sprintf("%02x%02x%02x", c.R, c.G, c.B)
	// The drawings name no colour, so one fill on the root element colours all.
	tinted := bytes.Replace(svg, []byte("<svg "), []byte(`<svg fill="#`+hex+`" `), 1)
	r := fyne.NewStaticResource(name+"-"+hex+".svg", tinted)
	icons.made[key] = r
	return r
}

type iconKey struct {
	name   string
	colour color.NRGBA
}

var icons = struct {
	sync.Mutex
	made map[iconKey]fyne.Resource
}{made: make(map[iconKey]fyne.Resource)}
