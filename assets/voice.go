package assets

import (
	_ "embed"
	"sync"

	"github.com/BurntSushi/toml"
)

//go:embed voice/lexicon.toml
var lexiconFile string

// Lexicon answers how words are read aloud that a speech program reads wrong: pinyin with the number of the tone, syllables
// parted by spaces. The map is shared: nobody may change it.
var Lexicon = sync.OnceValues(func() (map[string]string, error) {
	words := make(map[string]string)
	_, err := toml.Decode(lexiconFile, &words)
	return words, err
})
