package main

import "testing"

// TestTheSimulationIsNotBlind takes the rules of replication out one at a time. In each case the simulation has to find a seed that
// goes wrong: a simulation that lets one pass would let the product's own mistakes pass as well.
func TestTheSimulationIsNotBlind(t *testing.T) {
	root, err := moduleRoot()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := copyTree(root, dir); err != nil {
		t.Fatal(err)
	}
	for _, m := range mutations {
		if m.Test[len(m.Test)-1] != simulatedSeeds {
			continue
		}
		t.Run(m.Name, func(t *testing.T) {
			if line, caught := try(dir, m); !caught {
				t.Error(line)
			}
		})
	}
}
