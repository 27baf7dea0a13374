package simulation

import (
	"crypto/ed25519"

	"linli/sync/oplog"
)

// Over is what a run has beside what lies in memory; the zero value is nothing. A run over it is not quite the same every time: the
// product draws keys and names of its own.
type Over struct {
	// Authority signs the hall's certificates; nil for one of the seed.
	Authority ed25519.PrivateKey
	// Machine makes the disk of a machine that the hall has just admitted. Three in four machines have one of these.
	Machine func(Admission) Disk
	// Value is a text as it stands in a column, see [World.value]; nil for the text itself.
	Value func(table, row, column, text string) oplog.Value
	// Hubs is an empty folder for the disks of hubs, "" to keep them in memory.
	Hubs string
}

// Admission is what a new machine has been given.
type Admission struct {
	Key         ed25519.PrivateKey
	Certificate oplog.Certificate
}
