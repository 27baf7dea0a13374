package assets

import _ "embed"

//go:embed input/strokes.bin
var strokes []byte

//go:embed input/commonness.bin
var commonness []byte

// Strokes returns the strokes of the Han characters that can be written by hand or by stroke keys, compressed;
// kiosk/input/hanzi reads them. Arphic Public License, see input/README.md. Callers must not change the bytes.
func Strokes() []byte { return strokes }

// Commonness returns how common each of these characters is, compressed; kiosk/input/hanzi reads it. Callers must not
// change the bytes.
func Commonness() []byte { return commonness }
