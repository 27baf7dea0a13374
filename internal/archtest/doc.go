// Package archtest keeps the house in order: it holds the table of which room (folder) may import what, and
// tests that compare the table with what the go command lists.
//
// It fails closed. A package in no room, an import that the table does not name, a required room without a
// package, a folder whose Go files no build sees, and a go command that cannot list the tree are all
// failures: silence is never agreement. The price is that a new room or a new library starts with a line
// in [Rooms], where a reviewer sees it.
//
// The tree is listed several times, once for each way in which it is built, because a file behind a build
// constraint may import something that the other builds do not show.
package archtest
