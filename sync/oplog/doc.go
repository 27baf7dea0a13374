// Package oplog is the pure part of Linli's replicated log: what an entry is, how it is
// hashed, signed and encoded, and how the entries of several machines become the same rows
// on all of them. It does no input or output. Its functions depend on their arguments only,
// so that every replica computes the same thing.
//
// The ideas, in the order in which they build on each other:
//
// A replica is one machine's copy of a hall's data. Any replica may be written to at any
// time, alone or connected. Replicas exchange entries; they never ask each other to decide.
//
// A [Scope] is the unit of replication and of rights, such as hall/<id>/desk. A replica holds
// some scopes and never sees the others.
//
// An [Origin] is one writer: a key pair on one machine, named by a hash of its public key. A
// machine that was restored from a backup or cloned becomes a new origin. A [Certificate], signed
// by the hall's authority, says what an origin may do.
//
// An [Entry] is everything that one action changed in one scope. It is at once the unit of
// replication, the audit trail and the history of each record. An origin numbers its entries
// in a scope from 1 without gaps, and each names the hash of the one before, so that one
// signature ([SignHead]) vouches for a whole run ([CheckRun]). An entry is hashed over salted
// digests of its changes rather than over the changes, so that one can be erased later
// ([Entry.Erase]) and the chain still holds.
//
// [Heads] is the version vector of a scope: for each origin the entries that no other entry
// follows. There is normally one; after a clone there are several branches, and all are valid.
//
// A [Dot] is the beginning of an entry's hash. It names the one write of a cell that the entry
// made. A [Register] is one cell: the set of its live [Version] values, normally one. A change
// lists the dots that were on the screen when it was made, and replaces exactly those. So a write
// that its author had not seen survives beside the new one, and a person is shown both: [Register.Shown]
// is the one that all replicas display, [Register.Conflicts] are the others.
//
// A [Row] is the registers of one row; [ApplyChange] merges one change into it.
//
// [HLC] is the hybrid logical clock. It picks what is shown and orders folds ([Position]);
// whether data is kept never depends on it, and neither does any cursor.
//
// [SetDigest] sums up a scope's live dots in 32 bytes, so that two replicas with equal version
// vectors can see whether their rows are equal too.
//
// # What does not count
//
// Every real entry stays in the log and travels; [Cuts.Judge] says whether it changes any row. It does not when its origin's
// [Certificate] lets it write neither the scope nor the table, and when a [Cut], which the hall's authority has signed, says that its machine
// is one of the hall no more and does not keep the entry. All that is a function of what is in the log, so all replicas agree in the
// end; whoever takes in a cut, or an entry that one names, judges those again that it is about.
//
// # What the caller guarantees
//
// Merge gives the same rows in every order of delivery on three conditions, which the log of
// each replica has to keep:
//
//   - Causal delivery: an entry is applied after all entries that its author had applied when
//     writing it. Sending in one's own apply order, cut anywhere, keeps this in any topology.
//   - Once only: an entry whose hash is in the log is not applied again. A register holds no
//     memory of what was replaced, so a late second application would bring an old value back.
//   - Whole: all changes of an entry are applied in one transaction with the entry itself.
//
// Under these the live versions of a cell are exactly the writes that no other applied write
// lists in Over: a property of the set of entries, in which order does not occur.
//
// # Bytes
//
// Everything that is hashed, signed or stored is deterministic CBOR (RFC 8949 §4.2.1), decoded
// strictly: a value has one encoding and any other is refused. Every hash and signature begins with a
// tag of its own, so that one kind can never pass for another. Errors name fields and rules,
// never their contents, and can be logged.
//
// Nothing here is safe for concurrent change; values that are only read may be shared.
package oplog
