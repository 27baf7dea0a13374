package seal

// BlindSize is the size in bytes of a blind-index value.
const BlindSize = 16

// Blind is the value under which something sealed is found by equality: the
// first 16 bytes of HMAC-SHA256(blind-index key, kind || normalized), each with
// its length before it. kind keeps an ID number and a phone number of equal
// digits apart ("resident.id_number"). The caller normalises, so that "x" and
// "X" at the end of an ID number are found alike.
//
// The index shows which rows are equal, so it stays local and does not travel in
// the log.
func (r *Ring) Blind(kind, normalized string) []byte {
	m := r.k.blind.get()
	defer r.k.blind.put(m)
	m.buf = appendField(m.buf[:0], kind)
	m.buf = appendField(m.buf, normalized)
	m.Write(m.buf)
	clear(m.buf)
	out := make([]byte, BlindSize)
	copy(out, m.Sum(m.sum[:0]))
	return out
}
