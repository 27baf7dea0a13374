package assets

import _ "embed"

//go:embed input/pinyin.txt.gz
var pinyinWords []byte

// PinyinWords returns what the on-screen keyboard knows: words, how they are read and how often they are met, as lines that
// input/README.md describes, compressed with gzip. Callers must not change the bytes.
func PinyinWords() []byte { return pinyinWords }

//go:embed input/hall.txt
var hallWords string

// HallWords returns the words of a community service hall that the on-screen keyboard prefers, as lines that they describe
// themselves.
func HallWords() string { return hallWords }

//go:embed input/strokes.bin
var strokes []byte

//go:embed input/commonness.bin
var commonness []byte

// Strokes returns the strokes of the Han characters that can be written by hand or by stroke keys, compressed;
// kiosk/input/hanzi reads them. Arphic Public License, see input/README.md. Callers must not change the bytes.
func Strokes() []byte { return strokes }

// Commonness returns how common each of these characters is, compressed; kiosk/input/hanzi reads it. Callers must not
// change the bytes.
func Commonness() []byte { return commonness }
