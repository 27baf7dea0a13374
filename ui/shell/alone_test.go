package shell

import (
	"context"
	"errors"
	"sync"
	"testing"

	"linli/app"
)

// apart is the other machines' port as far as a kiosk asks it.
type apart struct {
	app.ReplicationPort
	mu    sync.Mutex
	alone bool
	err   error
	asked chan struct{}
}

func (a *apart) State(context.Context) (app.SyncState, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.asked <- struct{}{}
	return app.SyncState{Alone: a.alone}, a.err
}

func (a *apart) set(alone bool, err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.alone, a.err = alone, err
}

func TestTheKioskHearsThatItIsAlone(t *testing.T) {
	port := &apart{alone: true, asked: make(chan struct{}, 64)}
	hall := &app.Hall{Replicas: port, Events: &app.Bus{}}
	told := make(chan bool)
	stop := watchAlone(t.Context(), hall, func(alone bool) { told <- alone })
	defer stop()
	if !<-told {
		t.Fatal("told that it is not alone")
	}
	<-port.asked
	port.set(false, errors.New("not now"))
	hall.Events.Publish(app.Changed{Table: "ticket"}) // asks nothing
	hall.Events.Publish(app.Changed{Table: "replication"})
	<-port.asked
	port.set(false, nil)
	hall.Events.Publish(app.Changed{}) // too much to name
	if <-told {
		t.Error("still told that it is alone")
	}
}

func TestAHallWithoutThePortIsNeverAsked(t *testing.T) {
	watchAlone(t.Context(), &app.Hall{Events: &app.Bus{}}, func(bool) { t.Error("told") })()
}
