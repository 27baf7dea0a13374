package hub

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/gofrs/flock"
)

// Errors about the hub's keys.
var (
	// ErrKeys: the file of keys is there and cannot be read.
	ErrKeys = errors.New("hub: the hub's keys are damaged")
	// ErrNewerKeys: a newer program wrote them.
	ErrNewerKeys = errors.New("hub: the hub's keys were written by a newer program")
)

// The hub's file in the folder of keys, and the lock of those who change it.
const (
	keysFile = "hub.json"
	keysLock = "hub.lock"
	keysHeld = "hub.serving"
)

// Keys is what a hub keeps apart from its data, in the folder of keys: its own key, by which machines know it, and what it
// takes to know its halls again when the data are lost. Several processes may use one file. A folder of keys is of one
// hub.
type Keys struct {
	dir      string
	identity ed25519.PrivateKey
}

// keysBody is what the file says.
type keysBody struct {
	Identity []byte     `json:"identity"` // seed
	Halls    []keptHall `json:"halls"`
}

type keptHall struct {
	ID        string   `json:"id"`
	Name      string   `json:"name"`
	Division  string   `json:"division"`
	Zone      string   `json:"zone"`
	Authority []byte   `json:"authority"`
	Kind      HallKind `json:"kind"`
	Since     int64    `json:"since"`
	Machines  int      `json:"machines"` // the greatest number that was ever given
}

// keysEnvelope has the SHA-256 of the body's bytes, so that a damaged letter is not taken for another key.
type keysEnvelope struct {
	Version int             `json:"version"`
	Hub     json.RawMessage `json:"hub"`
	Check   string          `json:"check"`
}

const keysVersion = 1

// OpenKeys reads the keys in a folder, and makes them where there are none. Errors are [ErrKeys], [ErrNewerKeys] or the system's.
func OpenKeys(dir string) (*Keys, error) {
	k := &Keys{dir: dir}
	if err := MakeDir(dir); err != nil {
		return nil, err
	}
	err := k.change(func(b *keysBody) (bool, error) {
		fresh := b.Identity == nil
		if fresh {
			_, key, err := ed25519.GenerateKey(rand.Reader)
			if err != nil {
				return false, err
			}
			b.Identity = key.Seed()
		}
		k.identity = ed25519.NewKeyFromSeed(b.Identity)
		return fresh, nil
	})
	return k, err
}

// Where is the folder.
func (k *Keys) Where() string { return k.dir }

// Identity is the key by which machines know the hub.
func (k *Keys) Identity() ed25519.PrivateKey { return k.identity }

// Halls answers the halls that are kept.
func (k *Keys) Halls() ([]Hall, error) {
	b, err := k.read()
	halls := make([]Hall, len(b.Halls))
	for i, h := range b.Halls {
		halls[i] = Hall{ID: h.ID, Name: h.Name, Division: h.Division, Zone: h.Zone, Authority: h.Authority, Kind: h.Kind, Since: time.UnixMilli(h.Since), Machines: h.Machines}
	}
	return halls, err
}

// Keep keeps a hall. Its machine numbers never fall.
func (k *Keys) Keep(h Hall) error {
	return k.change(func(b *keysBody) (bool, error) {
		kept := keptHall{h.ID, h.Name, h.Division, h.Zone, h.Authority, h.Kind, h.Since.UnixMilli(), h.Machines}
		i := slices.IndexFunc(b.Halls, func(o keptHall) bool { return o.ID == h.ID })
		if i < 0 {
			b.Halls = append(b.Halls, kept)
			return true, nil
		}
		old := b.Halls[i]
		kept.Machines = max(kept.Machines, old.Machines)
		b.Halls[i] = kept
		return !slices.Equal(kept.Authority, old.Authority) || kept.Name != old.Name || kept.Division != old.Division || kept.Zone != old.Zone ||
			kept.Kind != old.Kind || kept.Since != old.Since || kept.Machines != old.Machines, nil
	})
}

// Hold takes the keys for a hub that serves, until release is called: [ErrBusy] when another one does. Two hubs with one key would
// take each other's machines.
func (k *Keys) Hold() (release func() error, err error) {
	lock := flock.New(filepath.Join(k.dir, keysHeld))
	ok, err := lock.TryLock()
	if err == nil && !ok {
		err = ErrBusy
	}
	return lock.Unlock, err
}

// change reads the file, lets edit alter it, and writes it when edit says so, alone of all processes.
func (k *Keys) change(edit func(*keysBody) (bool, error)) (err error) {
	lock := flock.New(filepath.Join(k.dir, keysLock))
	if err := lock.Lock(); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, lock.Unlock()) }()
	b, err := k.read()
	if err != nil {
		return err
	}
	changed, err := edit(&b)
	if err != nil || !changed {
		return err
	}
	return k.write(b)
}

func (k *Keys) read() (b keysBody, err error) {
	data, err := os.ReadFile(filepath.Join(k.dir, keysFile))
	if errors.Is(err, fs.ErrNotExist) {
		return b, nil
	}
	if err != nil {
		return b, err
	}
	// Errors of encoding/json quote their input, and are not passed on.
	var e keysEnvelope
	if json.Unmarshal(data, &e) != nil || e.Version < 1 {
		return b, ErrKeys
	}
	if e.Version > keysVersion {
		return b, ErrNewerKeys
	}
	if checkOf(e.Hub) != e.Check || json.Unmarshal(e.Hub, &b) != nil || len(b.Identity) != ed25519.SeedSize {
		return keysBody{}, ErrKeys
	}
	return b, nil
}

func (k *Keys) write(b keysBody) error {
	body, err := json.Marshal(b)
	if err != nil {
		return fmt.Errorf("hub: encode the keys: %w", err)
	}
	data, err := json.Marshal(keysEnvelope{keysVersion, body, checkOf(body)})
	if err != nil {
		return fmt.Errorf("hub: encode the keys: %w", err)
	}
	tmp, err := os.CreateTemp(k.dir, keysFile+".*.tmp") // mode 0600
	if err != nil {
		return err
	}
	_, err = tmp.Write(append(data, '\n'))
	if err == nil {
		err = tmp.Sync()
	}
	if err = errors.Join(err, tmp.Close()); err == nil {
		err = os.Rename(tmp.Name(), filepath.Join(k.dir, keysFile))
	}
	if err != nil {
		_ = os.Remove(tmp.Name())
		return err
	}
	return SyncDir(k.dir)
}

func checkOf(body []byte) string {
	sum := sha256.Sum256(body)
	return base64.StdEncoding.EncodeToString(sum[:])
}
