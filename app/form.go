package app

// Form remembers which versions of a record were on the screen when a person
// began to edit, so that an edit replaces only what its author saw. The zero
// Form is for a new record. Its content is opaque to the faces: they hand back
// what they were given.
type Form struct {
	Table string
	Row   string
	Seen  map[string][]string // column → dots shown, hex
}

// New answers whether the form is for a new record.
func (f Form) New() bool { return f.Row == "" }
