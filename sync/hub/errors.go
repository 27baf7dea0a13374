package hub

import "errors"

// What can be wrong with a storage. Errors of a [Storage] match one of these with errors.Is, or are faults of the program.
var (
	ErrDiskFull = errors.New("hub: the disk is full")
	ErrReadOnly = errors.New("hub: the folder cannot be written")
	ErrBusy     = errors.New("hub: the data are held by another program")
	ErrDamaged  = errors.New("hub: the data are damaged")
	ErrNewer    = errors.New("hub: written by a newer program")
	ErrNoData   = errors.New("hub: the folder holds no hub")
	ErrNotEmpty = errors.New("hub: the folder is not empty")
	ErrClosed   = errors.New("hub: the storage is closed")
)

// What can be wrong with a question.
var (
	// ErrNoHall: the hub does not serve this hall.
	ErrNoHall = errors.New("hub: no such hall")
	// ErrNoDevice: the hall has no such machine.
	ErrNoDevice = errors.New("hub: no such machine")
	// ErrOwn: it is the hub itself.
	ErrOwn = errors.New("hub: that is the hub itself")
	// ErrNoWriter: the keys do not have that origin of the hub's.
	ErrNoWriter = errors.New("hub: no key for an origin of the hub's own")
	// ErrElsewhere: the hall's authority is at its desk, where this has to be done.
	ErrElsewhere = errors.New("hub: the hall's authority is not here")
	// ErrRole: there is no such role.
	ErrRole = errors.New("hub: no such role")
)
