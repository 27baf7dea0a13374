package wire_test

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"linli/sync/exchange"
	"linli/sync/oplog"
	"linli/sync/wire"
)

// Large ones wait for each other, small ones for nobody, and one that is larger than the room has it for itself.
func TestNoMoreThanTheRoomIsTakenAtATime(t *testing.T) {
	for _, one := range []struct{ size, bytes, at int }{{4 << 20, 1 << 20, 4}, {4 << 20, 1000, 32}, {1000, 5000, 1}} {
		synctest.Test(t, func(t *testing.T) {
			take := wire.NewRoom(one.size)
			var inside atomic.Int64
			var all sync.WaitGroup
			next := make(chan struct{})
			for range 32 {
				all.Go(func() {
					leave := take(one.bytes)
					inside.Add(1)
					<-next
					inside.Add(-1)
					leave()
				})
			}
			for left := 32; left > 0; left-- {
				synctest.Wait()
				if n := int(inside.Load()); n != min(one.at, left) {
					t.Fatalf("%d of %d bytes at a time in a room of %d, want %d", n, one.bytes, one.size, min(one.at, left))
				}
				next <- struct{}{}
			}
			all.Wait()
		})
	}
}

// looking looks at a handler's room while a batch is taken in.
type looking struct {
	*memory
	see func()
}

func (l looking) Accept(ctx context.Context, b oplog.Batch) (exchange.Receipt, error) {
	l.see()
	return l.memory.Accept(ctx, b)
}

// A batch that is pushed has its bytes of the room until it is in the log, and gives them back.
func TestAPushTakesItsRoom(t *testing.T) {
	desk := ours.machine(1, exchange.RoleDesk, oplog.Desk)
	mine := newMemory(ours, "desk")
	mine.write(t, 1, desk.cert, ours.scope(oplog.Desk), 50_000)
	s := serve(t, hubIdentity(), newMemory(ours, "hub"), wire.Options{})
	var taken int
	s.hub.Replica = looking{s.log, func() {
		size, free := wire.PushingRoom(s.handler)
		taken = size - free
	}}
	if err := session(desk, mine, client(t, s.address, desk, hubTrust())).Sync(t.Context()); err != nil {
		t.Fatal(err)
	}
	if taken < 50_000 {
		t.Errorf("a batch of more than 50,000 bytes took %d of the room", taken)
	}
	if size, free := wire.PushingRoom(s.handler); free != size {
		t.Errorf("after it %d of %d are free", free, size)
	}
}
