// Package memlog is a replica in memory: the whole of what [exchange.Replica] asks, with rows, and with a way to write
// as an origin. It is the smallest thing that a replica can be, and the one to read first. The simulation runs halls
// of it; a test of anything that exchanges takes one for the other side.
//
// It shares the pure pieces with the store and the hub and has none of its own: [oplog.Admit] says what is an entry,
// [oplog.Cuts] whether it counts, [oplog.ApplyChange] what it does to a row.
//
// What a disk does is in it too: entries are added in transactions, [Log.Step] is called before and after each
// commit and can end the program there, and [Log.Copy] is a backup or a clone.
//
//   - log.go: the log and what an exchange asks of it. page.go: pages of it.
//   - accept.go: entries that come from elsewhere. rows.go: what entries do to rows, and when they do not count.
//   - author.go: an origin that writes. form.go: what a person has on the screen, and what they change.
package memlog
