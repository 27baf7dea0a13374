package store

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
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

	hall    string
	zone    *time.Location
	origin  oplog.Origin
	key     ed25519.PrivateKey
	machine int
	cert    []byte

	mu      sync.Mutex // guards all below: the writer
	closed  bool
	stmts   map[string]*sql.Stmt
	capture *capture
	hlc     *oplog.Clock
	heads   map[oplog.Scope]logHead
	head    head
	commits int64
	saved   int64 // of them, in the newest hourly backup; 0 before it
	index   *searchIndex
	names   staffNames
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
	s := &Store{dir: dir, program: o.Program, version: o.Version, keys: o.Keys, clock: o.Clock, built: o.Built, bus: &app.Bus{}, stmts: map[string]*sql.Stmt{}}
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
	path := filepath.Join(dir, DatabaseFile)
	if s.db, err = sql.Open("sqlite", writerDSN(path)); err != nil {
		return nil, err
	}
	s.db.SetMaxOpenConns(1)
	if s.conn, err = s.db.Conn(ctx); err != nil {
		return nil, err
	}
	if err = migrate(ctx, s.conn, func() error {
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
	err = s.recognise(ctx)
	return s, err
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

// recognise reads which hall and which origin this folder is, loads the keys, and
// starts a new origin when the folder was restored or put back from an older copy.
func (s *Store) recognise(ctx context.Context) error {
	var origin string
	var hlc int64
	err := s.conn.QueryRowContext(ctx, `SELECT hall, origin, machine, hlc, commits FROM replica`).Scan(&s.hall, &origin, &s.machine, &hlc, &s.commits)
	if errors.Is(err, sql.ErrNoRows) {
		return nil // Init fills it
	}
	if err != nil {
		return err
	}
	if s.ring, err = s.keys.Load(s.hall); err != nil {
		return err
	}
	if err := s.ownKeys(ctx); err != nil {
		return err
	}
	s.hlc = oplog.NewClock(oplog.HLC(hlc))
	if err := s.takeOrigin(origin); err != nil {
		return err
	}
	was, commits := s.head.read()
	rolledBack := was == s.origin && commits > s.commits
	if rolledBack || s.key == nil {
		if err := s.newOrigin(ctx); err != nil {
			return err
		}
	}
	if err := s.loadHeads(ctx); err != nil {
		return err
	}
	if err := s.head.write(s.origin, s.commits); err != nil {
		return err
	}
	var zone string
	err = s.conn.QueryRowContext(ctx, `SELECT coalesce(zone, '') FROM hall WHERE id = ?`, s.hall).Scan(&zone)
	if err != nil && !errors.Is(err, sql.ErrNoRows) { // a lost row must not keep Rebuild from bringing it back
		return err
	}
	s.zone = app.HallInfo{Zone: zone}.Location()
	s.index = newSearchIndex(s)
	return nil
}

// ownKeys refuses keys that are not this hall's: whoever certified the first
// entry of the log did so with the authority that the keys must hold. An entry
// that cannot be read says nothing here; verify reports it.
func (s *Store) ownKeys(ctx context.Context) error {
	var body []byte
	err := s.conn.QueryRowContext(ctx, `SELECT body FROM entry WHERE n = 1 ORDER BY seq LIMIT 1`).Scan(&body)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	e, err := oplog.Decode(body)
	if err != nil {
		return nil
	}
	c, err := oplog.DecodeCertificate(e.Cert)
	if err != nil || c.Verify(s.ring.Authority().Public().(ed25519.PublicKey)) == nil {
		return nil
	}
	return seal.ErrOtherKey
}

// takeOrigin finds the key of the origin that the folder writes as. Without it
// (another machine's folder, restored here) s.key stays nil.
func (s *Store) takeOrigin(text string) error {
	if text == restoredOrigin {
		return nil
	}
	origin, err := oplog.ParseOrigin(text)
	if err != nil {
		return err
	}
	s.origin = origin
	for _, k := range s.ring.Origins() {
		if oplog.OriginOf(k.Public().(ed25519.PublicKey)) == origin {
			s.key = k
			cert, err := s.certify(k, s.machine)
			s.cert = cert
			return err
		}
	}
	return nil
}

// machinesEach is how many machine numbers a certificate reserves: a machine that
// has to start a new origin takes the next of its own.
const machinesEach = 3

// certify makes the certificate of an origin of this machine, with the numbers
// of its block that no earlier origin has used.
func (s *Store) certify(key ed25519.PrivateKey, machine int) ([]byte, error) {
	now := s.clock.Now()
	machines := []int{machine}
	for machine%machinesEach != 0 {
		machine++
		machines = append(machines, machine)
	}
	c := oplog.Certificate{
		Hall: s.hall, PublicKey: key.Public().(ed25519.PublicKey), Role: "desk", Machines: machines,
		Scopes: []oplog.Scope{oplog.HallScope(s.hall, oplog.Public), oplog.HallScope(s.hall, oplog.Intake), oplog.HallScope(s.hall, oplog.Desk), oplog.HallScope(s.hall, oplog.Care)},
		Issued: now.UnixMilli(), Expires: now.AddDate(1, 0, 0).UnixMilli(), Serial: now.UnixMilli(),
	}
	if err := c.Sign(s.ring.Authority()); err != nil {
		return nil, err
	}
	return c.Encode()
}

// nextMachine answers a machine number that no origin known here has used: the
// next of this machine's own block, and after its last, or where this machine
// has none yet, the first of a block after all that were ever certified.
func (s *Store) nextMachine(ctx context.Context) (int, error) {
	if own := s.ring.Machine(); own > 0 {
		// The keys know of restores that an older copy of the folder does not.
		if used := max(own, s.machine); used%machinesEach != 0 && (used-1)/machinesEach == (own-1)/machinesEach {
			return used + 1, nil
		}
	}
	rows, err := s.conn.QueryContext(ctx, `SELECT body FROM entry WHERE n = 1`)
	if err != nil {
		return 0, err
	}
	bodies, err := collect(rows, func(sc scanner) (b []byte, err error) {
		err = sc.Scan(&b)
		return b, err
	})
	if err != nil {
		return 0, err
	}
	last := max(s.ring.Machine(), s.machine)
	for _, b := range bodies {
		e, err := oplog.Decode(b)
		if err != nil {
			continue // for verify to report
		}
		c, err := oplog.DecodeCertificate(e.Cert)
		if err != nil {
			continue
		}
		for _, m := range c.Machines {
			last = max(last, m)
		}
	}
	return (last+machinesEach-1)/machinesEach*machinesEach + 1, nil
}

// newOrigin goes on as a new writer with a new machine number, so that nothing it
// writes can be taken for what the old one wrote. The old entries stay as they are.
func (s *Store) newOrigin(ctx context.Context) error {
	key, err := s.ring.NewOrigin(rand.Reader)
	if err != nil {
		return err
	}
	if s.machine, err = s.nextMachine(ctx); err != nil {
		return err
	}
	s.ring.SetMachine(s.machine)
	if err := s.keys.Save(s.hall, s.ring); err != nil {
		return err
	}
	s.key, s.origin = key, oplog.OriginOf(key.Public().(ed25519.PublicKey))
	if s.cert, err = s.certify(key, s.machine); err != nil {
		return err
	}
	s.commits = 0
	_, err = s.conn.ExecContext(ctx, `UPDATE replica SET origin = ?, machine = ?, commits = 0, log_id = ?`, s.origin.String(), s.machine, NewID())
	return err
}

// loadHeads reads this origin's newest entry in each scope.
func (s *Store) loadHeads(ctx context.Context) error {
	s.heads = map[oplog.Scope]logHead{}
	rows, err := s.conn.QueryContext(ctx, `SELECT scope, n, hash FROM entry e WHERE origin = ? AND n = (SELECT max(n) FROM entry WHERE scope = e.scope AND origin = e.origin)`, s.origin.String())
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var scope string
		var h logHead
		var hash []byte
		if err := rows.Scan(&scope, &h.n, &hash); err != nil {
			return err
		}
		if len(hash) != len(h.hash) {
			return app.Fail(app.CodeDamaged)
		}
		copy(h.hash[:], hash)
		s.heads[oplog.Scope(scope)] = h
	}
	return rows.Err()
}

// Close lets go of the folder. Everything confirmed is on the disk already.
func (s *Store) Close() error {
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
