// Package bundle carries an exchange where there is no network at all: one sealed file on a USB stick holds what the
// other machine lacks, and a file from there comes back.
//
// # What a bundle holds
//
// Its writer's heads in every scope, so that the reader knows what the writer holds, and pages of entries in the writer's
// own apply order ([oplog.Batch]): those that the machines it is written for are not known to hold. What they hold
// the writer knows from the bundles of theirs that it read, or from nobody; then it writes everything. It
// never takes a file that it wrote for one that arrived: only the next bundle from there says so. So
// files may be lost, read twice, read late or in another order, and the worst that happens is that something is carried twice.
//
// [Read] admits entries exactly as from the network: it asks [exchange.Server] on behalf of the machine that wrote the
// file, which so has the same rights and is refused for the same reasons. Each page is a transaction of its own. A file that
// was cut off or changed gives what stands whole before that, and an error.
//
// # Who can read it
//
// Whoever it was sealed for, which is its caller's to say ([Outgoing.Seal], [Incoming.Open]; package store/seal does it).
// A desk seals with keys that all desks of the hall hold, and the file is for any of them. A kiosk holds public halves
// only: it seals to the hall's public key, so that only desks can read it, and says in its bundle to which key
// an answer for itself may be sealed. A desk that has read it can write a bundle for that kiosk alone, which holds
// the public scope and nothing else. So a kiosk is always the first to write, and a lost stick tells
// nothing, not even what a kiosk may know: replies to residents are public only under a receipt's six digits,
// which whoever finds a stick could try.
//
// # The file
//
//	"LINLIBN1" | length of the header 2 | header | sealed part
//
// The header is a CBOR map in clear: format, hall, log (of the writer), made (Unix milliseconds). The sealed part is bound
// to it. Opened, it is a row of frames, each of them kind 1 | length 4 | payload:
//
//	m  the manifest, first and once: [{log, certificate, answer, heads}, signature of the writer]
//	e  a batch, compressed with zstd on its own
//
// All numbers are big endian. The signature is over the header too, so that nobody who can seal a file can say in another's
// name what that one holds.
package bundle
