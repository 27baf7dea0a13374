package store

import (
	"context"
	"crypto/ed25519"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"linli/app"
	"linli/store/seal"
	"linli/sync/oplog"

	"github.com/gofrs/flock"
	"modernc.org/sqlite"
)

// DatabaseFile is the database's name in the data folder. Never open it with
// another program while a hall runs on it.
const DatabaseFile = "linli.db"

// Options says how to open a data folder.
type Options struct {
	Program string        // who opens it, for the sentence a second program shows
	Version string        // the program's version, for the health page
	Keys    seal.KeyStore // nil: the user's configuration folder, or LINLI_KEYS
	Clock   app.Clock     // nil: the machine's
	Built   time.Time     // build date: no clock is believed before it

	keyName string // of the key file of a hall that is being made
}

func (o Options) withDefaults() (Options, error) {
	if o.Program == "" {
		o.Program = "linli"
	}
	if o.Keys == nil {
		k, err := seal.DefaultKeyFiles()
		if err != nil {
			return o, err
		}
		o.Keys = k
	}
	if o.Clock == nil {
		o.Clock = app.SystemClock{}
	}
	if o.Built.IsZero() {
		o.Built = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	return o, nil
}

// Store is an open data folder. Its methods may be called from any goroutine.
type Store struct {
	dir     string
	program string
	version string
	lock    *flock.Flock
	db      *sql.DB // the writer's handle: one connection
	conn    *sql.Conn
	read    *sql.DB
	keys    seal.KeyStore
	ring    *seal.Ring
	clock   app.Clock
	built   time.Time
	bus     *app.Bus
	files   *blobFolder

	hall    string
	zone    *time.Location
	keyName string // of the key file
	role    string // of this machine, as its certificate says

	mu          sync.Mutex // guards all below: the writer
	logID       string     // of this copy of the log
	origin      oplog.Origin
	key         ed25519.PrivateKey
	machine     int
	cert        []byte // of the origin, as in its first entries; and as decoded:
	certificate oplog.Certificate
	closed      bool
	stmts       map[string]*sql.Stmt
	capture     *capture
	hlc         *oplog.Clock
	heads       map[oplog.Scope]logHead // of the own origin
	known       *logState
	head        head
	commits     int64
	unused      *writing // a writer that was made for a transaction that failed
	saved       int64    // of them, in the newest hourly backup; 0 before it
	index       *searchIndex
	rep         *replica
	names       staffNames

	backups sync.Mutex // held by the one backup that is being made

	delivery delivery
	peersMu  sync.Mutex // guards the two below
	peers    func() []app.Peer
	invite   func(ctx context.Context, by app.Actor, role string) (app.Invitation, error)
}

func init() {
	// POSIX locks are lost when anything in the process closes the file; open
	// file description locks are not. Where there are none this does nothing.
	_, _ = sqlite.OFDLocking(true)
}

// writerDSN and readerDSN hold every setting that durability depends on.
func writerDSN(path string) string {
	return dsn(path, "_txlock=immediate", "_defensive=1", "_dqs=0",
		"_pragma=busy_timeout(5000)", "_pragma=journal_mode(WAL)", "_pragma=synchronous(FULL)",
		"_pragma=foreign_keys(0)", "_pragma=trusted_schema(0)", "_pragma=cell_size_check(1)",
		"_pragma=secure_delete(FAST)", "_pragma=journal_size_limit(67108864)", "_pragma=temp_store(MEMORY)")
}

func readerDSN(path string) string {
	return dsn(path, "_dqs=0", "_pragma=busy_timeout(5000)", "_pragma=trusted_schema(0)", "_pragma=temp_store(MEMORY)", "_pragma=query_only(1)")
}

func dsn(path string, settings ...string) string {
	return (&url.URL{Scheme: "file", Opaque: (&url.URL{Path: filepath.ToSlash(path)}).EscapedPath(), RawQuery: strings.Join(settings, "&")}).String()
}

// Open opens the hall in dir. Errors: CodeNoHall (the folder holds none),
// CodeBusy (args: the program and its process id), CodeNoKey, CodeNewerData,
// CodeDamaged, CodeReadOnly. The search index fills in the background; the first
// search waits for it.
func Open(ctx context.Context, dir string, o Options) (*Store, error) {
	o, err := o.withDefaults()
	if err != nil {
		return nil, translate("store: open", err)
	}
	path := filepath.Join(dir, DatabaseFile)
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return nil, &app.Error{Code: app.CodeNoHall, Args: []string{dir}, Op: "store: open"}
	}
	s, err := open(ctx, dir, o)
	if err != nil {
		return nil, translate("store: open", err)
	}
	if s.hall == "" { // an Init that was cut off; another one goes on from there
		_ = s.Close()
		return nil, &app.Error{Code: app.CodeNoHall, Args: []string{dir}, Op: "store: open"}
	}
	return s, nil
}

