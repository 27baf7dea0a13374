// Package assets holds everything Linli ships that is not a program: fonts,
// pictograms, sounds, the sample catalogue of community services, the words
// and strokes that the kiosk's own keyboards know and the words of the screens
// in Chinese and English.
//
// All of it is embedded in the binary, because a kiosk must draw, speak and
// explain a service on its first start with no network and no other files
// installed. The package therefore reads no disk and cannot fail at run time:
// a fault in an embedded file is a fault of the build, and the package's tests
// find it.
//
// Data is kept in the formats of its trade (TTF, SVG, WAV, TOML), so that a
// designer, a translator or a hall's own staff can correct it without reading
// Go. Where a file came from, and under which licence, is written in the
// README beside it and collected in NOTICE.
//
// All functions may be called from any goroutine. Byte slices that the package
// returns are the embedded bytes themselves, not copies: callers must not
// change them.
package assets
