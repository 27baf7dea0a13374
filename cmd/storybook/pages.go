package main

import (
	"iter"

	"linli/kiosk/flow"
	"linli/kiosk/flow/flowtest"
	"linli/kiosk/session"
	"linli/ui/citizen"
	"linli/ui/theme"
)

func hallName(lang string) string { return flowtest.Facts(lang).Hall.Name }

// pages is every page of every flow in a look.
func pages(p theme.Profile, look session.Look) iter.Seq[flow.Page] {
	facts := flowtest.Facts(look.Lang)
	facts.Fit = citizen.Fit(p)(look)
	return func(yield func(flow.Page) bool) {
		for page := range flowtest.Walk(facts) {
			if !yield(page) {
				return
			}
		}
	}
}
