// Package seal keeps the secrets of one hall while they lie on a disk.
//
// # One root, many keys
//
// A hall has one 32-byte [Root]. Everything that the hall must be able to get
// back on a new machine is derived from it with HKDF-SHA256 (RFC 5869), each
// key under a label of its own, so that no key helps in finding another:
//
//	key                  algorithm          protects
//	desk data key        AES-256-GCM        sensitive cells of the desk scope: ID numbers, phones, notes
//	desk nonce key       HMAC-SHA256        makes the nonces of those cells; see "Equal values" below
//	care data, nonce key the same           the care scope: health, emergency cards
//	blind-index key      HMAC-SHA256        finding a sealed value by equality without opening any
//	hall authority       Ed25519            certificates of devices, grants, revocations
//	submission key pair  HPKE, X25519       what residents tell a kiosk; the kiosk has only the public half
//	backup key           AES-256-GCM        whole backup files, and bundles between desks
//
// A [Ring] holds the root with what is derived from it, and besides, what belongs
// to this device alone: its machine number and the random Ed25519 seeds of its
// origins. Those are not derived from the root, for two devices restored from
// one sheet must not sign with one key.
//
// The root lies in a [KeyStore], never in the data folder, and on paper as the
// recovery sheet ([SheetText], [SheetPDF]). Who has the root has everything. It stays on the
// machine that made the hall: one that is admitted later gets derived keys only ([Ring.Share]), a desk
// those that open the hall's data, a kiosk none but the public halves.
//
// Two secrets are not in the ring: the number on a resident's receipt, which
// opens the reply to that one case ([SealUnderReceipt]), and the PINs of staff
// ([HashPIN]).
//
// # What a thief of the data folder sees
//
// Without the key store, a sealed cell shows which table, row and column it is
// in, whether it is desk or care data, the key id, the length of the value to
// the next multiple of 16 bytes, and whether the same cell had the same value
// before. It does not show whether two residents share a value, because the
// place is part of what is sealed; nor can a guess be tested, not even over all
// 10¹¹ valid ID numbers. A cell moved to another place, or altered, does not open.
//
// The blind index shows which rows of one kind share a value and how often, and
// nothing about the value. Backups, bundles, attachments and submissions show their length (a
// submission's in steps of 256 bytes) and when they were written. An attachment shows
// whether the same file was attached to the same record before, and not whether two records have it.
//
// Everything that is not sealed is in clear: columns graded public or internal,
// numbers of rows, times, which device wrote what. Full-disk encryption is what
// protects those on a stolen machine.
//
// Two things can be tried by brute force, since a person must be able to
// remember them: a reply sealed under a receipt (10⁶ secrets, some 10 hours of
// one core each) and a PIN hash. So a reply under a receipt is the public reply
// only, and a PIN hash belongs in a sealed column.
//
// # Equal values are equal bytes
//
// The nonce of a cell is an HMAC of its place and value. Importing one file
// twice writes the same bytes, and a hub without keys sees no conflict between
// two desks that typed the same number. This is sound with GCM because a nonce
// repeats only together with the whole message (or by chance, at 2⁴⁸ values).
//
// # Errors and logs
//
// No error of this package carries a key, a plaintext, or a part of them. A
// [Ring] and a [Root] print as their key id and nothing else.
package seal
