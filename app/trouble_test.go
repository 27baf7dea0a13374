package app_test

import (
	"strings"
	"testing"
	"time"

	"linli/app"
)

func TestATroubleIsWordsAndNothingThatSomebodyTyped(t *testing.T) {
	good := app.Trouble{Kind: "printer", Code: "paper", Since: time.Unix(1, 0)}
	for name, change := range map[string]func(*app.Trouble){
		"as it is":      func(*app.Trouble) {},
		"well again":    func(t *app.Trouble) { t.Code = "" },
		"no part":       func(t *app.Trouble) { t.Kind = "" },
		"a number":      func(t *app.Trouble) { t.Code = "13800000000" },
		"a sentence":    func(t *app.Trouble) { t.Code = "the paper is out" },
		"a long word":   func(t *app.Trouble) { t.Kind = app.TroubleKind(strings.Repeat("a", 25)) },
		"an id":         func(t *app.Trouble) { t.Kind = "printer.2" },
		"since nothing": func(t *app.Trouble) { t.Since = time.Time{} },
	} {
		trouble := good
		change(&trouble)
		want := name == "as it is" || name == "well again"
		if err := trouble.Validate(); (err == nil) != want || err != nil && app.CodeOf(err) != app.CodeInvalid {
			t.Errorf("%s: %v", name, err)
		}
	}
}
