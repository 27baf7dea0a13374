package pinyin_test

import (
	"runtime"
	"slices"
	"testing"
	"time"

	"linli/assets"
	"linli/kiosk/input/pinyin"
)

// The keyboard asks for candidates and the spelling at each key; the budget of both together is 5 ms.
func benchmarkKey(b *testing.B, o pinyin.Options) {
	d := open(b)
	var keys []string
	for _, line := range held(b) {
		all := keysOf(line.letters, o.Layout)
		for n := range all {
			keys = append(keys, all[:n+1])
		}
	}
	o.Limit = 100
	took := make([]time.Duration, 0, 1<<16)
	for i := 0; b.Loop(); i++ {
		begin := time.Now()
		d.Candidates(keys[i%len(keys)], o)
		d.Spelling(keys[i%len(keys)], o)
		took = append(took, time.Since(begin))
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)*95/100].Microseconds())/1000, "ms/p95")
	b.ReportMetric(float64(took[len(took)-1].Microseconds())/1000, "ms/most")
}

func BenchmarkKeyOfTwentySix(b *testing.B) { benchmarkKey(b, pinyin.Options{}) }

func BenchmarkKeyOfNine(b *testing.B) { benchmarkKey(b, pinyin.Options{Layout: pinyin.Nine}) }

func BenchmarkKeyOfTwentySixFuzzy(b *testing.B) {
	benchmarkKey(b, pinyin.Options{Fuzzy: pinyin.AllFuzzy, Names: places(b)})
}

func BenchmarkKeyOfNineFuzzy(b *testing.B) {
	benchmarkKey(b, pinyin.Options{Layout: pinyin.Nine, Fuzzy: pinyin.AllFuzzy, Names: places(b)})
}

// Keys that nobody types: what is the worst that a sleeve on the screen can do?
func BenchmarkKeyHeldDown(b *testing.B) {
	d := open(b)
	most := time.Duration(0)
	for b.Loop() {
		for _, key := range []byte("zsyl") {
			begin := time.Now()
			d.Candidates(string(slices.Repeat([]byte{key}, 60)), pinyin.Options{Fuzzy: pinyin.AllFuzzy, Limit: 100})
			most = max(most, time.Since(begin))
		}
		for _, key := range []byte("23456789") {
			begin := time.Now()
			d.Candidates(string(slices.Repeat([]byte{key}, 60)), pinyin.Options{Layout: pinyin.Nine, Fuzzy: pinyin.AllFuzzy, Limit: 100})
			most = max(most, time.Since(begin))
		}
	}
	b.ReportMetric(float64(most.Microseconds())/1000, "ms/most")
}

// The first key waits for the dictionary: the budget is 150 ms and 30 MB.
func BenchmarkRead(b *testing.B) {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	var d *pinyin.Dictionary
	for b.Loop() {
		var err error
		if d, err = pinyin.Unpack(assets.PinyinWords()); err != nil {
			b.Fatal(err)
		}
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/1e6, "MB")
	runtime.KeepAlive(d)
}

func places(b *testing.B) (names []pinyin.Name) {
	for _, line := range held(b) {
		if line.kind == "places" {
			names = append(names, pinyin.Name{Text: line.text})
		}
	}
	return names
}
