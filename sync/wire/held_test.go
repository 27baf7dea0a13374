package wire_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"linli/sync/exchange"
	"linli/sync/oplog"
	"linli/sync/wire"
)

// servesEnv makes the test's program a server by itself, so that its memory is the server's and not its callers'.
const servesEnv = "LINLI_WIRE_SERVES"

func TestMain(m *testing.M) {
	if os.Getenv(servesEnv) != "" {
		if err := serveAlone(os.Stdin, os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// serveAlone serves an empty log, says where, and does what is asked line by line: "watch n" answers when n callers wait,
// "wake" writes an entry and answers when (Unix nanoseconds), "memory" answers the bytes that are resident.
func serveAlone(in io.Reader, out io.Writer) error {
	log := newMemory(ours, "hub")
	h := newServing()
	server, err := wire.NewServer(hubIdentity(), wire.Handler(&exchange.Server{Replica: log, Refuse: h.refuse}, h.callers(), wire.Options{}))
	if err != nil {
		return err
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	go func() { _ = server.ServeTLS(l, "", "") }()
	fmt.Fprintln(out, l.Addr())
	m, scope := ours.desk(999), ours.scope(oplog.Public)
	for lines := bufio.NewScanner(in); lines.Scan(); {
		word, arg, _ := strings.Cut(lines.Text(), " ")
		switch word {
		case "watch":
			n, _ := strconv.Atoi(arg)
			log.awaitWatchers(n)
			fmt.Fprintln(out, "ok")
		case "wake":
			var t testing.T // for its context alone
			now := time.Now()
			log.mu.Lock()
			e := log.next(&t, m.n, m.cert, scope, 200)
			log.mu.Unlock()
			_, err := log.Accept(context.Background(), oplog.Batch{Scope: scope, Items: []oplog.Item{
				{Entry: e, Body: must(oplog.Encode(e)), Sig: oplog.SignHead(keyOf(m.n), e)},
			}})
			if err != nil {
				return err
			}
			fmt.Fprintln(out, now.UnixNano())
		case "memory":
			debug.FreeOSMemory()
			status, err := os.ReadFile("/proc/self/status")
			if err != nil {
				return err
			}
			_, rest, _ := strings.Cut(string(status), "VmRSS:")
			kb, _, _ := strings.Cut(strings.TrimSpace(rest), " ")
			fmt.Fprintln(out, kb)
		}
	}
	return nil
}

// Pulls that are held, and woken all at once. Budget: 64 MB and 50 KB for each.
func BenchmarkHeld(b *testing.B) {
	const callers = 1000
	program := exec.Command(os.Args[0])
	program.Env = append(os.Environ(), servesEnv+"=1")
	program.Stderr = os.Stderr
	in := must(program.StdinPipe())
	lines := bufio.NewScanner(must(program.StdoutPipe()))
	if err := program.Start(); err != nil {
		b.Fatal(err)
	}
	defer func() {
		_ = in.Close()
		_ = program.Wait()
	}()
	ask := func(line string) string {
		if line != "" {
			fmt.Fprintln(in, line)
		}
		if !lines.Scan() {
			b.Fatal("the server is gone")
		}
		return lines.Text()
	}
	address := ask("")
	number := func(line string) float64 { return must(strconv.ParseFloat(ask(line), 64)) }
	scope := ours.scope(oplog.Public)
	clients := make([]*wire.Client, callers)
	after := make([]exchange.Cursor, callers)
	for i := range clients {
		clients[i] = client(b, address, ours.machine(i+1, exchange.RoleBoard, oplog.Public), hubTrust())
	}
	empty := number("memory")
	var waits []time.Duration
	var held, woken float64
	for b.Loop() {
		var all sync.WaitGroup
		came := make([]time.Time, callers)
		for i, c := range clients {
			all.Go(func() {
				a, err := c.Pull(b.Context(), exchange.PullRequest{
					Scopes: []exchange.PullScope{{Scope: scope, After: after[i]}}, Wait: exchange.MaxWait,
				})
				came[i] = time.Now()
				if err != nil || len(a.Pages[0].Batch.Items) != 1 {
					b.Errorf("pull %d: %v", i, err)
					return
				}
				after[i] = a.Pages[0].Next
			})
		}
		ask(fmt.Sprint("watch ", callers))
		held = number("memory")
		at := time.Unix(0, int64(number("wake")))
		all.Wait()
		woken = number("memory")
		for _, t := range came {
			waits = append(waits, t.Sub(at))
		}
	}
	slices.Sort(waits)
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(empty/1024, "MB-empty")
	b.ReportMetric(held/1024, "MB-held")
	b.ReportMetric(woken/1024, "MB-woken")
	b.ReportMetric((held-empty)/callers, "KB/pull")
	b.ReportMetric(float64(waits[len(waits)/2])/1e6, "ms-p50")
	b.ReportMetric(float64(waits[len(waits)*95/100])/1e6, "ms-p95")
}
