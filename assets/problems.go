package assets

import "sync"

// A ProblemCategory is one answer to "what is wrong?" when a resident reports
// a problem by touching, with no typing. A category, its What and its Where
// each have at most six choices, so that each question is one kiosk page.
type ProblemCategory struct {
	Code   string   `toml:"code"` // stable and unique, "cleanliness"
	Icon   string   `toml:"icon"` // name for [Icon]
	Name   string   `toml:"name"`
	NameEN string   `toml:"name_en"`
	What   []Choice `toml:"what"`  // what exactly it is
	Where  []Choice `toml:"where"` // what kind of place it is at
}

// A Choice is one touchable answer. Its code is what is stored.
type Choice struct {
	Code   string `toml:"code"` // unique among its question's choices
	Name   string `toml:"name"`
	NameEN string `toml:"name_en"`
	Icon   string `toml:"icon"` // name for [Icon], empty for the word alone
}

// Problems returns the categories of report-a-problem, at most six. Callers
// must not change them. It fails as [Catalogue] does.
func Problems() ([]ProblemCategory, error) { return problems() }

var problems = sync.OnceValues(func() ([]ProblemCategory, error) {
	var page struct {
		Categories []ProblemCategory `toml:"category"`
	}
	err := decodeStrict(catalogueFiles, "catalogue/problems.toml", &page)
	return page.Categories, err
})
