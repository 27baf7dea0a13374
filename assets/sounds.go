package assets

import (
	"embed"
	"strings"
)

//go:generate go run sounds/make.go -out sounds

//go:embed sounds/*.wav
var soundFiles embed.FS

// Names of the sounds. Each sound has something to see beside it; none is the
// only sign of anything.
const (
	SoundChime = "chime" // before a number is called
	SoundClick = "click" // a touch was taken
	SoundError = "error" // a touch or a card was refused
	SoundBell  = "bell"  // a resident calls for staff
)

// Sound returns a WAV file (RIFF, PCM 16 bit, mono, 22,050 Hz) by its name, or
// nil when there is none of that name.
func Sound(name string) []byte {
	if strings.ContainsAny(name, "/.") {
		return nil
	}
	wav, err := soundFiles.ReadFile("sounds/" + name + ".wav")
	if err != nil {
		return nil
	}
	return wav
}
