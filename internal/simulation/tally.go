package simulation

import (
	"slices"

	"linli/sync/exchange"
)

// Tally counts what happened in a run, so that a simulation in which a thing can no longer happen is noticed.
type Tally map[string]int

// rare is what has to happen in many of a thousand seeds, whatever else changes. The faults of the plan have to as well.
var rare = []string{
	"branches", "conflict", "void for its table", "void for a cut", "void on arrival", "step forestalled",
	"old form saved", "conflict settled", "columns of a newer version",
	"usurped", "found put back", "succeeded", "certified again",
	"overlapping", "first exchange cut short", "began anew", "live", "duplicates", "a run of several", "several pages",
	"request lost", "answer lost", "late", "twice", "ended within a transaction", "disk full",
	"gap", "signature", "entry", "revoked", "scope left out", "forged entry taken",
}

// Expected is all that has to happen in many of a thousand seeds: what is rare, and the faults.
func Expected() []string {
	all := slices.Clone(rare)
	for _, f := range faults {
		all = append(all, f.name)
	}
	return all
}

func (w *World) count(what string) { w.tally[what]++ }

// countReceipt counts what became of a batch.
func (w *World) countReceipt(got exchange.Receipt) {
	if got.Duplicates > 0 {
		w.count("duplicates")
	}
	if word := exchange.FaultWord(got.Fault); word != "" {
		w.count(word)
	}
	if got.Void > 0 {
		w.count("void on arrival")
	}
}
