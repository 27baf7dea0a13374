// Package board is the face of the waiting room: the public display that shows
// which number goes to which window, the last calls, how many wait for each
// business, and the notices in turn.
//
// # How it is built
//
// Three parts, of which only the last knows the toolkit:
//
//   - state (state.go) is what the board knows and when it learned it. Asked for
//     a moment it answers what is to be seen then: which call stands in the band,
//     whether the band flashes, whose turn it is among the notices.
//   - place (place.go) turns that into lines and boxes for a window of any size.
//   - [Board] (board.go) reads the hall, keeps one timer, and brings the canvas
//     objects to what place answers, touching only what is different.
//
// # Rules
//
// The board reads [app.PublicPort] only, so it has no name of any resident to
// show. It reads again when [app.Bus] says that something changed and when a new
// minute begins, for opening hours, the day and the notices change with the clock
// and publish nothing. A call flashes below the three times a second that can
// hurt (WCAG 2.2, 2.3.1) and then stands for at least half a minute. The chime is
// never the only sign: the band flashes and the words are written below it.
package board
