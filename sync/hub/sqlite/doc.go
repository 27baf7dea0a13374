// Package sqlite keeps a hub's data in one SQLite file, as the store of a hall does (package store): WAL,
// synchronous=FULL, one writer with BEGIN IMMEDIATE, a read-only pool, a file that is its owner's alone.
//
// One process serves; others may work on the same file at the same time, as the verbs of linli-hub do. SQLite's own locks keep
// them apart, and nothing is remembered between transactions that another process could change.
//
// Updates that wait for each other are committed together: thirty-two machines that push at once wait for one disk, not
// for thirty-two in a row.
package sqlite
