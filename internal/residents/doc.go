// Package residents has simulated residents walk up to a kiosk, with nothing in hand but what they came for and their papers.
//
// A resident has a goal and the words for it, and sees what a page shows: its title, the words of its choices, its big button, the
// corners, an error. They touch what sounds most like what they want. They also err: they take wrong turns, strike twice, touch
// where nothing is, go back, change the size, the volume and the language, call somebody, think for longer than the kiosk waits,
// walk off, and give up. The hall behind the kiosk fails now and then, is slow, and is busy for ten seconds.
//
// Two things come of it. A share of residents of each goal who get there is a figure to see regressions by: it says that a change
// of the pages made these simulated people do better or worse, and nothing about people. And some laws hold for all of them,
// whatever they do (package's tests): no page without a way on, nothing left of anybody, one effect of one touch.
//
// Everything comes from a seed: the same seed gives the same residents, touches and figures.
package residents
