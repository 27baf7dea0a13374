package store

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"os"
	"path/filepath"

	"linli/app"
	"linli/store/seal"
	"linli/sync/oplog"
)

// Application is what a new machine makes before it asks to be admitted: the key
// that it will write with, and the key to which the hall's keys are sealed for it.
type Application struct {
	Key  ed25519.PrivateKey
	Wrap *seal.Wrapping
}

// NewApplication makes one.
func NewApplication() (*Application, error) {
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return nil, translate("store: join", err)
	}
	wrap, err := seal.NewWrapping(rand.Reader)
	if err != nil {
		return nil, translate("store: join", err)
	}
	return &Application{key, wrap}, nil
}

// Admitted is the answer of the machine or hub that admits.
type Admitted struct {
	Certificate []byte // encoded; its hall, role and machine numbers are this machine's
	Keys        []byte // sealed to the application's Wrap
	Name        string // by which people know this machine; "" for its number
}

// Join makes the folder of a machine that was admitted to a hall. It is empty of
// rows: everything comes with the first exchange, and writing may begin before
// that. The keys get a file of their own, so that several machines of a hall can be tried on one
// computer. Errors: CodeNotEmpty, CodeAdmission when what came does not fit together, CodeReadOnly,
// CodeDiskFull. After an error dir is as empty as before.
func (a *Application) Join(ctx context.Context, dir string, in Admitted, o Options) (err error) {
	const op = "store: join"
	if o, err = o.withDefaults(); err != nil {
		return translate(op, err)
	}
	cert, err := oplog.DecodeCertificate(in.Certificate)
	if err != nil || !cert.PublicKey.Equal(a.Key.Public()) {
		return &app.Error{Code: app.CodeAdmission, Op: op, Err: err}
	}
	ring, err := a.Wrap.Open(in.Keys, a.Key, in.Certificate)
	if err != nil || cert.Verify(ring.AuthorityKey()) != nil {
		return &app.Error{Code: app.CodeAdmission, Op: op, Err: err}
	}
	if len(cert.Machines) > 0 {
		ring.SetMachine(cert.Machines[0])
	}
	made, err := emptyDir(dir)
	if err != nil {
		return translate(op, err)
	}
	name := cert.Hall + "." + cert.Origin.String()[:8]
	o.keyName = name
	defer func() {
		if err == nil {
			return
		}
		for _, f := range []string{DatabaseFile, DatabaseFile + "-wal", DatabaseFile + "-shm", headFile, lockFile, holderFile} {
			_ = os.Remove(filepath.Join(dir, f))
		}
		if made {
			_ = os.Remove(dir)
		}
		err = translate(op, err)
	}()
	s, err := open(ctx, dir, o)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	if err := s.keys.Save(name, ring); err != nil {
		return err
	}
	_, err = s.conn.ExecContext(ctx, `INSERT INTO replica(hall, origin, machine, log_id, hlc, commits, keys, role) VALUES (?,?,?,?,0,0,?,?)`,
		cert.Hall, cert.Origin.String(), ring.Machine(), NewID(), name, cert.Role)
	if err == nil && in.Name != "" {
		_, err = s.conn.ExecContext(ctx, `INSERT OR REPLACE INTO setting(key, value) VALUES (?,?)`, settingName, in.Name)
	}
	return err
}
