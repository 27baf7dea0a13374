// Package device makes a data folder a machine among others: it keeps the exchange with the hub and with the machines of
// the hall's network, answers theirs, admits new machines where it may, and is admitted itself.
//
// A [Device] is what a desk, a kiosk or a board runs all day. [Sync] is one full exchange with every known peer, for the
// command line. [Enrol] makes the folder of a new machine with a code.
//
// Attachments go the same ways in lanes of their own, one at a time for each peer and only while no entries do. Where no way
// leads, [WriteBundle] and [ReadBundle] carry entries in a file.
//
// Everything decided about entries is decided below, in packages store, exchange and oplog; here it is only wired.
package device
