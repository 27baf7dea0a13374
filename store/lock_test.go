package store

import (
	"testing"
	"time"

	"linli/app"
)

// A program that is just ending, as after a kill, is waited for; one that goes on is named.
func TestAFolderIsTakenWhenTheOneBeforeLetsGo(t *testing.T) {
	dir := t.TempDir()
	first, err := hold(dir, "first")
	must(t, err)
	if _, err := hold(dir, "second"); codeOf(err) != app.CodeBusy {
		t.Errorf("%v: it is held", err)
	}
	time.AfterFunc(endsWithin/5, func() { _ = first.Unlock() })
	second, err := hold(dir, "second")
	must(t, err)
	must(t, second.Unlock())
}
