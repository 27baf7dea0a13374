package seal

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strings"
)

const pinSaltSize = 16

// HashPIN hashes a staff member's PIN with argon2id and a random salt. The
// result is a PHC string ($argon2id$v=19$m=19456,t=2,p=1$salt$hash). A PIN has so few
// digits that its hash alone can be broken in hours: keep it in a sealed column.
// The call takes some 35 ms and waits while two others run.
func HashPIN(pin string) string {
	salt := make([]byte, pinSaltSize)
	_, _ = rand.Read(salt) // never fails: crypto/rand ends the program instead
	hash := stretch([]byte(pin), salt, argonTime, argonMemory, argonThreads, argonKeySize)
	b64 := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=19$m=%d,t=%d,p=%d$%s$%s",
		argonMemory, argonTime, argonThreads, b64.EncodeToString(salt), b64.EncodeToString(hash))
}

// CheckPIN reports whether pin is the one that was hashed. The comparison takes
// constant time. An unreadable hash is false after the same work as a readable
// one, so pass "" for a name that does not exist and the clock will not tell.
// Count the attempt durably before calling.
func CheckPIN(phc, pin string) bool {
	p, ok := parsePHC(phc)
	if !ok {
		p = phcHash{
			memory: argonMemory, time: argonTime, threads: argonThreads,
			salt: make([]byte, pinSaltSize), hash: make([]byte, argonKeySize),
		}
	}
	got := stretch([]byte(pin), p.salt, p.time, p.memory, p.threads, uint32(len(p.hash)))
	return subtle.ConstantTimeCompare(got, p.hash) == 1 && ok
}

type phcHash struct {
	memory, time uint32
	threads      uint8
	salt, hash   []byte
}

// parsePHC also bounds the parameters: a hash that somebody altered must not make the check take a
// gigabyte or an hour. The bounds leave room for stronger settings later.
func parsePHC(s string) (p phcHash, ok bool) {
	parts := strings.Split(s, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" || parts[2] != "v=19" {
		return p, false
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &p.memory, &p.time, &p.threads); err != nil ||
		parts[3] != fmt.Sprintf("m=%d,t=%d,p=%d", p.memory, p.time, p.threads) {
		return p, false
	}
	var errSalt, errHash error
	p.salt, errSalt = base64.RawStdEncoding.DecodeString(parts[4])
	p.hash, errHash = base64.RawStdEncoding.DecodeString(parts[5])
	ok = errSalt == nil && errHash == nil &&
		p.memory >= 8*1024 && p.memory <= 64*1024 && p.time >= 1 && p.time <= 8 && p.threads >= 1 && p.threads <= 4 &&
		len(p.salt) >= 8 && len(p.salt) <= 64 && len(p.hash) >= 16 && len(p.hash) <= 64
	return p, ok
}
