package assets

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"sort"
	"strconv"
	"strings"
	"sync"

	"github.com/BurntSushi/toml"
)

// Languages of the screens, as BCP 47 primary tags. Chinese comes first
// everywhere.
const (
	LangChinese = "zh"
	LangEnglish = "en"
)

// Languages lists the languages that every text has, the main one first.
func Languages() []string { return []string{LangChinese, LangEnglish} }

// The translation files are flat tables, "some.key" = "text", several files a
// language, so that each part of the program keeps its words in a file of its
// own. A key belongs to exactly one file.
//
//go:embed lang/zh/*.toml lang/en/*.toml
var langFiles embed.FS

// LoadLang reads the embedded translations and reports every fault in them:
// a file that is not a flat table of texts, or a key that stands in two files
// of one language. [Text] and [Format] load by themselves and keep quiet about
// faults, so that a bad file costs some words and not the hall's opening; a
// program calls LoadLang at its start to hear of them.
func LoadLang() error {
	_, err := translations()
	return err
}

// Text returns the text of key in a language, with its placeholders as they
// stand, and whether there is one.
func Text(lang, key string) (string, bool) {
	texts, _ := translations()
	text, ok := texts[lang][key]
	return text, ok
}

// Keys returns all keys of a language in alphabetical order.
func Keys(lang string) []string {
	texts, _ := translations()
	keys := make([]string, 0, len(texts[lang]))
	for key := range texts[lang] {
		keys = append(keys, key)
	}
	sort.Strings(keys)
	return keys
}

// Format returns the text of key in a language with {0}, {1}, … replaced by
// the arguments as [fmt.Sprint] prints them. A placeholder without an argument
// stays as it is. A missing key comes back as ⟦key⟧: seen at once on a screen,
// and no reason to stop serving people.
func Format(lang, key string, args ...any) string {
	text, ok := Text(lang, key)
	if !ok {
		return "⟦" + key + "⟧"
	}
	if len(args) == 0 || !strings.Contains(text, "{") {
		return text
	}
	// One pass, so that an argument that looks like a placeholder stays text.
	pairs := make([]string, 0, 2*len(args))
	for i, arg := range args {
		pairs = append(pairs, "{"+strconv.Itoa(i)+"}", fmt.Sprint(arg))
	}
	return strings.NewReplacer(pairs...).Replace(text)
}

var translations = sync.OnceValues(func() (map[string]map[string]string, error) {
	return readTranslations(langFiles, Languages())
})

// readTranslations merges lang/<language>/*.toml. It returns what it could
// read together with every fault that it met.
func readTranslations(files fs.FS, languages []string) (map[string]map[string]string, error) {
	var faults []error
	all := make(map[string]map[string]string, len(languages))
	for _, lang := range languages {
		names, err := fs.Glob(files, path.Join("lang", lang, "*.toml"))
		if err != nil {
			return nil, err
		}
		if len(names) == 0 {
			faults = append(faults, fmt.Errorf("lang/%s: no translation files", lang))
		}
		texts := make(map[string]string)
		home := make(map[string]string) // key → the file that owns it
		for _, name := range names {
			var table map[string]string
			if _, err := toml.DecodeFS(files, name, &table); err != nil {
				faults = append(faults, fmt.Errorf("%s: %w", name, err))
				continue
			}
			for _, key := range sortedKeys(table) {
				if owner, taken := home[key]; taken {
					faults = append(faults, fmt.Errorf("%s: key %q stands in %s already", name, key, owner))
					continue
				}
				home[key] = name
				texts[key] = table[key]
			}
		}
		all[lang] = texts
	}
	return all, errors.Join(faults...)
}

func sortedKeys(table map[string]string) []string {
	keys := make([]string, 0, len(table))
	for key := range table {
		keys = append(keys, key)
	}
	sort.Strings(keys)
	return keys
}
