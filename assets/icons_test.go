package assets_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"slices"
	"strings"
	"testing"

	"linli/assets"
)

// The toolkit's SVG renderer mis-draws groups, strokes and transforms, so a
// pictogram is one filled path and nothing else.
func TestIconsAreOnePlainPath(t *testing.T) {
	names := assets.IconNames()
	if len(names) < 50 {
		t.Fatalf("only %d pictograms", len(names))
	}
	for _, name := range names {
		var elements []string
		dec := xml.NewDecoder(bytes.NewReader(assets.Icon(name)))
		for {
			tok, err := dec.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if el, ok := tok.(xml.StartElement); ok {
				elements = append(elements, el.Name.Local)
				for _, a := range el.Attr {
					if el.Name.Local == "svg" && a.Name.Local == "viewBox" && a.Value != "0 -960 960 960" {
						t.Errorf("%s: view box %q", name, a.Value)
					}
				}
			}
		}
		if !slices.Equal(elements, []string{"svg", "path"}) {
			t.Errorf("%s has elements %v, want svg and one path", name, elements)
		}
	}
}

func TestIconNamesAreSortedAndDocumented(t *testing.T) {
	names := assets.IconNames()
	if !slices.IsSorted(names) {
		t.Error("IconNames is not sorted")
	}
	readme, err := os.ReadFile("icons/README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		if !strings.Contains(string(readme), "| "+name+" |") {
			t.Errorf("icons/README.md does not say where %q comes from", name)
		}
	}
	names[0] = "changed by a caller"
	if assets.IconNames()[0] == names[0] {
		t.Error("a caller can change the list of the package")
	}
}

func TestUnknownIconIsNil(t *testing.T) {
	for _, name := range []string{"", "no-such-thing", "../fonts/OFL", "home.svg", "./home"} {
		if assets.Icon(name) != nil {
			t.Errorf("Icon(%q) is not nil", name)
		}
	}
}
