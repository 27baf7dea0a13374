// Package hub is the server's side of replication. It keeps the logs of many halls and hands each machine what it lacks. It
// has authority over nothing but what a hall delegates to it: entries come signed by their origins and travel on
// unchanged, whether one counts is judged as everywhere, and what is sensitive is sealed before it arrives. It knows
// no table of the domain; a row is registers under the names of its table and columns.
//
// # From a push to a durable entry
//
// [Log] is an [exchange.Replica] over a [Storage]. A batch is first looked at in a view: hashes, chains and signatures
// take time, and pushes do that beside each other. Then an update holds the scope, sees that the origins of the batch
// stand where they stood, judges the entries, numbers them with the scope's counter and adds them. Whoever is told that
// an entry is kept can lose its own copy.
//
// The registers are made behind that, when nothing comes, and are needed for the digest alone ([Log.Digest]).
//
// # Several processes, one storage
//
// Nothing is remembered between two transactions that another process could change, so the verbs of linli-hub work while
// another process serves: it reads who is admitted and who was cut at each request, and finds out by [Storage.Version]
// when there is something for those who wait. A database server can take SQLite's place without another line here.
//
// # What a hub can lose
//
// Its data. It is another copy of the logs then, with another id; the machines notice, and fill it. What it must not
// lose is who it is: the key by which machines know it, its halls, and the machine numbers that were given, lie apart
// in [Keys]. A copy that was restored or begun anew never goes on as an origin that an earlier one wrote as.
//
// # The pieces
//
//   - storage.go, registry.go: what is asked of a storage. Packages hub/sqlite and hub/memory are two; hub/storagetest tests any.
//   - log.go, page.go, accept.go, judge.go, rows.go, watch.go: the replica.
//   - hub.go, code.go, device.go, write.go, keys.go: halls, codes, machines, what the hub says in a hall's log itself.
//   - serve.go, metrics.go: the network. verify.go, replay.go: everything checked against everything.
package hub
