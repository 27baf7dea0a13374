// Package exchange is how two replicas tell each other what they hold and hand over what the other lacks: between
// desks, kiosks and boards on a hall's own network, and between any of them and a hub. Both sides of every
// connection are here, and what they ask of a replica.
//
// # One exchange, scope by scope
//
// The side that called sends the heads of its log ([Peer.Heads]); the other answers with its own, and says which of the
// caller's it holds. From that each knows what both hold: an entry stands for all that come before
// it in its origin's chain. Where both hold branches that the other does not know, as after a clone, the caller asks
// about older entries of its branch too ([oplog.Trail]). Then each hands over what the other lacks, in its
// own apply order, in batches that may be cut anywhere ([Peer.Push], [Peer.Pull]). So a replica is always causally
// closed, whoever it talks to, and no side needs to remember anything of the other: a lost
// cursor costs time and never an entry.
//
// After a first exchange both sides go on from cursors: a place in the other's log, named by its number and the
// hash of the entry there. A log that was restored or lost since does not have that entry at that place; the answer is then
// [ErrStale], and the exchange begins anew with the heads. A pull may wait until there is something to pull.
//
// # Who may do what
//
// A [Caller] is known by the certificate with which its connection was made, never by what a request says.
// [Server] refuses scopes outside of its rights before it looks at the replica.
//
// # The pieces
//
//   - replica.go: what an exchange asks of a replica. A desk's store, a hub's log and the simulation implement it,
//     and the suite in internal/replicatest holds for all of them. memlog, below this folder, is the smallest one.
//   - server.go: the answering side, without a network. peer.go: the asking side's view of it.
//
// Package wire is the same over HTTP/1.1 and TLS 1.3.
package exchange