// open takes the lock, brings the schema up to date and reads who we are.
func open(ctx context.Context, dir string, o Options) (_ *Store, err error) {
	s := &Store{dir: dir, keyName: o.keyName, program: o.Program, version: o.Version, keys: o.Keys, clock: o.Clock, built: o.Built, bus: &app.Bus{}, stmts: map[string]*sql.Stmt{}}
	s.rep = &replica{s: s}
	defer func() {
		if err != nil {
			_ = s.Close()
		}
	}()
	if within(dir, o.Keys.Where()) {
		// Keys beside what they lock: a copied folder would reveal everything.
		return nil, app.Bad(app.CodeInvalid, "keys", dir)
	}
	if s.lock, err = hold(dir, o.Program); err != nil {
		return nil, err
	}
	if s.files, err = openBlobs(dir); err != nil {
		return nil, err
	}
	path := filepath.Join(dir, DatabaseFile)
	if err = ownerOnly(path); err != nil {
		return nil, err
	}
	if s.db, err = sql.Open("sqlite", writerDSN(path)); err != nil {
		return nil, err
	}
	s.db.SetMaxOpenConns(1)
	if s.conn, err = s.db.Conn(ctx); err != nil {
		return nil, err
	}
	if err = migrate(ctx, s.conn, func() error {
		var founded bool
		if err := s.conn.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM replica)`).Scan(&founded); err != nil || !founded {
			return err // an Init that was cut off between two steps: there is nothing to save
		}
		return copyDatabase(s.conn, filepath.Join(dir, "backups", "before-migration-"+o.Clock.Now().UTC().Format("20060102T150405")+".db"))
	}); err != nil {
		return nil, err
	}
	if s.read, err = sql.Open("sqlite", readerDSN(path)); err != nil {
		return nil, err
	}
	s.read.SetMaxOpenConns(4)
	s.read.SetMaxIdleConns(4)
	if s.capture, err = newCapture(s.conn); err != nil {
		return nil, err
	}
	if s.head, err = openHead(dir); err != nil {
		return nil, err
	}
	if err = s.recognise(ctx); err == nil && s.hall != "" {
		err = s.learnTables(ctx)
	}
	return s, err
}

// ownerOnly sees to it that nobody else on the machine can read the database,
// whatever the folder allows. SQLite gives its other files the same rights. It
// runs before SQLite opens the file, which must not be opened twice.
func ownerOnly(path string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
	if err == nil {
		return f.Close()
	}
	if !errors.Is(err, fs.ErrExist) {
		return err
	}
	for _, p := range []string{path, path + "-wal", path + "-shm"} {
		if info, err := os.Stat(p); err == nil && info.Mode().Perm()&0o077 != 0 {
			_ = os.Chmod(p, 0o600) // another owner's file opens or fails by itself
		}
	}
	return nil
}

// within answers whether path lies in dir or below.
func within(dir, path string) bool {
	d, err1 := filepath.Abs(dir)
	p, err2 := filepath.Abs(path)
	if err1 != nil || err2 != nil {
		return false
	}
	rel, err := filepath.Rel(d, p)
	return err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator))
}

// Close lets go of the folder. Everything confirmed is on the disk already.
func (s *Store) Close() error {
	if s.capture != nil {
		_ = s.saveDelivery(background)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil
	}
	s.closed = true
	if s.index != nil {
		s.index.stop()
	}
	var errs []error
	for _, st := range s.stmts {
		errs = append(errs, st.Close())
	}
	if s.read != nil {
		errs = append(errs, s.read.Close())
	}
	if s.conn != nil {
		errs = append(errs, s.conn.Close())
	}
	if s.db != nil {
		errs = append(errs, s.db.Close())
	}
	if s.head.f != nil {
		errs = append(errs, s.head.close())
	}
	if s.lock != nil {
		errs = append(errs, s.lock.Unlock())
	}
	return errors.Join(errs...)
}

// Synchronous reads the writer's own setting: 2 is FULL. Anything less could lose
// what a screen has confirmed.
func (s *Store) Synchronous(ctx context.Context) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var v int
	err := s.conn.QueryRowContext(ctx, "PRAGMA synchronous").Scan(&v)
	return v, err
}

// prepared answers the statement on the writer's connection.
func (s *Store) prepared(query string) (*sql.Stmt, error) {
	if st := s.stmts[query]; st != nil {
		return st, nil
	}
	st, err := s.conn.PrepareContext(background, query)
	if err != nil {
		return nil, fmt.Errorf("store: prepare: %w", err)
	}
	s.stmts[query] = st
	return st, nil
}

func (s *Store) exec(query string) error {
	st, err := s.prepared(query)
	if err != nil {
		return err
	}
	_, err = st.ExecContext(background)
	return err
}

// Bus answers the bus on which changes are told after each commit.
func (s *Store) Bus() *app.Bus { return s.bus }

// Day answers the hall's own calendar day of t.
func (s *Store) Day(t time.Time) app.Day { return app.DayOf(t, s.zone) }
