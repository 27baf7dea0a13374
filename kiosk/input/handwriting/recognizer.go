package handwriting

import (
	"slices"
	"sync"

	"linli/kiosk/input/hanzi"
)

const (
	// closely is how many characters get the close look.
	closely = 200
	// coarseShare and rarityCost are what the coarse look and a character's rarity add to its distance.
	coarseShare = 0.12
	rarityCost  = 0.0012 // for each halving of its frequency
)

// A Recognizer knows the characters. It may be used by several goroutines at once.
type Recognizer struct {
	characters []hanzi.Character
	frames     []frame
	features   []feature
}

// Open reads the templates once; every call answers the same Recognizer.
func Open() (*Recognizer, error) { return open() }

var open = sync.OnceValues(func() (*Recognizer, error) {
	characters, err := hanzi.Read()
	if err != nil {
		return nil, err
	}
	r := &Recognizer{
		characters: characters,
		frames:     make([]frame, len(characters)),
		features:   make([]feature, len(characters)),
	}
	var template []Stroke
	for i, c := range characters {
		left, top, right, bottom := uint8(255), uint8(255), uint8(0), uint8(0)
		for _, m := range c.Medians {
			for k := 0; k < len(m); k += 2 {
				left, right = min(left, m[k]), max(right, m[k])
				top, bottom = min(top, m[k+1]), max(bottom, m[k+1])
			}
		}
		r.frames[i] = frameOf(float32(left), float32(top), float32(right), float32(bottom))
		template = r.template(i, template)
		r.features[i] = featureOf(template)
	}
	return r, nil
})

// template answers the strokes of a character in the unit square, in the room of an earlier one.
func (r *Recognizer) template(i int, room []Stroke) []Stroke {
	medians := r.characters[i].Medians
	for len(room) < len(medians) {
		room = append(room, make(Stroke, hanzi.Points))
	}
	room = room[:len(medians)]
	for s, m := range medians {
		if room[s] == nil {
			room[s] = make(Stroke, hanzi.Points)
		}
		for k := range hanzi.Points {
			room[s][k] = r.frames[i].place(Point{float32(m[2*k]), float32(m[2*k+1])})
		}
	}
	return room
}

type candidate struct {
	at       int
	likeness int32
	distance float32
}

// Recognize answers the likeliest characters, best first, at most limit. Ink without any extent is no character.
func (r *Recognizer) Recognize(ink []Stroke, limit int) []string {
	strokes, drawn := normalise(clean(ink))
	if !drawn || limit <= 0 {
		return nil
	}
	best := r.coarse(strokes)
	m := newMatcher(strokes)
	var template []Stroke
	for i := range best {
		c := &best[i]
		template = r.template(c.at, template)
		c.distance = m.distance(template)
		c.distance += coarseShare * (1 - float32(c.likeness)/1e6)
		c.distance += rarityCost * (22 - float32(r.characters[c.at].Weight)/256)
	}
	slices.SortStableFunc(best, func(a, b candidate) int {
		switch {
		case a.distance < b.distance:
			return -1
		case a.distance > b.distance:
			return 1
		}
		return 0
	})
	out := make([]string, 0, min(limit, len(best)))
	for _, c := range best[:min(limit, len(best))] {
		out = append(out, string(r.characters[c.at].Rune))
	}
	return out
}

// coarse answers the characters that look most like the strokes from afar.
func (r *Recognizer) coarse(strokes []Stroke) []candidate {
	f := featureOf(strokes)
	all := make([]candidate, 0, len(r.features))
	for i := range r.features {
		all = append(all, candidate{at: i, likeness: f.likeness(&r.features[i])})
	}
	slices.SortFunc(all, func(a, b candidate) int {
		if a.likeness != b.likeness {
			return int(b.likeness - a.likeness)
		}
		return a.at - b.at
	})
	return all[:min(closely, len(all))]
}
