// Package corner is the door to a kiosk's maintenance page.
//
// Nobody who does not look for it finds it: on the first page, while no conversation is under way, a blank part of the screen is
// touched five times within five seconds. Then the kiosk's own code is asked for, which is no one's PIN, and only then the page opens.
// It shuts by itself when nobody has touched it for a minute, and what was typed is gone with it.
//
// A [Door] knows where that stands and draws nothing.
package corner
