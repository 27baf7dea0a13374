package hanzi_test

import (
	"bytes"
	"reflect"
	"strings"
	"testing"

	"linli/assets"
	"linli/kiosk/input/hanzi"
)

func TestRead(t *testing.T) {
	characters, err := hanzi.Read()
	if err != nil {
		t.Fatal(err)
	}
	var levels [4]int
	var before rune
	for _, c := range characters {
		if c.Rune <= before {
			t.Errorf("%q follows %q", c.Rune, before)
		}
		before = c.Rune
		levels[c.Level]++
		if len(c.Keys) == 0 || len(c.Keys) != len(c.Medians) || strings.Trim(c.Keys, "12345") != "" {
			t.Errorf("%q has %d medians and the keys %q", c.Rune, len(c.Medians), c.Keys)
		}
	}
	if levels[1] != 3500 {
		t.Errorf("%d of the 3,500 characters that everybody reads", levels[1])
	}
	if levels[2] < 2800 || levels[3] < 400 || levels[0] == 0 {
		t.Errorf("characters by level: %v", levels)
	}
}

// The common come before the rare; 的 comes before everything.
func TestWeights(t *testing.T) {
	characters, err := hanzi.Read()
	if err != nil {
		t.Fatal(err)
	}
	weight := make(map[rune]uint16)
	for _, c := range characters {
		weight[c.Rune] = c.Weight
	}
	order := []rune("的人家镇鳏")
	for i := 1; i < len(order); i++ {
		if weight[order[i-1]] <= weight[order[i]] {
			t.Errorf("%c weighs %d, %c %d", order[i-1], weight[order[i-1]], order[i], weight[order[i]])
		}
	}
}

func sample() []hanzi.Character {
	return []hanzi.Character{
		{Rune: '一', Keys: "1", Medians: []hanzi.Median{{0, 128, 30, 127, 255, 0}}, Level: 1, Weight: 4000},
		{Rune: '丁', Keys: "12", Medians: []hanzi.Median{{1, 2, 3}, {9, 8, 255, 254}}, Level: 2, Weight: 65535},
	}
}

func encode(t *testing.T, characters []hanzi.Character) (strokes, commonness []byte) {
	t.Helper()
	strokes, err := hanzi.EncodeStrokes(characters, "Invented for a test.\nSecond line.")
	if err != nil {
		t.Fatal(err)
	}
	commonness, err = hanzi.EncodeCommonness(characters, "Invented for a test.")
	if err != nil {
		t.Fatal(err)
	}
	return strokes, commonness
}

func TestWhatIsWrittenIsRead(t *testing.T) {
	strokes, commonness := encode(t, sample())
	got, err := hanzi.DecodeStrokes(strokes)
	if err != nil {
		t.Fatal(err)
	}
	if err := hanzi.DecodeCommonness(commonness, got); err != nil {
		t.Fatal(err)
	}
	if want := sample(); !reflect.DeepEqual(got, want) {
		t.Errorf("wrote %v\nread %v", want, got)
	}
}

func TestWhatIsNotWritten(t *testing.T) {
	for name, change := range map[string]func([]hanzi.Character){
		"twice":         func(c []hanzi.Character) { c[1].Rune = c[0].Rune },
		"no strokes":    func(c []hanzi.Character) { c[0].Keys, c[0].Medians = "", nil },
		"a key too few": func(c []hanzi.Character) { c[1].Keys = "1" },
	} {
		characters := sample()
		change(characters)
		if _, err := hanzi.EncodeStrokes(characters, ""); err == nil {
			t.Errorf("%s: written", name)
		}
	}
}

func TestADamagedFileIsRefused(t *testing.T) {
	strokes, commonness := encode(t, sample())
	for cut := range strokes {
		if _, err := hanzi.DecodeStrokes(strokes[:cut]); err == nil {
			t.Errorf("read with %d of %d bytes", cut, len(strokes))
		}
	}
	if err := hanzi.DecodeCommonness(commonness, sample()[:1]); err == nil {
		t.Error("commonness of two characters read into one")
	}
	other := sample()
	other[1].Rune = '七'
	if err := hanzi.DecodeCommonness(commonness, other); err == nil {
		t.Error("commonness read into other characters")
	}
}

// The Arphic Public License asks for a notice in the file itself, and for its own text beside it.
func TestTheFilesNameTheirLicences(t *testing.T) {
	head, _, _ := bytes.Cut(assets.Strokes(), []byte("\n\n"))
	for _, word := range []string{"Arphic Public License", "ARPHICPL.TXT", "Changed in"} {
		if !bytes.Contains(head, []byte(word)) {
			t.Errorf("strokes.bin does not say %q", word)
		}
	}
	head, _, _ = bytes.Cut(assets.Commonness(), []byte("\n\n"))
	for _, word := range []string{"Apache License 2.0", "Unicode, Inc."} {
		if !bytes.Contains(head, []byte(word)) {
			t.Errorf("commonness.bin does not say %q", word)
		}
	}
}

func FuzzDecodeStrokes(f *testing.F) {
	strokes, err := hanzi.EncodeStrokes(sample(), "")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(strokes)
	f.Add([]byte("linli strokes 1\n\n\n"))
	f.Fuzz(func(t *testing.T, file []byte) {
		characters, err := hanzi.DecodeStrokes(file)
		if err != nil && characters != nil {
			t.Error("an error and characters")
		}
	})
}
