// Command bench measures the hall against the design's budgets and prints each
// budget beside its figure. Ratios within one run count; absolute times only
// guide, since they depend on the machine and on what else it does.
//
//	go run ./internal/bench [--residents 100000] [--visits 30000] [--only store,windows]
//
// With LINLI_BIN naming the folder of built programs it also measures real
// windows on a virtual display, and a Chromium kiosk beside them when Chromium
// is installed.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
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

func main() {
	residents := flag.Int("residents", 100_000, "residents in the measured hall")
	visits := flag.Int("visits", 60_000, "visits registered one by one before measuring; each is at least one entry")
	only := flag.String("only", "store,replication,windows", "which parts to run, separated by commas")
	keep := flag.String("data", "", "keep the measured hall in this folder and use it again")
	flag.Parse()
	ctx := context.Background()
	var r report
	fail := func(err error) {
		if err != nil {
			fmt.Fprintln(os.Stderr, "bench:", err)
			os.Exit(1)
		}
	}
	if bin := os.Getenv("LINLI_BIN"); bin != "" && strings.Contains(*only, "replication") {
		fail(measureReplication(ctx, &r, bin, *residents))
	}
	if !strings.Contains(*only, "store") && !strings.Contains(*only, "windows") {
		r.print()
		return
	}
	h, err := openHall(ctx, *keep, *residents, *visits)
	fail(err)
	if strings.Contains(*only, "store") {
		fail(measureStore(ctx, &r, h))
	}
	fail(h.close())
	if bin := os.Getenv("LINLI_BIN"); bin != "" && strings.Contains(*only, "windows") {
		fail(measureWindows(&r, bin, h.dir, h.keys))
	}
	r.print()
}
