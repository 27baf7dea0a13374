package hub_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"linli/sync/hub"
	"linli/sync/hub/memory"
	"linli/sync/oplog"
)

// behind answers how many entries are not in the registers yet.
func behind(t *testing.T, s hub.Storage) (n int64) {
	t.Helper()
	must(t, s.View(background, func(v hub.Snapshot) error {
		states, err := v.States()
		for _, st := range states {
			n += st.Seq - st.Applied
		}
		return err
	}))
	return n
}

func TestRegistersAreMadeWhenNothingComes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := memory.New("one")
		h := hallOf(t, s, "one")
		l := hub.NewLog(s)
		m := h.Machine(t, "desk", nil)
		push := func() {
			t.Helper()
			_, err := l.Accept(background, oplog.Batch{Scope: "hall/one/desk", Items: m.Run(oplog.Desk, 900)})
			must(t, err)
		}
		ctx, stop := context.WithCancel(background)
		ended := make(chan bool)
		go func() {
			l.Tend(ctx, func(err error) { t.Error(err) })
			close(ended)
		}()
		// Something comes every second: the registers can wait.
		for range 8 {
			push()
			time.Sleep(time.Second)
		}
		synctest.Wait()
		if n := behind(t, s); n != 8*900 {
			t.Errorf("%d of %d entries wait while machines push", n, 8*900)
		}
		time.Sleep(5 * time.Second)
		synctest.Wait()
		if n := behind(t, s); n != 0 {
			t.Errorf("%d entries wait when nothing has come for a while", n)
		}
		stop()
		<-ended
	})
}
