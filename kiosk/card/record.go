package card

import (
	"encoding/binary"
	"unicode/utf16"

	"linli/app"
)

// RecordLength is the length of a card's record in bytes.
const RecordLength = 256

// A record is text in UTF-16LE in fields of fixed length; what fills them up is spaces. So many bytes each:
//
//	resident   name 30, sex 2, nation 4, birth 16, address 70, number 36, issuer 30, from 16, until 16, reserve 36
//	permit     as above without a nation; of the reserve: travel permit 18, issues 4, free 6, kind 2 ("J"), free 6
//	permanent  English name 120, sex 2, number 30, country 6, Chinese name 30, from 16, until 16, birth 16, version 4, issuer 8, kind 2 ("I"), free 6
//
// The permanent one is the card of 2017. That of 2023 has another kind of record, of which no description was at hand: it is refused as unreadable.
const kindAt = 248

// Parse reads a record as a card's reader hands it over. Its errors are *[app.Error] values whose Field names what is wrong and that never hold what
// stands there; the Field is "record" where it is no record at all.
func Parse(record []byte) (Person, error) {
	if len(record) != RecordLength {
		return Person{}, app.Bad(app.CodeInvalid, "record")
	}
	r := reading(record)
	switch binary.LittleEndian.Uint16(record[kindAt:]) {
	case 'I':
		english, f := r.text(120), fields{}
		f.sex, f.number, f.country = r.text(2), r.text(30), r.text(6)
		if f.name = r.text(30); trimmed(f.name) == "" {
			f.name = english
		}
		f.from, f.until, f.birth = r.text(16), r.text(16), r.text(16)
		_ = r.text(4)
		f.issuer = r.text(8)
		return f.person(Permanent)
	case 'J':
		f := r.usual()
		f.pass = r.text(18)
		return f.person(Permit)
	}
	f := r.usual()
	return f.person(Resident)
}

// reading is what is left of a record.
type reading []byte

// text takes a field of so many bytes. A surrogate without its other half becomes U+FFFD, which no field may hold.
func (r *reading) text(bytes int) string {
	units := make([]uint16, bytes/2)
	for i := range units {
		units[i] = binary.LittleEndian.Uint16((*r)[2*i:])
	}
	*r = (*r)[bytes:]
	return string(utf16.Decode(units))
}

// usual takes the fields that residents' cards and permits share.
func (r *reading) usual() (f fields) {
	f.name, f.sex, f.nation, f.birth = r.text(30), r.text(2), r.text(4), r.text(16)
	f.address, f.number, f.issuer = r.text(70), r.text(36), r.text(30)
	f.from, f.until = r.text(16), r.text(16)
	return f
}
