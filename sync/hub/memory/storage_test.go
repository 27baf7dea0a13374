package memory_test

import (
	"testing"

	"linli/sync/hub"
	"linli/sync/hub/memory"
	"linli/sync/hub/storagetest"
)

func TestStorage(t *testing.T) {
	storagetest.Run(t, func(*testing.T) hub.Storage { return memory.New("one") })
}
