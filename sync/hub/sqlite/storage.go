package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"linli/sync/hub"

	"modernc.org/sqlite"
)

// DatabaseFile is the database's name in the data folder.
const DatabaseFile = "hub.db"

// readers is how many views run at a time; more wait.
const readers = 4

// Storage is a [hub.Storage].
type Storage struct {
	dir    string
	logID  string
	write  *sql.DB // one connection
	writer *conn
	read   *sql.DB
	pool   chan *conn
	head   head
	watch  chan *conn // the one connection that is asked for the version
	opened int        // connections that read

	jobs    chan *job
	done    chan struct{} // closed when the committer has ended
	stop    chan struct{} // closed by Close
	closing sync.Once
}

func init() {
	// POSIX locks are lost when anything in the process closes the file; open file description locks are not. Where
	// there are none this does nothing.
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

// Exists tells whether a folder holds a hub's data.
func Exists(dir string) bool {
	_, err := os.Stat(filepath.Join(dir, DatabaseFile))
	return err == nil
}

// Open opens the data in dir, which comes into being with them when there are none. What was put back from an older copy of the
// folder is recognised and gets a new log id. Errors are [hub.ErrReadOnly], [hub.ErrNewer], [hub.ErrDamaged], [hub.ErrBusy].
func Open(ctx context.Context, dir string) (*Storage, error) {
	s, err := open(ctx, dir)
	if err != nil {
		return nil, translate("open", err)
	}
	return s, nil
}

func open(ctx context.Context, dir string) (_ *Storage, err error) {
	s := &Storage{
		dir: dir, pool: make(chan *conn, readers), watch: make(chan *conn, 1),
		jobs: make(chan *job), done: make(chan struct{}), stop: make(chan struct{}),
	}
	started := false
	defer func() {
		if err != nil && !started {
			close(s.done)
			_ = s.Close()
		}
	}()
	if err := hub.MakeDir(dir); err != nil {
		return nil, err
	}
	path := filepath.Join(dir, DatabaseFile)
	if err := ownerOnly(path); err != nil {
		return nil, err
	}
	if s.write, err = sql.Open("sqlite", writerDSN(path)); err != nil {
		return nil, err
	}
	s.write.SetMaxOpenConns(1)
	if s.writer, err = connect(ctx, s.write); err != nil {
		return nil, err
	}
	if err := migrate(ctx, s.writer.c); err != nil {
		return nil, err
	}
	if s.head, err = openHead(dir); err != nil {
		return nil, err
	}
	if err := s.recognise(ctx); err != nil {
		return nil, err
	}
	if err := hub.SyncDir(dir); err != nil { // all that has come into being here
		return nil, err
	}
	if s.read, err = sql.Open("sqlite", readerDSN(path)); err != nil {
		return nil, err
	}
	s.read.SetMaxOpenConns(readers + 1)
	s.read.SetMaxIdleConns(readers + 1)
	for i := range readers + 1 {
		c, err := connect(ctx, s.read)
		if err != nil {
			return nil, err
		}
		s.opened++
		if i == readers {
			s.watch <- c
		} else {
			s.pool <- c
		}
	}
	started = true
	go s.commits()
	return s, nil
}

// ownerOnly sees to it that nobody else on the machine can read the database, whatever the folder allows. SQLite gives its
// other files the same rights. It runs before SQLite opens the file, which must not be opened twice.
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

// LogID implements [hub.Storage].
func (s *Storage) LogID() string { return s.logID }

// View implements [hub.Storage].
func (s *Storage) View(ctx context.Context, f func(hub.Snapshot) error) error {
	c, err := s.reader(ctx, s.pool)
	if err != nil {
		return err
	}
	defer func() { s.pool <- c }()
	if err := c.exec("BEGIN"); err != nil {
		return translate("view", err)
	}
	defer func() { _ = c.exec("ROLLBACK") }()
	return translate("view", f(newSnapshot(ctx, c)))
}

// reader takes a connection; whoever took it puts it back.
func (s *Storage) reader(ctx context.Context, from chan *conn) (*conn, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	select {
	case <-s.stop:
		return nil, hub.ErrClosed
	default:
	}
	select {
	case c := <-from:
		return c, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-s.stop:
		return nil, hub.ErrClosed
	}
}

// Version implements [hub.Storage]. SQLite counts, for a connection, the commits of all others.
func (s *Storage) Version(ctx context.Context) (v int64, err error) {
	c, err := s.reader(ctx, s.watch)
	if err != nil {
		return 0, err
	}
	defer func() { s.watch <- c }()
	err = c.row("PRAGMA data_version").Scan(&v)
	return v, translate("version", err)
}

// Synchronous reads the writer's own setting: 2 is FULL. Anything less could lose what a machine was told is kept.
func (s *Storage) Synchronous(ctx context.Context) (v int, err error) {
	err = s.alone(ctx, func() error { return s.writer.row("PRAGMA synchronous").Scan(&v) })
	return v, err
}

// Close implements [hub.Storage]. It waits for updates and views that have begun.
func (s *Storage) Close() error {
	var errs []error
	s.closing.Do(func() {
		close(s.stop)
		<-s.done
		for range s.opened { // those in use come back when their view has ended
			select {
			case c := <-s.pool:
				errs = append(errs, c.close())
			case c := <-s.watch:
				errs = append(errs, c.close())
			}
		}
		if s.read != nil {
			errs = append(errs, s.read.Close())
		}
		if s.writer != nil {
			errs = append(errs, s.writer.close())
		}
		if s.write != nil {
			errs = append(errs, s.write.Close())
		}
		if s.head.f != nil {
			errs = append(errs, s.head.close())
		}
	})
	return errors.Join(errs...)
}

// conn is one connection with the statements that were prepared on it.
type conn struct {
	c     *sql.Conn
	stmts map[string]*sql.Stmt
}

// background is the context of every statement: what has begun is not left half-way because its asker went away.
var background = context.Background()

func connect(ctx context.Context, db *sql.DB) (*conn, error) {
	c, err := db.Conn(ctx)
	if err != nil {
		return nil, err
	}
	return &conn{c, make(map[string]*sql.Stmt)}, nil
}

func (c *conn) prepared(query string) (*sql.Stmt, error) {
	if st := c.stmts[query]; st != nil {
		return st, nil
	}
	st, err := c.c.PrepareContext(background, query)
	if err != nil {
		return nil, fmt.Errorf("prepare: %w", err)
	}
	c.stmts[query] = st
	return st, nil
}

func (c *conn) exec(query string, args ...any) error {
	st, err := c.prepared(query)
	if err != nil {
		return err
	}
	_, err = st.ExecContext(background, args...)
	return err
}

func (c *conn) row(query string, args ...any) *sql.Row {
	st, err := c.prepared(query)
	if err != nil {
		// The row carries the error: the same statement fails the same way.
		return c.c.QueryRowContext(background, query, args...)
	}
	return st.QueryRowContext(background, args...)
}

func (c *conn) rows(query string, args ...any) (*sql.Rows, error) {
	st, err := c.prepared(query)
	if err != nil {
		return nil, err
	}
	return st.QueryContext(background, args...)
}

func (c *conn) close() error {
	var errs []error
	for _, st := range c.stmts {
		errs = append(errs, st.Close())
	}
	return errors.Join(append(errs, c.c.Close())...)
}
