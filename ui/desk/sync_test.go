package desk_test

import (
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2/test"

	"linli/app"
	"linli/ui/desk"
	"linli/ui/theme"
)

// line answers what a button says.
func (b *bench) line(id string) string { return b.d.Said(id) }

func TestTheLineSaysHowFarThingsHaveCome(t *testing.T) {
	hub := app.Peer{Kind: app.PeerHub, Name: "样例区中心", Live: true}
	lan := app.Peer{Kind: app.PeerLAN, Name: "二号窗口", Live: true}
	with := func(p app.Peer, change func(*app.Peer)) app.Peer { change(&p); return p }
	now := newFake().now
	for name, c := range map[string]struct {
		state app.SyncState
		want  string
	}{
		"one machine":       {app.SyncState{}, "✓ 已经存好"},
		"all is there":      {app.SyncState{Peers: []app.Peer{lan, hub}}, "✓ 中心已收到"},
		"on its way":        {app.SyncState{Peers: []app.Peer{with(hub, func(p *app.Peer) { p.Waiting = 1200 })}}, "○ 正在送往中心 · 还有 1,200 条"},
		"the better hub":    {app.SyncState{Peers: []app.Peer{with(hub, func(p *app.Peer) { p.Live = false }), hub}}, "✓ 中心已收到"},
		"a hall of its own": {app.SyncState{Peers: []app.Peer{lan}}, "✓ 已经存好 · 厅内别的机器也有了"},
		"the hall, sending": {app.SyncState{Peers: []app.Peer{lan}, Waiting: 2}, "○ 正在送往厅内别的机器 · 还有 2 条"},
		"the centre is away": {app.SyncState{Peers: []app.Peer{lan, with(hub, func(p *app.Peer) {
			p.Live, p.Waiting, p.Met = false, 7, now.Add(-3*time.Minute)
		})}}, "○ 暂时没有网络，照常办理 · 还有 7 条 · 上次联系 3 分钟前"},
		"alone": {app.SyncState{Alone: true, Waiting: 3, Peers: []app.Peer{with(lan, func(p *app.Peer) {
			p.Live, p.Met = false, now.Add(-5*time.Hour)
		})}}, "○ 暂时没有网络，照常办理 · 还有 3 条 · 上次联系 5 小时前"},
		"alone and never met": {app.SyncState{Alone: true, Peers: []app.Peer{with(lan, func(p *app.Peer) { p.Live = false })}}, "○ 暂时没有网络，照常办理"},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, "zh")
			b.f.rep.state = c.state
			b.signIn("钱样例")
			if got := b.line("sync.line"); got != c.want {
				t.Errorf("the line says %q, want %q", got, c.want)
			}
		})
	}
}

// The line follows what the store publishes, asks nothing in between, and puts its
// minutes right from what it knows.
func TestTheLineFollowsTheStoreAndNeverPolls(t *testing.T) {
	b := newBench(t, "zh")
	b.signIn("钱样例")
	b.f.rep.state.Peers[0].Live = false
	b.f.rep.state.Peers[0].Met = b.f.now.Add(-3 * time.Minute)
	if got := b.line("sync.line"); got != "✓ 中心已收到" {
		t.Fatalf("before the change the line says %q", got)
	}
	b.f.rep.changed()
	b.d.Drain()
	if got := b.line("sync.line"); !strings.HasSuffix(got, "上次联系 3 分钟前") {
		t.Fatalf("after the change the line says %q", got)
	}
	asked := b.f.rep.asked
	for range 8 {
		b.f.now = b.f.now.Add(15 * time.Second)
		b.d.Tick()
	}
	if got := b.line("sync.line"); !strings.HasSuffix(got, "上次联系 5 分钟前") {
		t.Errorf("two minutes later the line says %q", got)
	}
	if b.f.rep.asked != asked {
		t.Errorf("the store was asked %d times though nothing had changed", b.f.rep.asked-asked)
	}
	if !b.shows("需要您看一下（11）") {
		t.Errorf("nothing says that something needs a person: %v", b.d.Words())
	}
	b.f.rep.more, b.f.rep.conflicts = nil, nil
	b.f.rep.changed()
	b.d.Drain()
	if b.shows("需要您看一下") {
		t.Error("it still asks for a person when nothing needs one")
	}
}

