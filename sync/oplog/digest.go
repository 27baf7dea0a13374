package oplog

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"math/bits"
)

// SetDigest sums up a set of items in 32 bytes, in whatever order they come: it is the sum of their
// SHA-256 values modulo 2^256, little-endian. Over a scope the items are its cells with their live dots, of all
// tables and columns whether this version knows them or not, and the entries that do not count. So two replicas with equal vectors and equal digests show the same
// rows. It finds errors and is no proof against someone who chooses dots to deceive. The zero
// value is the digest of nothing.
type SetDigest [32]byte

// Add adds an item, named by its hash. Adding one twice counts it twice.
func (d *SetDigest) Add(item Hash) {
	var carry uint64
	for i := 0; i < len(d); i += 8 {
		var sum uint64
		sum, carry = bits.Add64(binary.LittleEndian.Uint64(d[i:]), binary.LittleEndian.Uint64(item[i:]), carry)
		binary.LittleEndian.PutUint64(d[i:], sum)
	}
}

// Remove undoes one Add of item.
func (d *SetDigest) Remove(item Hash) {
	var borrow uint64
	for i := 0; i < len(d); i += 8 {
		var diff uint64
		diff, borrow = bits.Sub64(binary.LittleEndian.Uint64(d[i:]), binary.LittleEndian.Uint64(item[i:]), borrow)
		binary.LittleEndian.PutUint64(d[i:], diff)
	}
}

// AddCell adds a cell with its live dots. A cell without any is no item.
func (d *SetDigest) AddCell(table, row, column string, reg Register) {
	if len(reg) > 0 {
		d.Add(cellItem(table, row, column, reg))
	}
}

// RemoveCell undoes AddCell of the same cell with the same live dots.
func (d *SetDigest) RemoveCell(table, row, column string, reg Register) {
	if len(reg) > 0 {
		d.Remove(cellItem(table, row, column, reg))
	}
}

// AddRow adds all cells of a row.
func (d *SetDigest) AddRow(table, key string, row Row) {
	for column, reg := range row {
		d.AddCell(table, key, column, reg)
	}
}

// RemoveRow undoes AddRow of the same row in the same state.
func (d *SetDigest) RemoveRow(table, key string, row Row) {
	for column, reg := range row {
		d.RemoveCell(table, key, column, reg)
	}
}

// AddVoid adds an entry that does not count, by its hash. So replicas with equal vectors and different verdicts have
// different digests even where the rows happen to be alike.
func (d *SetDigest) AddVoid(entry Hash) { d.Add(voidItem(entry)) }

// RemoveVoid undoes one AddVoid of the same entry.
func (d *SetDigest) RemoveVoid(entry Hash) { d.Remove(voidItem(entry)) }

func voidItem(entry Hash) Hash { return sha256.Sum256(append([]byte(tagVoid), entry[:]...)) }

// String is d in lower-case hexadecimal.
func (d SetDigest) String() string { return hex.EncodeToString(d[:]) }

// cellItem hashes the cell's name and live dots, as CBOR so that no two cells run into each other. The
// versions stand in the order of the register, which is the same on every replica.
func cellItem(table, row, column string, reg Register) Hash {
	b := make([]byte, 0, 256)
	b = append(b, tagCell...)
	b = appendText(b, table)
	b = appendText(b, row)
	b = appendText(b, column)
	b = appendHead(b, majorArray, uint64(len(reg)))
	for i := range reg {
		b = append(b, reg[i].Dot[:]...)
	}
	return sha256.Sum256(b)
}
