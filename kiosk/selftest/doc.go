// Package selftest looks at whether a kiosk's parts work, before a resident finds out that one does not.
//
// [Run] asks all parts at once and answers a [Report]: a [Result] for each, with a state and a code and no sentence; a face
// puts it in words. Nobody stands beside a kiosk, so no part can hold up the others: each check has a limit of its own, one
// that does not answer in it is reported as silent, and one that panics as a fault of ours. A check that never
// returns is not begun again while it still hangs.
//
// A part that a kiosk does not have is [None], which is no trouble. What cannot be said is [Unknown], and changes nothing of what
// was said before.
//
// [Watch] runs it by the clock, and [Teller] hands what changed to the hall: once for each change, and at most once a minute for
// each part, so that a loose plug does not fill the log.
package selftest
