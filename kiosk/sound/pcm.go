package sound

import (
	"encoding/binary"
	"errors"
	"math"
	"time"
)

// ErrWAV reports a file that is no WAV of 16-bit PCM with one channel, or has nothing in it.
var ErrWAV = errors.New("sound: not a WAV file of 16-bit mono PCM")

// PCM is sound as samples, one channel. Its methods answer new sounds and leave the old as it is.
type PCM struct {
	Rate    int // samples a second
	Samples []int16
}

// ParseWAV reads a WAV file (RIFF, Microsoft). A program that writes to a pipe does not know the length beforehand: what the
// header says beyond the end of the file is passed over.
func ParseWAV(wav []byte) (PCM, error) {
	if len(wav) < 12 || string(wav[:4]) != "RIFF" || string(wav[8:12]) != "WAVE" {
		return PCM{}, ErrWAV
	}
	var p PCM
	for rest := wav[12:]; len(rest) >= 8; {
		name, size := string(rest[:4]), int64(binary.LittleEndian.Uint32(rest[4:8]))
		rest = rest[8:]
		body := rest[:min(size, int64(len(rest)))]
		switch name {
		case "fmt ":
			if len(body) < 16 || binary.LittleEndian.Uint16(body) != 1 || binary.LittleEndian.Uint16(body[2:]) != 1 || binary.LittleEndian.Uint16(body[14:]) != 16 {
				return PCM{}, ErrWAV
			}
			p.Rate = int(binary.LittleEndian.Uint32(body[4:]))
		case "data":
			for i := 0; i+1 < len(body); i += 2 {
				p.Samples = append(p.Samples, int16(binary.LittleEndian.Uint16(body[i:]))) // #nosec G115 -- the bits are the sample's
			}
		}
		rest = rest[min(size+size%2, int64(len(rest))):]
	}
	if p.Rate < 4000 || p.Rate > 192_000 || len(p.Samples) == 0 {
		return PCM{}, ErrWAV
	}
	return p, nil
}

// WAV is the sound as a file.
func (p PCM) WAV() []byte {
	size := 2 * len(p.Samples)
	b := make([]byte, 0, 44+size)
	b = append(b, "RIFF"...)
	b = binary.LittleEndian.AppendUint32(b, uint32(36+size)) // #nosec G115 -- a prompt is short
	b = append(b, "WAVEfmt "...)
	b = binary.LittleEndian.AppendUint32(b, 16)
	b = binary.LittleEndian.AppendUint16(b, 1)
	b = binary.LittleEndian.AppendUint16(b, 1)
	b = binary.LittleEndian.AppendUint32(b, uint32(p.Rate))   // #nosec G115 -- checked
	b = binary.LittleEndian.AppendUint32(b, uint32(2*p.Rate)) // #nosec G115 -- checked
	b = binary.LittleEndian.AppendUint16(b, 2)
	b = binary.LittleEndian.AppendUint16(b, 16)
	b = append(b, "data"...)
	b = binary.LittleEndian.AppendUint32(b, uint32(size)) // #nosec G115 -- a prompt is short
	for _, s := range p.Samples {
		b = binary.LittleEndian.AppendUint16(b, uint16(s)) // #nosec G115 -- the sample's bits
	}
	return b
}

// Duration is how long the sound lasts.
func (p PCM) Duration() time.Duration {
	if p.Rate == 0 {
		return 0
	}
	return time.Duration(len(p.Samples)) * time.Second / time.Duration(p.Rate)
}

// Peak is the greatest sample as a share of full scale.
func (p PCM) Peak() float64 {
	var most float64
	for _, s := range p.Samples {
		most = max(most, math.Abs(float64(s)))
	}
	return most / -math.MinInt16
}

// Loudness is the root of the mean square as a share of full scale.
func (p PCM) Loudness() float64 {
	var sum float64
	for _, s := range p.Samples {
		sum += float64(s) * float64(s)
	}
	return math.Sqrt(sum/float64(max(1, len(p.Samples)))) / -math.MinInt16
}

// Louder is the sound with so many decibels more. What would be beyond full scale is held there.
func (p PCM) Louder(decibels float64) PCM {
	by := math.Pow(10, decibels/20)
	out := PCM{p.Rate, make([]int16, len(p.Samples))}
	for i, s := range p.Samples {
		out.Samples[i] = int16(min(max(math.Round(float64(s)*by), math.MinInt16), math.MaxInt16))
	}
	return out
}

// quiet is the share of full scale below which nothing is heard.
const quiet = 0.004

// Trimmed is the sound without the silence at its two ends.
func (p PCM) Trimmed() PCM {
	heard := func(s int16) bool { return math.Abs(float64(s)) > quiet*math.MaxInt16 }
	from, to := 0, len(p.Samples)
	for from < to && !heard(p.Samples[from]) {
		from++
	}
	for to > from && !heard(p.Samples[to-1]) {
		to--
	}
	return PCM{p.Rate, p.Samples[from:to]}
}

// At is the sound at another rate, straight lines between its samples.
func (p PCM) At(rate int) PCM {
	if rate == p.Rate || len(p.Samples) == 0 {
		return PCM{rate, p.Samples}
	}
	n := int(int64(len(p.Samples)) * int64(rate) / int64(p.Rate))
	out := PCM{rate, make([]int16, n)}
	for i := range out.Samples {
		at := float64(i) * float64(p.Rate) / float64(rate)
		low := min(int(at), len(p.Samples)-1)
		high := min(low+1, len(p.Samples)-1)
		share := at - float64(low)
		out.Samples[i] = int16(float64(p.Samples[low])*(1-share) + float64(p.Samples[high])*share)
	}
	return out
}

// Silence is a pause.
func Silence(rate int, d time.Duration) PCM {
	return PCM{rate, make([]int16, int(d*time.Duration(rate)/time.Second))}
}

// fade is how long two sounds take to pass into each other: shorter than a consonant, longer than a click.
const fade = 5 * time.Millisecond

// Join is sounds one after the other, at the rate of the first. Where two meet both fade for a moment, so that
// nothing clicks.
func Join(sounds ...PCM) PCM {
	var out PCM
	for _, p := range sounds {
		if out.Rate == 0 {
			out.Rate = p.Rate
		}
		p = p.At(out.Rate)
		n := min(int(fade*time.Duration(out.Rate)/time.Second), len(p.Samples), len(out.Samples))
		head := len(out.Samples)
		out.Samples = append(out.Samples, p.Samples...)
		for i := range n {
			share := float64(i) / float64(n)
			before, after := &out.Samples[head-n+i], &out.Samples[head+i]
			*before = int16(float64(*before) * (1 - share))
			*after = int16(float64(*after) * share)
		}
	}
	return out
}
