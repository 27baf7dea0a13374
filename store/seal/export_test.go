package seal

// NewLimit and Do let the external tests reach the bound on concurrent argon2 computations.
var NewLimit = newLimit

// Do is limit.do.
func (l limit) Do(f func()) { l.do(f) }

// StretchSlots is how many argon2 computations may run at a time in the process.
func StretchSlots() int { return cap(stretching) }

// SealWithNonce seals for the desk with the right key and a nonce of the caller's choice, as a faulty writer would.
func SealWithNonce(r *Ring, place Place, nonce [nonceSize]byte, plaintext []byte) []byte {
	out := append([]byte{suite1, byte(Desk)}, r.k.id[:]...)
	out = append(out, nonce[:]...)
	return r.k.cells[Desk-1].aead.Seal(out, nonce[:], pad(plaintext, cellBlock), r.appendPlace(nil, place))
}
