package seal

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// KeysEnv names the environment variable with the directory of key files.
const KeysEnv = "LINLI_KEYS"

// KeyStore keeps rings outside of the data folder, so that a copied data folder
// is useless by itself.
//
// [KeyFiles] is the implementation that works everywhere. A TPM and the
// keyring of the operating system are further ones: they would seal the same
// JSON. Neither can be the only one, for many small machines have no TPM and a
// kiosk has no unlocked keyring.
type KeyStore interface {
	// Load returns the ring of a data folder. Its errors match [ErrNoKey], [ErrDamagedKey],
	// [ErrNewerKey] or [ErrOtherKey] with errors.Is, or are the system's.
	Load(hallID string) (*Ring, error)
	// Save keeps a ring so that it survives a power cut from when Save returns.
	Save(hallID string, ring *Ring) error
	// Where says in one line where the keys are, for the health page.
	Where() string
}

// What can be wrong with a hall's key.
var (
	// ErrNoKey: there is no key for this data folder.
	ErrNoKey = errors.New("no key for this data folder")
	// ErrDamagedKey: the key is there and cannot be read.
	ErrDamagedKey = errors.New("the key is damaged")
	// ErrNewerKey: a newer version of the program wrote the key.
	ErrNewerKey = errors.New("the key was written by a newer version")
	// ErrOtherKey: the key belongs to another data folder or hall.
	ErrOtherKey = errors.New("the key belongs to another hall")
)

// KeyError is an error of a [KeyStore] about one key. It matches one of the Err…Key values.
type KeyError struct {
	Where string // the key's file
	Err   error
}

// Error names the file, what is wrong with it and what to do next.
func (e *KeyError) Error() string {
	next := "restore the key file from a copy, or enter the recovery sheet"
	switch e.Err {
	case ErrNewerKey:
		next = "install the newer version again"
	case ErrOtherKey:
		next = "check which data folder is meant; nothing was overwritten"
	}
	return fmt.Sprintf("%s: %v: %s", e.Where, e.Err, next)
}

// Unwrap returns the error that Err holds.
func (e *KeyError) Unwrap() error { return e.Err }

// KeyFiles keeps each ring in a file of its own, <hall id>.key, in a directory
// that only its owner can read.
type KeyFiles struct{ dir string }

// NewKeyFiles keeps key files in dir, which is made when it is needed.
func NewKeyFiles(dir string) *KeyFiles { return &KeyFiles{dir} }

// DefaultKeyFiles keeps key files where LINLI_KEYS says, or else in linli/keys
// in the user's configuration directory.
func DefaultKeyFiles() (*KeyFiles, error) {
	if dir := os.Getenv(KeysEnv); dir != "" {
		return NewKeyFiles(dir), nil
	}
	config, err := os.UserConfigDir()
	if err != nil {
		return nil, fmt.Errorf("seal: no directory for keys, set %s to one: %w", KeysEnv, err)
	}
	return NewKeyFiles(filepath.Join(config, "linli", "keys")), nil
}

// Where is the directory.
func (f *KeyFiles) Where() string { return f.dir }

// Load reads the key file of a data folder. A file that others could read, as
// after a copy from a USB stick, is closed to them.
func (f *KeyFiles) Load(hallID string) (*Ring, error) {
	path, err := f.path(hallID)
	if err != nil {
		return nil, err
	}
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, &KeyError{path, ErrNoKey}
	}
	if err != nil {
		return nil, fmt.Errorf("seal: read the key: %w", err)
	}
	_ = os.Chmod(path, 0o600) // may be a read-only medium; the key is good nevertheless
	ring, err := decodeRing(hallID, data)
	if err != nil {
		return nil, &KeyError{path, err}
	}
	return ring, nil
}

// Save writes the key file: to a temporary file, synced, renamed over the old
// one, and the directory synced, whose own name was synced before. It never
// overwrites a key of another root, which may be the only one there is
// ([ErrOtherKey]); a damaged file is kept aside with .damaged after its name.
func (f *KeyFiles) Save(hallID string, ring *Ring) error {
	path, err := f.path(hallID)
	if err != nil {
		return err
	}
	if err := MakeDir(f.dir); err != nil {
		return fmt.Errorf("seal: make the directory for keys: %w", err)
	}
	if err := makeWay(path, hallID, ring); err != nil {
		return err
	}
	data, err := encodeRing(hallID, ring)
	if err != nil {
		return fmt.Errorf("seal: encode the key: %w", err)
	}
	tmp, err := os.CreateTemp(f.dir, hallID+".key.*.tmp") // mode 0600
	if err != nil {
		return fmt.Errorf("seal: write the key: %w", err)
	}
	_, err = tmp.Write(data)
	if err == nil {
		err = tmp.Sync()
	}
	err = errors.Join(err, tmp.Close())
	if err == nil {
		err = os.Rename(tmp.Name(), path)
	}
	if err != nil {
		_ = os.Remove(tmp.Name())
		return fmt.Errorf("seal: write the key: %w", err)
	}
	return syncDir(f.dir)
}

