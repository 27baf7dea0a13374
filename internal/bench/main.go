// Command bench measures the hall against the design's budgets and prints each
// budget beside its figure. Ratios within one run count; absolute times only
// guide, since they depend on the machine and on what else it does.
//
//	go run ./internal/bench [--residents 100000] [--visits 60000] [--only store,windows]
//
// With LINLI_BIN naming the folder of built programs it also measures the
// replication against real hubs, and real windows on a virtual display, with a
// Chromium kiosk beside them when Chromium is installed. What takes long is
// measured only when it is asked for:
//
//   - apart: five desks come back after two weeks without a network.
//   - crowd: a thousand machines come back in the same second.
//   - pushers: 32 machines push at one hub at once.
//   - million: what staff wait for, in a hall with a million entries.
//
// make makes the measured hall and measures nothing, for --data.
//
// A thousand held pulls are measured in sync/wire: go test -run - -bench Held ./sync/wire
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"slices"
	"sort"
	"strings"
	"time"
)

// row is one line of the report.
type row struct{ what, budget, figure string }

type report struct{ rows []row }

func (r *report) add(what, budget, format string, args ...any) {
	line := row{what, budget, fmt.Sprintf(format, args...)}
	r.rows = append(r.rows, line)
	fmt.Fprintf(os.Stderr, "%-52s %-28s %s\n", line.what, line.budget, line.figure)
}

func (r *report) print() {
	fmt.Println("| what | budget | measured |\n|---|---|---|")
	for _, l := range r.rows {
		fmt.Printf("| %s | %s | %s |\n", l.what, l.budget, l.figure)
	}
}

// quantile answers the q-quantile of some durations, which it sorts.
func quantile(d []time.Duration, q float64) time.Duration {
	if len(d) == 0 {
		return 0
	}
	sort.Slice(d, func(i, j int) bool { return d[i] < d[j] })
	return d[min(int(q*float64(len(d))), len(d)-1)]
}

// bench is one run.
type bench struct {
	report
	bin               string // folder of the built programs; empty without any
	dir               string // of the measured halls; empty for one that is gone afterwards
	residents, visits int
}

// part is what --only names.
type part struct {
	name    string
	built   bool // it needs the built programs
	measure func(ctx context.Context, b *bench) error
}

// parts are all, in the order in which they run.
func parts() []part {
	return []part{
		{"replication", true, func(ctx context.Context, b *bench) error {
			return measureReplication(ctx, &b.report, b.bin, b.residents)
		}},
		{"apart", true, func(ctx context.Context, b *bench) error { return measureApart(ctx, &b.report, b.bin) }},
		{"crowd", true, func(ctx context.Context, b *bench) error { return measureCrowd(ctx, &b.report, b.bin) }},
		{"pushers", true, func(ctx context.Context, b *bench) error { return measurePushers(ctx, &b.report, b.bin) }},
		{"make", false, func(ctx context.Context, b *bench) error {
			h, err := b.hall(ctx)
			if err != nil {
				return err
			}
			return h.close()
		}},
		{"store", false, func(ctx context.Context, b *bench) error {
			h, err := b.hall(ctx)
			if err != nil {
				return err
			}
			return errors.Join(measureStore(ctx, &b.report, h), h.close())
		}},
		{"windows", true, func(ctx context.Context, b *bench) error {
			h, err := b.hall(ctx)
			if err != nil {
				return err
			}
			if err := h.close(); err != nil {
				return err
			}
			return measureWindows(&b.report, b.bin, h.dir, h.keys)
		}},
		{"million", false, measureMillion},
	}
}

// hall opens the measured hall.
func (b *bench) hall(ctx context.Context) (*hall, error) {
	return openHall(ctx, b.dir, b.residents, b.visits)
}

func names() (out []string) {
	for _, p := range parts() {
		out = append(out, p.name)
	}
	return out
}

// run measures the parts that are asked for. Those that need built programs are left out without them.
func (b *bench) run(ctx context.Context, only []string) (err error) {
	for _, name := range only {
		if !slices.Contains(names(), name) {
			return fmt.Errorf("there is no part %q; there are %s", name, strings.Join(names(), ", "))
		}
	}
	if b.dir == "" {
		dir, err := os.MkdirTemp("", "linli-bench")
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
		b.dir = dir
	}
	for _, p := range parts() {
		if !slices.Contains(only, p.name) {
			continue
		}
		if p.built && b.bin == "" {
			fmt.Fprintf(os.Stderr, "%s is left out: LINLI_BIN names no built programs\n", p.name)
			continue
		}
		if err := p.measure(ctx, b); err != nil {
			return fmt.Errorf("%s: %w", p.name, err)
		}
	}
	return nil
}

func main() {
	residents := flag.Int("residents", 100_000, "residents in the measured hall")
	visits := flag.Int("visits", 60_000, "visits registered one by one before measuring; each is at least one entry")
	only := flag.String("only", "store,replication,windows", "which parts to run, separated by commas: "+strings.Join(names(), ", "))
	keep := flag.String("data", "", "keep the measured hall in this folder and use it again")
	flag.Parse()
	b := &bench{bin: os.Getenv("LINLI_BIN"), dir: *keep, residents: *residents, visits: *visits}
	err := b.run(context.Background(), strings.Split(*only, ","))
	b.print()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}
