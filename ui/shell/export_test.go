package shell

import (
	"context"
	"testing"

	"linli/app"
)

// DataFolder is where this user's halls lie.
func DataFolder(t *testing.T) string {
	t.Helper()
	folder, err := dataFolder()
	if err != nil {
		t.Fatal(err)
	}
	return folder
}

// HasStopEvent answers whether the toolkit has something to run, and to wait for,
// when its loop has ended.
func HasStopEvent() bool {
	l, ok := newApp().Lifecycle().(interface{ OnStopped() func() })
	return !ok || l.OnStopped() != nil
}

// OpenFails is a hall that does not open.
func OpenFails(code app.Code) func(context.Context, Options) (Opened, error) {
	return func(context.Context, Options) (Opened, error) {
		return Opened{}, app.Fail(code, "linlictl", "4711")
	}
}

// As is what is shown on a machine of a role.
func (o Options) As(role string) Options { return o.as(role) }
