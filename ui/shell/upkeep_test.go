package shell

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"linli/app"
	"linli/kiosk/guard"
	"linli/kiosk/print"
	"linli/kiosk/selftest"
	"linli/kiosk/sound"
)

// desks remember what they were told.
type desks chan app.Trouble

// Report implements app.TroublePort.
func (d desks) Report(_ context.Context, parts []app.Trouble) error {
	for _, p := range parts {
		d <- p
	}
	return nil
}

// A slip that does not come out is known at the desks before the resident has asked anybody.
func TestASlipThatDoesNotComeOutIsToldAtOnce(t *testing.T) {
	printer, err := print.New("file://" + filepath.Join(t.TempDir(), "gone", "lp0"))
	if err != nil {
		t.Fatal(err)
	}
	told := make(desks, 4)
	u := &upkeep{printer: printer, tell: selftest.NewTeller(told, nil, nil)}
	if err := u.prints()(t.Context(), print.Paper{{Text: "A1-005", Size: print.Text}}); !errors.Is(err, print.ErrAway) {
		t.Errorf("the slip: %v", err)
	}
	if got := <-told; got.Kind != selftest.Printer || got.Code != selftest.CodeOffline {
		t.Errorf("told %+v", got)
	}
	u.tell.Close()
	if (&upkeep{}).prints() != nil {
		t.Error("a kiosk without a printer offers slips")
	}
}

// met is the other machines' port as far as the maintenance page asks it.
type met struct {
	app.ReplicationPort
	state app.SyncState
	err   error
}

func (m met) State(context.Context) (app.SyncState, error) { return m.state, m.err }

func TestTheFiguresOfTheMaintenancePage(t *testing.T) {
	folder := t.TempDir()
	crash, err := os.Create(filepath.Join(folder, CrashFile))
	if err != nil {
		t.Fatal(err)
	}
	when := time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)
	err = errors.Join((guard.Fault{At: when}).Note(crash), crash.Close())
	if err != nil {
		t.Fatal(err)
	}
	peers := met{state: app.SyncState{ClockWrong: time.Hour, Peers: []app.Peer{{Met: when.Add(-time.Hour)}, {Met: when}, {}}}}
	u := &upkeep{s: &shell{opts: Options{Data: folder}, program: Program{Version: "1.2.3"}, hall: &app.Hall{Replicas: peers}, player: &sound.Recorder{}}}
	f := u.facts(t.Context())
	if f.Version != "1.2.3" || f.Peers != 3 || !f.Met.Equal(when) || f.Faults != 1 || !f.LastFault.Equal(when) {
		t.Errorf("the figures are %+v", f)
	}
	if off, err := u.offset(t.Context()); off != time.Hour || err != nil {
		t.Errorf("the clock is off by %v, %v", off, err)
	}
	u.s.hall.Replicas = nil
	if off, err := u.offset(t.Context()); off != 0 || err != nil {
		t.Errorf("alone the clock is off by %v, %v", off, err)
	}
	if err := u.soundless(t.Context()); err != nil {
		t.Errorf("the device: %v", err)
	}
	if r := u.s.player.(*sound.Recorder).Sounds(); len(r) != 1 || r[0].Peak() != 0 {
		t.Error("the look at the loudspeaker can be heard")
	}
}

func TestTheProgramKnowsWhenItWasMade(t *testing.T) {
	if at := built(); at.Year() < 2026 || at.Year() >= 2100 {
		t.Errorf("built in %v", at)
	}
}
