// Package wire carries an exchange over HTTP/1.1 and TLS 1.3: both ends of it, and the admission of a machine that the
// hall does not know yet. What is said is package exchange's; here is how it travels, and what is done against
// everything that a network, a proxy or a stranger may do to it.
//
// # Who is at the other end
//
// A machine's [Identity] is its Ed25519 key and the certificate that its hall's authority gave it. Both travel in an X.509
// certificate that the machine signs itself, because TLS wants one; nothing in it counts but the key and the hall's
// certificate. A hub has no certificate of a hall, it is known by its key. So there is no certificate
// authority of the web, no name and no clock in deciding who may connect: a machine with a wrong
// clock, or one that was off for weeks, still gets through. An expired certificate is let in and pointed out
// ([Callers.Expired]); a machine that was cut is not.
//
// Sessions are never resumed, and nothing is sent before the handshake is done: a handshake costs a
// millisecond, and what is never cached cannot outlive a revocation.
//
// # What travels
//
// Each request is one message in deterministic CBOR, compressed with zstd where that pays, under a path that begins with
// /v1. Every length is known beforehand, so that a connection that broke can never pass for a short answer. Errors travel
// as a status and one word; a caller believes a status only with that word, because a proxy's page of HTML has
// statuses too.
//
//	POST /v1/heads   what do you hold
//	POST /v1/pull    what do I lack; held until there is something, with a sign of life every 15 seconds
//	POST /v1/push    here is what you lack
//	POST /v1/digest  the sum of your rows
//	PUT, GET /v1/blob/{hash}?scope=…   an attachment, from any offset on
//	POST /v1/admit   a code's bearer asks to become a machine of the hall
//	POST /v1/adopt   a code's bearer brings a hall to a hub, with all its data
//
// # The pieces
//
//   - identity.go: keys and certificates as TLS wants them, and who is trusted.
//   - message.go: messages as bytes. body.go: bodies, compressed and bounded. status.go: errors as statuses and words.
//   - server.go: the answering side, [Handler] and [NewServer]; routes.go: what it answers. limit.go: how many at once; room.go: how
//     much at once; paced.go: how long anybody is waited for.
//   - client.go: the asking side, [Client], an [exchange.Peer]; dial.go: its connections; watch.go: whether the other end is
//     alive.
//   - blob.go: attachments, both ends.
//   - code.go: codes that people read to each other, and keys for their eyes. admit.go and adopt.go: what they are good for, both ends. codebook.go: the codes
//     that are open at the moment.
package wire