func TestTheLineAndItsKeysOpenThePages(t *testing.T) {
	b := newBench(t, "zh")
	b.signIn("钱样例")
	b.press("F8") // also from inside a field
	for key, want := range map[string]desk.Page{"Ctrl+T": desk.PageSync, "Ctrl+K": desk.PageAttention} {
		b.press(key)
		if got := b.d.Route().Page; got != want {
			t.Errorf("%s opened %s", key, got)
		}
		b.press("Escape")
	}
	b.d.Tap("sync.line")
	if got := b.d.Route().Page; got != desk.PageSync {
		t.Errorf("touching the line opened %s", got)
	}
	b.d.Tap("sync.attend")
	if got := b.d.Route().Page; got != desk.PageAttention {
		t.Errorf("touching what needs a person opened %s", got)
	}
}

func TestThePageSaysWhyAMachineIsNotReached(t *testing.T) {
	b := newBench(t, "zh")
	b.f.rep.state.ClockWrong = -7 * time.Minute
	b.f.rep.state.Peers[1].Ahead = 6 * time.Minute
	b.signIn("周样例")
	b.press("Ctrl+T")
	b.picture("sync-away")
	for _, want := range []string{
		"中心 · 样例区中心", "连着", "厅内 · 二号窗口", "没有连上", "上次联系 3 分钟前 · 还有 12 条", "可能关着机", "2 分钟后再试",
		"本机的钟比别的机器慢了 7 分钟", "它的钟快了 6 分钟",
	} {
		if !b.says(want) {
			t.Errorf("%q is not shown: %v", want, b.d.Words())
		}
	}
	b.f.now = b.f.now.Add(time.Minute)
	b.d.Tick()
	if !b.shows("上次联系 4 分钟前") {
		t.Error("the page's minutes stand still")
	}
	for _, w := range b.d.Words() {
		if strings.Contains(w, string(app.CodeUnreachable)) || strings.Contains(w, "失败") {
			t.Errorf("the page says %q", w)
		}
	}
	b.f.rep.state.Peers[1].Failed = "of_a_newer_version"
	b.f.rep.changed()
	b.d.Drain()
	if !b.shows("它现在不收") {
		t.Errorf("no words for a reason that is not known: %v", b.d.Words())
	}
	b.f.rep.state = app.SyncState{}
	b.f.rep.changed()
	b.d.Drain()
	if !b.shows("别的机器会来联系本机") {
		t.Errorf("a machine that others come to is told %v", b.d.Words())
	}
	b.f.rep.devices = b.f.rep.devices[:1]
	b.f.rep.changed()
	b.d.Drain()
	b.picture("sync-one")
	if !b.shows("只有这一台机器") {
		t.Errorf("a hall of one machine is told %v", b.d.Words())
	}
}

func TestMachinesAreNamedTakenOutAndInvited(t *testing.T) {
	b := newBench(t, "zh")
	b.signIn("周样例")
	b.press("Ctrl+T", "Return")
	b.press("BackSpace", "BackSpace")
	b.typeText("大厅")
	b.press("Ctrl+S")
	if got := b.f.rep.devices[0].Name; got != "一号大厅" {
		t.Errorf("the machine is called %q", got)
	}
	b.press("Delete") // this machine
	if b.d.Sheets() != 0 || !b.shows("不能停用您正在用的") {
		t.Fatal("this machine could take itself out")
	}
	b.press("Down", "Delete")
	b.picture("device-revoke")
	if b.d.Sheets() != 1 || b.f.rep.devices[1].Revoked || !b.shows("本厅都不算数") {
		t.Fatalf("taking a machine out does not say what it means: %v", b.d.Words())
	}
	b.press("Escape")
	if b.f.rep.devices[1].Revoked {
		t.Fatal("taken out though it was cancelled")
	}
	b.press("Delete", "Return")
	if !b.f.rep.devices[1].Revoked {
		t.Fatal("not taken out")
	}
	b.press("Ctrl+N")
	b.picture("device-role")
	b.typeText("2")
	b.picture("device-invite")
	if !b.shows("地址：192.0.2.10:7272") {
		t.Errorf("where this machine is reached is not said: %v", b.d.Words())
	}
	if !b.shows("0HE21-QZRRZ-9WTMY-CKE61") || !b.shows("还有 10 分钟有效") || b.f.rep.invited[0] != "kiosk" {
		t.Fatalf("invited %v: %v", b.f.rep.invited, b.d.Words())
	}
	b.f.now = b.f.now.Add(4 * time.Minute)
	b.d.Tick()
	if !b.shows("还有 6 分钟有效") {
		t.Errorf("the minutes left stand still: %v", b.d.Words())
	}
	b.f.now = b.f.now.Add(7 * time.Minute)
	b.press("Tab") // somebody is there
	b.d.Tick()
	if b.shows("0HE21") {
		t.Error("a code that is over is still shown")
	}
}