// makeWay looks at the file that Save is about to replace.
func makeWay(path, hallID string, ring *Ring) error {
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("seal: read the present key: %w", err)
	}
	old, err := decodeRing(hallID, data)
	switch {
	case errors.Is(err, ErrDamagedKey):
		if err := os.Rename(path, freeName(path+".damaged")); err != nil {
			return fmt.Errorf("seal: set the damaged key aside: %w", err)
		}
		return nil
	case err != nil:
		return &KeyError{path, err}
	case old.k.id != ring.k.id, old.HasRoot() && old.k.root != ring.k.root:
		return &KeyError{path, ErrOtherKey}
	}
	return nil
}

func freeName(path string) string {
	name := path
	for i := 2; ; i++ {
		if _, err := os.Lstat(name); err != nil {
			return name
		}
		name = fmt.Sprintf("%s-%d", path, i)
	}
}

// path refuses ids that would leave the directory.
func (f *KeyFiles) path(hallID string) (string, error) {
	ok := hallID != "" && len(hallID) <= 100 && hallID[0] != '.'
	for _, c := range []byte(hallID) {
		ok = ok && (c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '-' || c == '_' || c == '.')
	}
	if !ok {
		return "", fmt.Errorf("seal: %q cannot name a key file", hallID)
	}
	return filepath.Join(f.dir, hallID+".key"), nil
}

// Versions of key files. A machine without the root writes the second, which older programs
// refuse as newer than they are rather than take for damaged.
const (
	keyFileRoot    = 1
	keyFileVersion = 2
)

// keyFile is the JSON of a key file.
type keyFile struct {
	Version int             `json:"version"`
	Ring    json.RawMessage `json:"ring"`
	// Check is the base64 of SHA-256 over the bytes of Ring. Without it one damaged
	// letter would give another, valid root, and everything would look like
	// somebody else's.
	Check string `json:"check"`
}

type ringFile struct {
	Hall    string   `json:"hall"`
	Root    []byte   `json:"root,omitempty"`
	Shared  *shared  `json:"shared,omitempty"` // instead of the root
	Origins [][]byte `json:"origins"`          // seeds, oldest first; the last is the present one
	Certs   [][]byte `json:"certificates,omitempty"`
	Machine int      `json:"machine"`
	Given   int      `json:"given,omitempty"`
}

func encodeRing(hallID string, r *Ring) ([]byte, error) {
	rf := ringFile{Hall: hallID, Machine: r.Machine(), Given: r.Given()}
	version := keyFileRoot
	if r.HasRoot() {
		rf.Root = r.k.root[:]
	} else {
		version = keyFileVersion
		rf.Shared = r.share(r.k.secrets)
	}
	for _, o := range r.Origins() {
		rf.Origins = append(rf.Origins, o.Seed())
		rf.Certs = append(rf.Certs, r.Certificate(o))
	}
	ring, err := json.Marshal(rf)
	if err != nil {
		return nil, err
	}
	data, err := json.Marshal(keyFile{version, ring, checkOf(ring)})
	return append(data, '\n'), err
}

// decodeRing never passes on an error of encoding/json: those quote their input.
func decodeRing(hallID string, data []byte) (*Ring, error) {
	var kf keyFile
	if json.Unmarshal(data, &kf) != nil || kf.Version < 1 {
		return nil, ErrDamagedKey
	}
	if kf.Version > keyFileVersion {
		return nil, ErrNewerKey
	}
	var rf ringFile
	if checkOf(kf.Ring) != kf.Check || json.Unmarshal(kf.Ring, &rf) != nil || len(rf.Origins) == 0 ||
		(len(rf.Root) != RootSize) == (rf.Shared == nil) {
		return nil, ErrDamagedKey
	}
	if rf.Hall != hallID {
		return nil, ErrOtherKey
	}
	var ring *Ring
	var err error
	if rf.Shared != nil {
		ring, err = rf.Shared.ring()
	} else {
		ring, err = derive(Root(rf.Root))
	}
	if err != nil {
		return nil, err
	}
	ring.k.machine, ring.k.given = rf.Machine, rf.Given
	ring.k.certs = make([][]byte, len(rf.Origins))
	copy(ring.k.certs, rf.Certs)
	for _, seed := range rf.Origins {
		if len(seed) != ed25519.SeedSize {
			return nil, ErrDamagedKey
		}
		ring.k.origins = append(ring.k.origins, ed25519.NewKeyFromSeed(seed))
	}
	return ring, nil
}

func checkOf(ring []byte) string {
	sum := sha256.Sum256(ring)
	return base64.StdEncoding.EncodeToString(sum[:])
}
