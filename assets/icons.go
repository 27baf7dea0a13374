package assets

import (
	"embed"
	"path"
	"sort"
	"strings"
	"sync"
)

//go:embed icons/*.svg
var iconFiles embed.FS

// Icon returns the SVG bytes of a pictogram, or nil when there is none of that
// name. Names say what a pictogram means ("take-number"), not what it depicts,
// so that a drawing can be replaced without touching a page. All are a single
// black path in the view box "0 -960 960 960"; the theme recolours them. Callers
// must not change the bytes.
func Icon(name string) []byte {
	if strings.ContainsAny(name, "/.") {
		return nil
	}
	svg, err := iconFiles.ReadFile("icons/" + name + ".svg")
	if err != nil {
		return nil
	}
	return svg
}

// IconNames returns the names of all pictograms in alphabetical order.
func IconNames() []string {
	return append([]string(nil), iconNames()...)
}

var iconNames = sync.OnceValue(func() []string {
	entries, err := iconFiles.ReadDir("icons")
	if err != nil {
		panic("assets: embedded icons: " + err.Error())
	}
	names := make([]string, 0, len(entries))
	for _, e := range entries {
		names = append(names, strings.TrimSuffix(path.Base(e.Name()), ".svg"))
	}
	sort.Strings(names)
	return names
})
