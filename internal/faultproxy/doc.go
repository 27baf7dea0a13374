// Package faultproxy stands between the two ends of a connection and does to it what networks do: cuts it after
// any number of bytes in either direction, hands it on in pieces and slowly, lets it fall silent, or answers in the server's place.
// It is for tests, and for real programs that tests start.
//
// [Proxy] works on bytes and knows nothing of what they say. [Handler] works on requests, where a test holds the server's
// handler: it makes one twice, brings one late, answers like a gateway that has lost its server, or breaks an answer off.
//
// What happens to the n-th connection or request is a function of n. [Seeded] and [SeededFates] make such functions from a
// number, so that what failed once fails again.
package faultproxy
