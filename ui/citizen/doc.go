// Package citizen draws the kiosk face. It knows nothing of any flow: it takes
// a page as data ([flow.Page]), lays it out in millimetres on a screen profile
// ([Place], a pure function that tests walk without a window), and moves one
// fixed skeleton of buttons and texts to where the layout says ([Face]).
//
// The rules for elders are kept here for every page at once: targets of at
// least 20 mm with 6 mm between them, text that never shrinks, help always in
// its corner and everything within a seated person's reach. What does not fit
// becomes another part of the page, with buttons to turn.
package citizen
