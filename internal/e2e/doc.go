// Package e2e serves the scripted day of internal/day in real windows and with
// real clicks and keys, and fails where a face does not show what it should. It
// needs the build tag e2e, Xvfb, xdotool and ImageMagick; `make test` runs it.
package e2e
