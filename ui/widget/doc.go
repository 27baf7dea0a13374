// Package widget holds the few drawn things that the faces share: a button
// that forgives a trembling finger, text broken into lines as Chinese wants
// it, and the record of what can be touched where. Everything takes its size
// and colours explicitly, from package theme; nothing here asks the toolkit's
// theme, so that no second theme is ever needed inside a window.
//
// All methods belong to the UI goroutine unless they say otherwise.
package widget
