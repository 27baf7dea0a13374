// Package store keeps a hall in a folder: SQLite underneath, a signed log beside.
//
// # One way to change something
//
// [Store.Write] opens a transaction and hands over a [Tx] that takes ordinary
// SQL. SQLite's pre-update hook sees every changed row of a replicated table, and
// before the commit one entry per scope goes into the log, in the same
// transaction. Nobody can forget to log. When Write returns nil, the change is on
// the disk (WAL, synchronous=FULL) and the faces have been told.
//
// # What lies where
//
//   - dictionary.go declares every replicated table: scope, class, columns, grade.
//   - migrations/ holds the shape; local tables stand below the replicated ones.
//   - write.go and capture.go turn changed rows into entries; apply.go turns
//     entries into rows again; register.go keeps which versions are live;
//     verify.go compares log and rows.
//   - origin.go says as whom this folder writes, and when as somebody new.
//   - derive.go keeps the local folds (ticket_state, …) and the blind index.
//   - One file per noun implements the ports of package app.
//   - blob.go keeps the contents of attachments, sealed, in files beside the database.
//   - seal/ holds the keys; they live outside the data folder.
//
// A data folder is held by one process at a time ([Open] says who has it).
package store
