package assets_test

import (
	"encoding/binary"
	"testing"
	"time"

	"linli/assets"
)

func TestSounds(t *testing.T) {
	const ms = time.Millisecond
	for name, length := range map[string]struct{ min, max time.Duration }{
		assets.SoundChime: {1000 * ms, 1400 * ms},
		assets.SoundClick: {20 * ms, 40 * ms},
		assets.SoundError: {300 * ms, 500 * ms},
		assets.SoundBell:  {800 * ms, 2000 * ms},
	} {
		wav := assets.Sound(name)
		if len(wav) < 44 || string(wav[:4]) != "RIFF" || string(wav[8:16]) != "WAVEfmt " || string(wav[36:40]) != "data" {
			t.Errorf("%s is not a plain WAV file", name)
			continue
		}
		format, channels := binary.LittleEndian.Uint16(wav[20:]), binary.LittleEndian.Uint16(wav[22:])
		rate, bits := binary.LittleEndian.Uint32(wav[24:]), binary.LittleEndian.Uint16(wav[34:])
		if format != 1 || channels != 1 || rate != 22050 || bits != 16 {
			t.Errorf("%s: format %d, %d channels, %d Hz, %d bit", name, format, channels, rate, bits)
		}
		if riff, data := binary.LittleEndian.Uint32(wav[4:]), binary.LittleEndian.Uint32(wav[40:]); int(riff) != len(wav)-8 || int(data) != len(wav)-44 {
			t.Errorf("%s: its header says %d and %d bytes, the file has %d", name, riff, data, len(wav))
		}
		samples := make([]int16, (len(wav)-44)/2)
		var peak int
		for i := range samples {
			samples[i] = int16(binary.LittleEndian.Uint16(wav[44+2*i:]))
			peak = max(peak, int(samples[i]), -int(samples[i]))
		}
		if d := time.Duration(len(samples)) * time.Second / time.Duration(rate); d < length.min || d > length.max {
			t.Errorf("%s lasts %v, want %v to %v", name, d, length.min, length.max)
		}
		// Silent files and clipped ones are both useless; a jump at an edge is
		// heard as a crack in the loudspeaker.
		if peak < 6000 || peak > 24000 {
			t.Errorf("%s: loudest sample %d", name, peak)
		}
		first, last := int(samples[0]), int(samples[len(samples)-1])
		if max(first, -first) > 200 || max(last, -last) > 200 {
			t.Errorf("%s starts at %d and ends at %d, want near 0", name, first, last)
		}
	}
}

func TestUnknownSoundIsNil(t *testing.T) {
	for _, name := range []string{"", "gong", "chime.wav", "../icons/home"} {
		if assets.Sound(name) != nil {
			t.Errorf("Sound(%q) is not nil", name)
		}
	}
}
