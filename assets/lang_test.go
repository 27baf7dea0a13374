package assets_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"linli/assets"
)

var placeholder = regexp.MustCompile(`\{\d+\}`)

func TestTranslationsLoad(t *testing.T) {
	if err := assets.LoadLang(); err != nil {
		t.Fatal(err)
	}
}

func TestEveryTextStandsInEveryLanguage(t *testing.T) {
	for _, lang := range assets.Languages() {
		keys := assets.Keys(lang)
		if len(keys) == 0 {
			t.Fatalf("%s has no texts", lang)
		}
		for _, other := range assets.Languages() {
			for _, key := range keys {
				want, _ := assets.Text(lang, key)
				got, ok := assets.Text(other, key)
				if !ok || strings.TrimSpace(got) == "" {
					t.Errorf("%q stands in %s but not in %s", key, lang, other)
					continue
				}
				if a, b := placeholders(want), placeholders(got); !slices.Equal(a, b) {
					t.Errorf("%q has %v in %s and %v in %s", key, a, lang, b, other)
				}
			}
		}
	}
}

func TestEveryTextCanBeDrawn(t *testing.T) {
	for _, lang := range assets.Languages() {
		for _, key := range assets.Keys(lang) {
			text, _ := assets.Text(lang, key)
			checkWording(t, lang+" "+key, text)
		}
	}
}

func TestFormat(t *testing.T) {
	for _, c := range []struct {
		lang, key string
		args      []any
		want      string
	}{
		{"zh", "common.next", nil, "下一步"},
		{"en", "common.next", nil, "Next"},
		{"zh", "time.minute", []any{5}, "5 分钟"},
		{"zh", "time.minute", []any{"{0}"}, "{0} 分钟"}, // an argument is text, never a template
		{"zh", "time.minute", nil, "{0} 分钟"},
		{"en", "time.hour", []any{2, "unused"}, "2 h"},
		{"zh", "no.such.key", []any{1}, "⟦no.such.key⟧"},
		{"xx", "common.next", nil, "⟦common.next⟧"},
	} {
		if got := assets.Format(c.lang, c.key, c.args...); got != c.want {
			t.Errorf("Format(%q, %q, %v) = %q, want %q", c.lang, c.key, c.args, got, c.want)
		}
	}
}

func TestFaultsInTranslationFilesAreReported(t *testing.T) {
	good := &fstest.MapFile{Data: []byte(`"a.b" = "x"`)}
	for name, c := range map[string]struct {
		files fstest.MapFS
		want  string
	}{
		"the same key in two files": {fstest.MapFS{
			"lang/zh/one.toml": good, "lang/zh/two.toml": good,
		}, `lang/zh/two.toml: key "a.b" stands in lang/zh/one.toml already`},
		"a table instead of a text": {fstest.MapFS{
			"lang/zh/one.toml": {Data: []byte("[a]\nb = \"x\"")},
		}, "lang/zh/one.toml"},
		"no files at all": {fstest.MapFS{}, "lang/zh"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := assets.ReadTranslations(c.files, []string{"zh"})
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want one with %q", err, c.want)
			}
		})
	}
}

func TestAFaultyFileCostsOnlyItsOwnWords(t *testing.T) {
	texts, err := assets.ReadTranslations(fstest.MapFS{
		"lang/zh/bad.toml":  {Data: []byte(`"c" = `)},
		"lang/zh/good.toml": {Data: []byte(`"a" = "x"`)},
	}, []string{"zh"})
	if err == nil {
		t.Error("the bad file was not reported")
	}
	if texts["zh"]["a"] != "x" {
		t.Errorf("the good file's words are %v", texts["zh"])
	}
}

func placeholders(text string) []string {
	found := placeholder.FindAllString(text, -1)
	slices.Sort(found)
	return slices.Compact(found)
}

// checkWording holds every text that residents and staff see to two rules: the
// embedded fonts can draw it, and it does not shout.
func checkWording(t *testing.T, where, text string) {
	t.Helper()
	for _, r := range text {
		if r != '\n' && !assets.HasGlyph(r) {
			t.Errorf("%s: the fonts cannot draw %q (%U) in %q", where, r, r, text)
		}
	}
	if strings.ContainsAny(text, "!\uFF01") {
		t.Errorf("%s: exclamation mark in %q", where, text)
	}
}
