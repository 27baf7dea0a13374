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
