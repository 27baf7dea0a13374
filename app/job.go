package app

import (
	"context"
	"time"
)

// Job is something that a hall does by itself, by the clock.
type Job struct {
	Name  string        // key of its last-run row
	Every time.Duration // from one good run to the next
	Run   func(ctx context.Context) error
}
