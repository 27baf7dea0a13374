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

// pages is every page of every flow in a look, with all its parts.
func pages(p theme.Profile, look session.Look) iter.Seq2[flow.Page, []flow.Page] {
	facts := flowtest.Facts(look.Lang)
	facts.Fit = citizen.Fit(p)(look)
	return flowtest.Pages(facts)
}
