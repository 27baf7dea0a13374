package hub

import (
	"crypto/ed25519"
	"time"

	"linli/sync/oplog"
)

// HallKind says where a hall's authority is.
type HallKind string

// The kinds of halls.
const (
	// Founding is a hall whose first entries have not all arrived yet. Nobody is admitted to it.
	Founding HallKind = "founding"
	// Made is a hall that was made at this hub, which holds its authority.
	Made HallKind = "made"
	// Adopted is a hall that came with its data. Its authority stays at its desk.
	Adopted HallKind = "adopted"
)

// Hall is a hall that the hub serves.
type Hall struct {
	ID        string
	Name      string
	Division  string // 12-digit division code
	Zone      string // IANA time zone
	Authority ed25519.PublicKey
	Kind      HallKind
	Since     time.Time
	// Machines is the greatest machine number that the hub has given or set aside; numbers are never given twice.
	Machines int
	// Writer is the origin as which this copy of the log writes about the hall; zero for none yet. A copy that was
	// restored or begun anew has none: it must not go on as the origin that another copy was.
	Writer oplog.Origin
}

// Device is a machine that the hub has admitted or met.
type Device struct {
	Hall        string
	Origin      oplog.Origin
	Role        string
	Name        string
	Certificate []byte // the newest that it showed or was given, encoded
	Admitted    time.Time
	Seen        time.Time // last contact; zero for none
}

// Code is a one-time code that admits a machine. The code itself is not kept, only what its holder proves to know.
type Code struct {
	ID      string
	Hall    string // "" for one that adopts a hall
	Role    string
	Key     []byte
	Expires time.Time
}

// RegistrySnapshot is what can be asked of the registry.
type RegistrySnapshot interface {
	// Halls answers all halls by id.
	Halls() ([]Hall, error)
	// Hall answers one; found is false for a stranger.
	Hall(id string) (h Hall, found bool, err error)
	// Devices answers the machines of a hall by origin.
	Devices(hall string) ([]Device, error)
	// Codes answers the codes that have not expired, used or not, by id.
	Codes(now time.Time) ([]Code, error)
}

// RegistryTx is how the registry is written to. Every method is safe against others that do the same at the same time
// elsewhere.
type RegistryTx interface {
	// PutHall keeps a hall, but leaves the machine numbers and the writer of one that is there as they are.
	PutHall(h Hall) error
	// TakeMachines raises the hall's greatest machine number to at least floor and then by count, and answers it: the numbers
	// taken are the count that end there.
	TakeMachines(hall string, floor, count int) (last int, err error)
	// SetWriter notes the origin as which this copy writes.
	SetWriter(hall string, writer oplog.Origin) error
	// PutDevice keeps a machine, in place of what was known of it.
	PutDevice(d Device) error
	// SetSeen notes a contact, with the certificate that was shown. A machine that is not known is added.
	SetSeen(d Device) error
	// PutCode keeps a code and forgets those that have expired.
	PutCode(c Code, now time.Time) error
	// UseCode gives a code to the first key that asks for it, of any number that ask at once. The same key is answered
	// again, with again set, until the code expires. found is false for everybody else and for a code that is not there.
	UseCode(id string, key []byte, now time.Time) (c Code, found, again bool, err error)
	// CountMiss counts a wrong proof. With the limit-th since a code was last used or all were dropped it drops all, and answers true.
	CountMiss(limit int) (dropped bool, err error)
	// DropCodes forgets all codes and misses.
	DropCodes() error
}