func TestMachinesAreTheAdministrators(t *testing.T) {
	b := newBench(t, "zh")
	b.signIn("钱样例")
	b.press("Ctrl+T", "Return", "Ctrl+N", "Delete")
	if b.d.Sheets() != 0 {
		t.Error("a clerk is asked about the hall's machines")
	}
	if b.shows("192.0.2.12") {
		t.Error("a clerk sees addresses of machines")
	}
}

func TestAHallWithoutThePortHasNoneOfThis(t *testing.T) {
	a := test.NewTempApp(t)
	a.Settings().SetTheme(theme.Desk())
	w := test.NewTempWindow(t, nil)
	f := newFake()
	f.rep = nil
	d := desk.New(desk.Config{Window: w, Hall: f.hall(), Folder: t.TempDir()})
	d.Inline()
	d.Show()
	w.Resize(desk.Size)
	t.Cleanup(d.Close)
	b := &bench{t: t, f: f, d: d, w: w}
	b.signIn("周样例")
	before := d.Route()
	b.press("Ctrl+T", "Ctrl+K")
	d.Open(desk.Route{Page: desk.PageVoided})
	if d.Route() != before {
		t.Errorf("opened %v", d.Route())
	}
	for _, id := range []string{"sync.line", "sync.attend"} {
		if _, ok := d.Where(id); ok {
			t.Errorf("%s is shown", id)
		}
	}
	f.bus.Publish(app.Changed{Table: "replication"})
	d.Drain()
	d.Tick()
	d.Open(desk.Route{Page: desk.PageResident, ID: "r0"})
	if b.shows("本机已存") {
		t.Error("how far a record has come is shown though nobody can know")
	}
}

func TestEachRecordSaysHowFarItHasCome(t *testing.T) {
	b := newBench(t, "zh")
	b.signIn("钱样例")
	for page, record := range map[desk.Page]string{desk.PageResident: "resident/r0", desk.PageCase: "case/c3"} {
		_, id, _ := strings.Cut(record, "/")
		b.d.Open(desk.Route{Page: page, ID: id})
		for _, c := range []struct {
			reach app.Reach
			want  string
		}{
			{app.ReachHere, "✓ 本机已存 → ○ 厅内已存 → ○ 中心已收"},
			{app.ReachHall, "✓ 本机已存 → ✓ 厅内已存 → ○ 中心已收"},
			{app.ReachCentre, "✓ 本机已存 → ✓ 厅内已存 → ✓ 中心已收"},
			{app.ReachHall, "✓ 本机已存 → ✓ 厅内已存 → ○ 中心已收"}, // it can fall again
			{app.ReachVoid, "! 没有算数，按 Ctrl+K 看为什么"},
		} {
			b.f.rep.reach[record] = c.reach
			b.f.rep.changed()
			b.d.Drain()
			if !b.shows(c.want) {
				t.Errorf("%s at %s shows no %q", page, c.reach, c.want)
			}
		}
	}
	b.f.rep.reach["visit/v1"] = app.ReachCentre
	b.d.Open(desk.Route{Page: desk.PageHome})
	if !b.shows("选中的来访：✓ 本机已存 → ○") {
		t.Errorf("the chosen visit: %v", b.d.Words())
	}
	b.press("Down")
	if !b.shows("选中的来访：✓ 本机已存 → ✓ 厅内已存 → ✓ 中心已收") {
		t.Errorf("the next visit: %v", b.d.Words())
	}
	b.d.Open(desk.Route{Page: desk.PageResident}) // a new one is nowhere yet
	if b.shows("本机已存") {
		t.Error("a resident who is not saved is said to be")
	}
	b.f.rep.state = app.SyncState{Peers: b.f.rep.state.Peers[:1]}
	b.f.rep.changed()
	b.d.Drain()
	b.d.Open(desk.Route{Page: desk.PageResident, ID: "r1"})
	if !b.shows("✓ 本机已存 → ○ 中心已收") {
		t.Errorf("one machine and a centre: %v", b.d.Words())
	}
}

// What was done just now is said whole; how far the record has come makes room.
func TestALongSentenceIsNotCutForTheReach(t *testing.T) {
	b := newBench(t, "en")
	b.signIn("钱样例")
	b.press("F2")
	b.d.Open(desk.Route{Page: desk.PageResident, ID: "r0"})
	b.press("F2")
	b.picture("reach-busy")
	if !b.shows("or F9 to finish without registering") {
		t.Errorf("the sentence is cut: %v", b.d.Words())
	}
}
