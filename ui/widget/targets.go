package widget

import (
	"encoding/json"
	"fmt"
	"os"
	"sync"
)

// TargetsEnv names a folder. When it is set, every face writes there what can
// be touched and what is written on its present page, so that a test can drive
// real windows with real clicks.
const TargetsEnv = "LINLI_TARGETS"

// Targets is what one face shows, in pixels relative to its window.
type Targets struct {
	Page    string                `json:"page"`
	Gen     int                   `json:"gen"`     // rises with every page
	Targets map[string][4]float32 `json:"targets"` // id → x, y, width, height
	Texts   []string              `json:"texts"`   // every line that is written
}

// TargetsWanted answers whether anybody asked for targets.
func TargetsWanted() bool { return os.Getenv(TargetsEnv) != "" }

// WriteTargets writes t as <face>.json into the folder that LINLI_TARGETS
// names, whole or not at all; without that variable it does nothing. It may be
// called from any goroutine, and calls for one face do not overtake each other.
//
// What is written may hold a resident's words: the variable is for tests with
// invented people.
func WriteTargets(face string, t Targets) error {
	folder := os.Getenv(TargetsEnv)
	if folder == "" {
		return nil
	}
	targetsLock.Lock()
	defer targetsLock.Unlock()
	data, err := json.Marshal(t)
	if err != nil {
		return fmt.Errorf("targets of %s: %w", face, err)
	}
	root, err := os.OpenRoot(folder)
	if err != nil {
		return fmt.Errorf("targets of %s: %w", face, err)
	}
	defer root.Close() //nolint:errcheck // nothing is written through the folder's own handle
	name := face + ".json"
	if err := root.WriteFile(name+".new", data, 0o600); err != nil {
		return fmt.Errorf("targets of %s: %w", face, err)
	}
	return root.Rename(name+".new", name)
}

var targetsLock sync.Mutex
