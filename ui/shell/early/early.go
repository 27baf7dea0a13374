// Package early sets the environment that the window toolkit reads while it is
// being initialised, before main begins.
//
// Go initialises packages in the order of their import paths, each as soon as
// what it imports is ready (the specification's "Program initialization"). This
// package needs os alone and so comes before the toolkit, which needs net/url,
// later in the alphabet than linli. Nothing else may be imported here.
package early

import "os"

func init() {
	for _, v := range Environment {
		if _, set := os.LookupEnv(v.Name); !set {
			// A name without "=" and a value without a zero byte: it cannot fail.
			_ = os.Setenv(v.Name, v.Value)
		}
	}
}

// Variable is one setting with the value that Linli gives it. A value that the
// environment has already is left alone.
type Variable struct{ Name, Value string }

// Environment is what is set, and why.
var Environment = [...]Variable{
	// One unit is one pixel: faces reckon their own millimetres, and monitors
	// often report a wrong size.
	{"FYNE_SCALE", "1"},
	{"FYNE_DISABLE_DPI_DETECTION", "1"},
	// Textures of words that are gone are freed after 15 s, not a minute. Below
	// 10 s the toolkit would walk all windows at every tick.
	{"FYNE_CACHE", "15s"},
}
