package pinyin

import "unicode/utf8"

// mostKeys is how many keys are read; nobody writes a longer sentence without picking something.
const mostKeys = 60

// typed is the keys without what parts them.
type typed struct {
	keys []byte
	wall [mostKeys + 1]bool // before the key of this place, or at the end, stands a wall
	end  [mostKeys + 1]int  // so many bytes of what was typed are taken with the keys before this place
}

// readKeys takes apart what was typed. Whatever is no key of the layout parts syllables as an apostrophe does.
func readKeys(text string, layout Layout) *typed {
	t := &typed{keys: make([]byte, 0, min(len(text), mostKeys))}
	for i, size := 0, 0; i < len(text); i += size {
		var r rune
		r, size = utf8.DecodeRuneInString(text[i:])
		n := len(t.keys)
		if n == mostKeys && layout.key(r) != 0 {
			break
		}
		if k := layout.key(r); k != 0 {
			t.keys = append(t.keys, k)
			n++
		} else {
			t.wall[n] = true
		}
		t.end[n] = i + size
	}
	t.wall[len(t.keys)] = true
	return t
}

// key answers the key that stands for r, or 0.
func (l Layout) key(r rune) byte {
	switch {
	case l == Nine && r >= '2' && r <= '9':
		return byte(r)
	case l == Nine:
		return 0
	case r >= 'a' && r <= 'z':
		return byte(r)
	case r >= 'A' && r <= 'Z':
		return byte(r) - 'A' + 'a'
	case r == 'ü', r == 'Ü':
		return 'v'
	}
	return 0
}
