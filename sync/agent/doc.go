// Package agent is a device's side of replication: it keeps one [Session] with each peer, pushes what was written here
// and pulls what was written elsewhere, goes on after every failure, and never lets one peer wait for another.
//
// A session is the exchange itself, without clock or network of its own, so that the simulation drives the very same code.
// [Agent] runs sessions: a loop for each peer, woken by local commits and by held pulls, with a pause of random length
// that grows while a peer cannot be reached. A peer that is busy is asked the same again, by each at a moment of its own
// ([Patient]).
package agent
