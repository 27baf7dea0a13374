package handwriting

import (
	"slices"
	"sync"

	"linli/kiosk/input/hanzi"
)

const (
	// closely is how many characters get the close look.
	closely = 400
	// coarseShare and rarityCost are what the coarse look and a character's rarity add to its distance.
	coarseShare = 0.30
	rarityCost  = 0.0012 // for each halving of its frequency
	commonest   = 22     // halvings from the commonest character to one that is never seen
	alike       = 1e6    // the likeness of a character to itself
)

// A Recognizer knows the characters. It may be used by several goroutines at once.
type Recognizer struct {
	characters []hanzi.Character
	frames     []frame // that carry the medians of each into the unit square
	features   []feature
	most       int // strokes of the character that has most
}

// Open reads the templates once; every call answers the same Recognizer.
func Open() (*Recognizer, error) { return open() }

var open = sync.OnceValues(read)

func read() (*Recognizer, error) {
	characters, err := hanzi.Read()
	if err != nil {
		return nil, err
	}
	r := &Recognizer{
		characters: characters,
		frames:     make([]frame, len(characters)),
		features:   make([]feature, len(characters)),
	}
	for _, c := range characters {
		r.most = max(r.most, len(c.Medians))
	}
	room := r.room()
	for i := range characters {
		r.frames[i] = same
		r.frames[i], _ = frameOf(r.template(i, room))
		r.features[i] = featureOf(r.template(i, room))
	}
	return r, nil
}

// room answers room for the strokes of any one character.
func (r *Recognizer) room() []Stroke {
	room := make([]Stroke, r.most)
	for i := range room {
		room[i] = make(Stroke, hanzi.Points)
	}
	return room
}

// template answers the strokes of a character in the unit square. They lie in the room until it is used again.
func (r *Recognizer) template(i int, room []Stroke) []Stroke {
	medians := r.characters[i].Medians
	for s, m := range medians {
		for k := range room[s] {
			room[s][k] = r.frames[i].place(Point{float32(m[2*k]), float32(m[2*k+1])})
		}
	}
	return room[:len(medians)]
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
	candidates := r.coarse(strokes)
	m := newMatcher(strokes)
	room := r.room()
	best := make([]candidate, 0, min(limit, len(candidates))+1)
	for _, c := range candidates {
		besides := coarseShare*(1-float32(c.likeness)/alike) + rarityCost*(commonest-float32(r.characters[c.at].Weight)/256)
		enough := float32(never)
		if len(best) == cap(best)-1 {
			enough = best[len(best)-1].distance - besides
		}
		c.distance = m.distance(r.template(c.at, room), enough) + besides
		// Whoever is as far away as another comes after it: it was less alike from afar.
		at, _ := slices.BinarySearchFunc(best, c, func(b, c candidate) int {
			if b.distance <= c.distance {
				return -1
			}
			return 1
		})
		best = slices.Insert(best, at, c)
		best = best[:min(len(best), cap(best)-1)]
	}
	out := make([]string, 0, len(best))
	for _, c := range best {
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
