// Package simulation runs a hall of three to eight machines and up to two hubs in one process, from one seed, through all
// that can go wrong, and checks that nothing did.
//
// The code under test is the product's: [agent.Session] on the calling side, [exchange.Server] on the answering one,
// package oplog in both, and logs of memlog. Around it everything is simulated: the network, the
// disks, the clocks, the people at the desks. The same hall runs over the product's data folders as well ([RunOver]; package store
// has the test): three in four machines keep their logs in a store then, the others stand for programs of another version, and hubs keep
// theirs in SQLite.
//
// # One thing at a time
//
// A run has no goroutine of its own will. Every session, late request and write is a task, a coroutine that stops at every
// call between two machines, between a session and its log, and before and after every commit. The scheduler draws from the seed
// which task goes on, so that two exchanges at one receiver interleave in every way that there is, and a seed is the
// same run every time. A machine can end at any stop: what is under way there fails from then on, and what was committed
// is all that the next start finds. A store holds a lock in its transactions and cannot stop there; it may end at a commit.
//
// # What is checked
//
// After the chaos everything is connected, and in a bounded number of rounds nothing may be left to exchange. Then: equal
// heads, digests, rows, conflicts and queues wherever a scope may be held; the rows and the void entries are what the
// set of entries says, computed here a second time without any order (truth.go); every confirmed write is everywhere, unless
// the only disks that ever had it were destroyed; nothing lies where it may not be. While it runs: a person
// sees at once what they wrote; no log goes back; an edit replaces only what was on the screen; what a peer was said to hold, it
// holds; an honest machine is never refused as a liar.
//
// # A failing seed
//
//	go test ./internal/simulation -run TestSeed -seed 1234
//
// runs one seed again and prints what happened, step by step. Seeds that failed once are kept in testdata/seeds and run first.
package simulation
