package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime/debug"
	"time"

	"linli/app"
	"linli/store"
	"linli/store/seal"

	_ "modernc.org/sqlite"
)

// hall is the measured hall of invented people.
type hall struct {
	*app.Hall
	store *store.Store
	dir   string
	keys  string
	clerk app.Actor
	opens time.Duration // how long the folder took to open
}

func (h *hall) close() error { return h.store.Close() }

const (
	clerkName = "演示窗口"
	clerkPIN  = "135790"
)

// openHall opens the hall in dir, or makes one there.
func openHall(ctx context.Context, dir string, residents, visits int) (*hall, error) {
	h := &hall{dir: filepath.Join(dir, "data"), keys: filepath.Join(dir, "keys")}
	o := store.Options{Program: "bench", Keys: seal.NewKeyFiles(h.keys)}
	_, err := os.Stat(filepath.Join(h.dir, store.DatabaseFile))
	made := errors.Is(err, fs.ErrNotExist)
	if made {
		if err := store.Init(ctx, h.dir, store.NewHall{Name: "样例社区服务大厅", Division: "320102001001", Admin: "演示管理员", PIN: "246810"}, o); err != nil {
			return nil, err
		}
	}
	began := time.Now()
	if h.store, err = store.Open(ctx, h.dir, o); err != nil {
		return nil, err
	}
	h.opens = time.Since(began)
	h.Hall = h.store.Hall()
	if made {
		start := time.Now()
		if err := store.FillDemo(ctx, h.store, store.Demo{Residents: residents, Visits: visits, Seed: 1, Separate: true}); err != nil {
			return nil, err
		}
		fmt.Fprintf(os.Stderr, "made %d residents and %d visits in %.0f s\n", residents, visits, time.Since(start).Seconds())
	}
	windows, err := h.Public.Windows(ctx)
	if err != nil {
		return nil, err
	}
	h.clerk, err = h.Staff.SignIn(ctx, clerkName, clerkPIN, windows[0].ID)
	return h, err
}

// measureStore measures what staff wait for.
func measureStore(ctx context.Context, r *report, h *hall) error {
	health, err := h.Upkeep.Health(ctx)
	if err != nil {
		return err
	}
	r.add("the measured hall", "100,000 residents, 100,000 entries", "%d residents, %d entries, %.0f MB", health.Residents, health.Entries, float64(health.DatabaseSize)/1e6)
	r.add("opening its folder", "-", "%.2f s", h.opens.Seconds())
	for _, measure := range []func(context.Context, *report, *hall) error{measureSearch, measurePages, measureVisits, measureQueue} {
		if err := measure(ctx, r, h); err != nil {
			return err
		}
	}
	return nil
}

// measureSearch asks for people as staff type them.
func measureSearch(ctx context.Context, r *report, h *hall) error {
	admin := app.ConsoleActor()
	start := time.Now()
	some, err := h.Registry.Find(ctx, admin, "样例", "", 400)
	if err != nil {
		return err
	}
	r.add("search index ready after opening", "-", "%.2f s", time.Since(start).Seconds())
	debug.FreeOSMemory() // what other parts of this run have left
	r.add("memory of the process then", "-", "%.0f MB", float64(resident(os.Getpid(), "VmRSS"))/1e6)
	if len(some) < 100 {
		return errors.New("the demo hall has no addresses with 样例")
	}
	kinds := map[string]func(app.Found) string{
		"name":           func(f app.Found) string { return f.Name },
		"name part":      func(f app.Found) string { return string([]rune(f.Name)[1:]) },
		"last 4 of ID":   func(f app.Found) string { return f.IDTail },
		"address":        func(f app.Found) string { return f.Address },
		"phone, 4 digit": func(f app.Found) string { return f.Phone[len(f.Phone)-4:] },
		"pinyin initial": func(app.Found) string { return string([]byte{letter(), letter(), letter()}) },
		"pinyin": func(app.Found) string {
			return []string{"zhangwei", "wangfang", "lina", "liuyang", "chenjie"}[rand.IntN(5)]
		},
		"one letter": func(app.Found) string { return string([]byte{letter()}) },
	}
	for _, name := range []string{"name", "name part", "pinyin initial", "pinyin", "last 4 of ID", "phone, 4 digit", "address", "one letter"} {
		var took []time.Duration
		for range 300 {
			q := kinds[name](some[rand.IntN(len(some))])
			start := time.Now()
			if _, err := h.Registry.Find(ctx, admin, q, "", 20); err != nil {
				return err
			}
			took = append(took, time.Since(start))
		}
		r.add("find by "+name, "p95 ≤ 10 ms", "p50 %.2f ms, p95 %.2f ms", ms(quantile(took, .5)), ms(quantile(took, .95)))
	}
	return nil
}

func letter() byte { return "zwlcyhxjsgt"[rand.IntN(11)] }

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// measureVisits confirms visits, durably, and the same two rows in plain SQLite
// beside it, in turns, so that a busy moment hits both.
func measureVisits(ctx context.Context, r *report, h *hall) error {
	plain, err := openPlain(filepath.Dir(h.dir))
	if err != nil {
		return err
	}
	defer func() { _ = plain.Close() }()
	some, err := h.Registry.Find(ctx, h.clerk, "样例", "", 400)
	if err != nil {
		return err
	}
	var ours, theirs []time.Duration
	for i := range 3000 {
		v := app.NewVisit{ResidentID: some[i%len(some)].ID, Channel: app.ChannelWindow, Purpose: "咨询办事", Outcome: app.OutcomeAdvised, Note: "已说明"}
		start := time.Now()
		if _, err := h.Visits.Register(ctx, h.clerk, v); err != nil {
			return err
		}
		ours = append(ours, time.Since(start))
		start = time.Now()
		if err := plainVisit(ctx, plain, i); err != nil {
			return err
		}
		theirs = append(theirs, time.Since(start))
	}
	r.add("confirm a visit: durable, captured, signed", "p50 ≤ 1 ms, p99 ≤ 10 ms", "p50 %.2f ms, p99 %.2f ms", ms(quantile(ours, .5)), ms(quantile(ours, .99)))
	r.add("the same rows in plain SQLite, FULL", "-", "p50 %.2f ms, p99 %.2f ms (ratio of p50 %.1f)", ms(quantile(theirs, .5)), ms(quantile(theirs, .99)),
		float64(quantile(ours, .5))/float64(quantile(theirs, .5)))
	return nil
}

func openPlain(dir string) (*sql.DB, error) {
	path := filepath.Join(dir, "plain.db")
	_ = os.Remove(path)
	db, err := sql.Open("sqlite", "file:"+path+"?_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_txlock=immediate")
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	_, err = db.Exec(`CREATE TABLE visit(id TEXT PRIMARY KEY, resident TEXT, channel TEXT, purpose TEXT, at INTEGER);
		CREATE TABLE visit_event(id TEXT PRIMARY KEY, visit TEXT, outcome TEXT, note TEXT, at INTEGER); CREATE INDEX ev ON visit_event(visit)`)
	return db, err
}

func plainVisit(ctx context.Context, db *sql.DB, i int) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	id, at := store.NewID(), time.Now().UnixMilli()
	if _, err = tx.ExecContext(ctx, `INSERT INTO visit VALUES (?,?,?,?,?)`, id, fmt.Sprint(i), "window", "咨询办事", at); err == nil {
		_, err = tx.ExecContext(ctx, `INSERT INTO visit_event VALUES (?,?,?,?,?)`, store.NewID(), id, "advised", "已说明", at)
	}
	if err != nil {
		return errors.Join(err, tx.Rollback())
	}
	return tx.Commit()
}
