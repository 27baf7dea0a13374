// Package replicatest holds what every [exchange.Replica] has to do: the store's, the hub's and the one in memory run
// the same suite, [Conform], and are compared with each other by digest.
//
// The suite needs nothing of a replica but the interface, and the key of the hall's authority, with which it makes machines that
// write ([Machine]). A replica need not be empty at the beginning: a store has what it wrote at its own founding.
package replicatest
