//go:build ignore

// Make writes the sounds of the halls as WAV files (PCM 16 bit, mono,
// 22,050 Hz). They are computed, not recorded, so there is no licence to keep
// and any of them can be tuned here:
//
//	go run sounds/make.go -out sounds
package main

import (
	"bytes"
	"encoding/binary"
	"flag"
	"log"
	"math"
	"os"
	"path/filepath"
)

const rate = 22050 // samples per second

// A tone is one struck note: it swells for attack seconds and then dies away,
// as a bar or a bell does. Overtones are ratios of the pitch with their share
// of the loudness; a higher overtone dies sooner.
type tone struct {
	start, length float64 // seconds
	pitch         float64 // Hz
	attack, decay float64 // seconds; decay is the time to fall to 1/e
	overtones     map[float64]float64
}

// Warm is a wooden bar, ring a small counter bell, dull a low reed. Elderly
// ears lose the high pitches first, so nothing important lies above 2 kHz.
var (
	warm = map[float64]float64{1: 1, 2: 0.22, 3: 0.06}
	ring = map[float64]float64{1: 1, 2: 0.5, 2.76: 0.25}
	dull = map[float64]float64{1: 1, 2: 0.35, 3: 0.2}
)

var sounds = map[string][]tone{
	// A falling major third, as a door chime: heard over talk, startles nobody.
	"chime": {
		{start: 0, length: 0.9, pitch: 659.26, attack: 0.008, decay: 0.28, overtones: warm},
		{start: 0.38, length: 0.85, pitch: 523.25, attack: 0.008, decay: 0.3, overtones: warm},
	},
	"click": {
		{start: 0, length: 0.03, pitch: 900, attack: 0.002, decay: 0.006, overtones: warm},
	},
	"error": {
		{start: 0, length: 0.17, pitch: 220, attack: 0.01, decay: 0.12, overtones: dull},
		{start: 0.21, length: 0.19, pitch: 185, attack: 0.01, decay: 0.12, overtones: dull},
	},
	"bell": {
		{start: 0, length: 0.5, pitch: 880, attack: 0.004, decay: 0.25, overtones: ring},
		{start: 0.25, length: 0.5, pitch: 880, attack: 0.004, decay: 0.25, overtones: ring},
		{start: 0.5, length: 0.9, pitch: 880, attack: 0.004, decay: 0.3, overtones: ring},
	},
}

// loudness is the highest sample as a share of full scale.
var loudness = map[string]float64{"chime": 0.6, "click": 0.3, "error": 0.5, "bell": 0.6}

func main() {
	out := flag.String("out", ".", "folder to write to")
	flag.Parse()
	for name, tones := range sounds {
		file := filepath.Join(*out, name+".wav")
		if err := os.WriteFile(file, wav(mix(tones, loudness[name])), 0o644); err != nil {
			log.Fatal(err)
		}
	}
}

// mix adds the tones up and scales the sum to its loudness.
func mix(tones []tone, loud float64) []int16 {
	var end float64
	for _, t := range tones {
		end = max(end, t.start+t.length)
	}
	sum := make([]float64, int(end*rate))
	var peak float64
	for _, t := range tones {
		from := int(t.start * rate)
		for i := range int(t.length * rate) {
			if from+i >= len(sum) {
				break
			}
			sum[from+i] += t.at(float64(i) / rate)
		}
	}
	for _, s := range sum {
		peak = max(peak, math.Abs(s))
	}
	samples := make([]int16, len(sum))
	for i, s := range sum {
		samples[i] = int16(math.Round(s / peak * loud * math.MaxInt16))
	}
	return samples
}

// at returns the tone's amplitude s seconds after its start.
func (t tone) at(s float64) float64 {
	envelope := min(1, s/t.attack)
	// The last 10 ms (or third, of a short tone) fade to zero: a cut wave clicks.
	fade := min(0.01, t.length/3)
	envelope *= min(1, (t.length-s)/fade)
	var v float64
	for _, ratio := range []float64{1, 2, 2.76, 3} { // a fixed order, so that the bytes never differ
		if share := t.overtones[ratio]; share > 0 {
			v += share * math.Exp(-s*ratio/t.decay) * math.Sin(2*math.Pi*t.pitch*ratio*s)
		}
	}
	return v * envelope
}

// wav wraps samples in a RIFF header.
func wav(samples []int16) []byte {
	const header, bytesPerSample = 36, 2
	size := uint32(len(samples) * bytesPerSample)
	var b bytes.Buffer
	put := func(v any) {
		if err := binary.Write(&b, binary.LittleEndian, v); err != nil {
			log.Fatal(err)
		}
	}
	b.WriteString("RIFF")
	put(header + size)
	b.WriteString("WAVEfmt ")
	put(struct {
		Size                          uint32
		Format, Channels              uint16
		SamplesPerSecond, BytesPerSec uint32
		BlockAlign, BitsPerSample     uint16
	}{16, 1, 1, rate, rate * bytesPerSample, bytesPerSample, 16})
	b.WriteString("data")
	put(size)
	put(samples)
	return b.Bytes()
}
