package halls_test

import (
	"context"
	"net"
	"path/filepath"
	"strings"
	"testing"

	"linli/app"
	"linli/store"
	"linli/sync/halls"
)

// stages is what a person has been told.
type stages struct {
	all  []app.JoinStage
	most chan int64 // how many entries, each time
}

func (s *stages) told(stage app.JoinStage, entries int64) {
	if entries == 0 {
		s.all = append(s.all, stage) // from the goroutine that asked
		return
	}
	select {
	case s.most <- entries:
	default:
	}
}

func TestAnEmptyFolderJoinsAHall(t *testing.T) {
	d := found(t, "样例东厅")
	d.visits(t, 4)
	s := newSupervisor(t)
	for role, dir := range map[string]string{store.RoleDesk: filepath.Join(s.dir, "desk"), store.RoleSupervisor: filepath.Join(s.dir, "supervisor")} {
		e := halls.Empty{Dir: dir, Store: s.opts}
		told := &stages{most: make(chan int64, 1)}
		_, err := e.Join(background, app.Joining{Address: d.address, Code: "00000-00000-00000-00000"}, told.told)
		wantCode(t, "a wrong code", err, app.CodeAdmission)
		in, err := e.Join(background, app.Joining{Address: " " + d.address + " ", Code: d.code(t, role) + "\n", Name: "二号窗口"}, told.told)
		must(t, err)
		if in != (app.Joined{Hall: "样例东厅", Role: role}) {
			t.Errorf("joined %+v", in)
		}
		if n := <-told.most; n == 0 || told.all[len(told.all)-1] != app.JoinFetching {
			t.Errorf("told %v, %d entries", told.all, n)
		}
		if halls.Is(dir) != (role == store.RoleSupervisor) {
			t.Errorf("a %s's folder is one of halls: %v", role, halls.Is(dir))
		}
		at := dir
		if role == store.RoleSupervisor {
			at = halls.Dir(dir, d.id)
		}
		st, err := store.Open(background, at, s.opts)
		must(t, err)
		f, err := st.Figures(background)
		must(t, err)
		must(t, st.Close())
		if f.Visits != 4 {
			t.Errorf("a %s has %d visits after joining", role, f.Visits)
		}
	}
	_, err := halls.Empty{Dir: filepath.Join(s.dir, "desk"), Store: s.opts}.Join(background, app.Joining{Address: d.address, Code: d.code(t, store.RoleDesk)}, (&stages{}).told)
	wantCode(t, "a folder that is taken", err, app.CodeNotEmpty)
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	must(t, closed.Close())
	_, err = halls.Empty{Dir: t.TempDir(), Store: s.opts}.Join(background, app.Joining{Address: closed.Addr().String(), Code: d.code(t, store.RoleDesk)}, (&stages{}).told)
	wantCode(t, "nobody there", err, app.CodeUnreachable)
}

func TestAnEmptyFolderBecomesAHall(t *testing.T) {
	s := newSupervisor(t)
	e := halls.Empty{Dir: filepath.Join(s.dir, "new"), Store: s.opts}
	for field, h := range map[string]app.NewHall{
		"hall":     {Division: "320199001001", Admin: "样例管理员", PIN: "246810"},
		"division": {Name: "样例大厅", Division: "12", Admin: "样例管理员", PIN: "246810"},
		"admin":    {Name: "样例大厅", Division: "320199001001", Admin: strings.Repeat("样", 51), PIN: "246810"},
		"pin":      {Name: "样例大厅", Division: "320199001001", Admin: "样例管理员", PIN: "123456"},
	} {
		if err := e.Found(background, h); err == nil || app.AsError(err).Field != field {
			t.Errorf("%s: %v", field, err)
		}
	}
	must(t, e.Found(background, app.NewHall{Name: "样例大厅", Division: " 320199001001 ", Admin: "样例管理员", PIN: "246810"}))
	st, err := store.Open(background, e.Dir, s.opts)
	must(t, err)
	defer func() { must(t, st.Close()) }()
	if _, err := st.Hall().Staff.SignIn(background, "样例管理员", "246810", ""); err != nil {
		t.Errorf("the administrator cannot sign in: %v", err)
	}
	wantCode(t, "made twice", e.Found(background, app.NewHall{Name: "样例大厅", Division: "320199001001", Admin: "样例管理员", PIN: "246810"}), app.CodeNotEmpty)
}

func TestAnAddressIsTypedWithoutItsPort(t *testing.T) {
	for _, c := range []struct {
		typed  string
		centre bool
		want   string
	}{
		{"192.0.2.1", false, "192.0.2.1:7272"},
		{" hub.example ", true, "hub.example:7270"},
		{"192.0.2.1:9", false, "192.0.2.1:9"},
		{"2001:db8::1", false, "[2001:db8::1]:7272"},
		{"[2001:db8::1]:9", false, "[2001:db8::1]:9"},
		{"https://hub.example/linli", true, "https://hub.example/linli"},
		{"", false, ""},
	} {
		if got := halls.WithPort(halls.Empty{HubPort: "7270", DeskPort: "7272"}, c.typed, c.centre); got != c.want {
			t.Errorf("%q: %q, want %q", c.typed, got, c.want)
		}
	}
}

func TestLookingAroundEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(background)
	cancel()
	halls.Empty{}.Near(ctx, func(string) { t.Error("somebody was found") })
}
