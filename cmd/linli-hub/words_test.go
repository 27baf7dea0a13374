package main

import (
	"testing"

	"linli/assets"
)

// Every verb and every fault has its words in every language.
func TestWords(t *testing.T) {
	for _, lang := range assets.Languages() {
		has := func(key string) {
			if _, ok := assets.Text(lang, key); !ok {
				t.Errorf("%s lacks %q", lang, key)
			}
		}
		for _, v := range verbs {
			has("hub.verb." + v.key())
			has("hub.about." + v.key())
		}
		for _, f := range faults {
			has("hub.error." + f.code)
		}
	}
}
