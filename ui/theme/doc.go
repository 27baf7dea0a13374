// Package theme holds every colour, size and font of the three faces. A value
// that is drawn has a name here and nowhere else, so that one place can be
// checked for contrast and size, and one edit changes every page.
//
// The kiosk counts in millimetres, because a fingertip and an eye do: a
// [Profile] turns them into the toolkit's units for one machine's screen. The
// desk counts in units of a pixel, as its [Desk] theme does.
package theme
