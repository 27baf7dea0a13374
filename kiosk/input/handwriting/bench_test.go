package handwriting

import (
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"
	"time"
)

// BenchmarkRecognize recognises common characters of a normal hand, one after the other, and reports beside the mean the time
// that 95 of 100 stay within. It has to stay below 50 ms on a kiosk's one core.
func BenchmarkRecognize(b *testing.B) {
	r, err := Open()
	if err != nil {
		b.Fatal(err)
	}
	dice := rand.New(rand.NewPCG(7, 11))
	var inks [][]Stroke
	for _, c := range common(b, 600) {
		inks = append(inks, normal.write(c, dice))
	}
	var took []time.Duration
	for i := 0; b.Loop(); i++ {
		start := time.Now()
		r.Recognize(inks[i%len(inks)], 10)
		took = append(took, time.Since(start))
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)*95/100].Microseconds())/1000, "p95-ms")
}

// BenchmarkOpen makes the templates, and reports what stays in memory, the table of strokes among it. It has to stay below 15 MB.
func BenchmarkOpen(b *testing.B) {
	for b.Loop() {
		if _, err := read(); err != nil {
			b.Fatal(err)
		}
	}
	r, err := Open()
	if err != nil {
		b.Fatal(err)
	}
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	b.ReportMetric(float64(m.HeapAlloc)/1e6, "MB")
	runtime.KeepAlive(r)
}
