package device_test

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"linli/app"
	"linli/internal/faultproxy"
	"linli/store"
	"linli/store/seal"
	"linli/sync/device"
	"linli/sync/wire"
)

// scan is an invented PDF of about that many bytes.
func scan(n int, seed byte) []byte {
	b := []byte("%PDF-1.7\n")
	fill := make([]byte, max(0, n-len(b)-6))
	_, _ = rand.NewChaCha8([32]byte{seed}).Read(fill)
	return append(append(b, fill...), "\n%%EOF"...)
}

// attach attaches a file to a new case.
func (m *running) attach(tb testing.TB, content []byte) app.Attachment {
	tb.Helper()
	c, err := m.hall.Cases.Open(background, m.by, app.NewCase{Kind: app.CaseHelp, Title: "样例标题"})
	must(tb, err)
	a, err := m.hall.Files.Attach(background, m.by, "case", c.ID, "样例.pdf", content)
	must(tb, err)
	return a
}

// opens answers whether an attachment can be opened and is what it was.
func (m *running) opens(a app.Attachment, content []byte) func() bool {
	return func() bool {
		_, got, err := m.hall.Files.OpenAttachment(background, m.by, a.ID)
		return err == nil && bytes.Equal(got, content)
	}
}

// blobFiles are the files of contents in a data folder.
func blobFiles(tb testing.TB, dir string) (paths []string) {
	tb.Helper()
	err := filepath.WalkDir(filepath.Join(dir, "blobs"), func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			paths = append(paths, path)
		}
		return err
	})
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		tb.Fatal(err)
	}
	return paths
}

// away is a machine whose program does not run: it exchanges when it is told to.
func away(tb testing.TB, by *running, role, address string) *running {
	tb.Helper()
	i, err := by.hall.Replicas.Invite(tb.Context(), by.by, role)
	must(tb, err)
	o, dir := settings(tb), filepath.Join(tb.TempDir(), role)
	if address == "" {
		address = by.address()
	}
	_, err = device.Enrol(tb.Context(), address, i.Code, "样例"+role, dir, false, o)
	must(tb, err)
	s, err := store.Open(tb.Context(), dir, o)
	must(tb, err)
	tb.Cleanup(func() { _ = s.Close() })
	return &running{Store: s, hall: s.Hall(), dir: dir, o: o, by: app.ConsoleActor()}
}

// What is attached at one desk is at every other one, over the one that all know, in whichever direction they called.
func TestAFileReachesEveryDesk(t *testing.T) {
	one := begin(t)
	two, three := admit(t, one, store.RoleDesk, "127.0.0.1:0"), admit(t, one, store.RoleDesk, "")
	contents := map[string][]byte{}
	var files []app.Attachment
	for i, m := range []*running{one, two, three} {
		content := scan(100<<10+i, byte(i))
		a := m.attach(t, content)
		files = append(files, a)
		contents[a.ID] = content
	}
	for i, m := range []*running{one, two, three} {
		for j, a := range files {
			until(t, m, fmt.Sprintf("what was attached at %d is at %d", j, i), m.opens(a, contents[a.ID]))
		}
	}
	for _, m := range []*running{one, two, three} {
		if r, err := m.Verify(t.Context()); err != nil || !r.OK || r.Attachments != 3 {
			t.Errorf("%+v, %v", r, err)
		}
	}
}

// A file goes on from where the line broke, wherever that is, in both directions.
func TestAFileComesOverALineThatBreaks(t *testing.T) {
	const size = 600 << 10
	one := begin(t)
	rng := rand.New(rand.NewPCG(7, 8))
	var mu sync.Mutex
	breaks := false
	plan := func(int) faultproxy.Plan {
		mu.Lock()
		defer mu.Unlock()
		if !breaks {
			return faultproxy.Through
		}
		// Enough for the entries, never enough for the file.
		return faultproxy.Plan{CutUp: 40<<10 + rng.Int64N(120<<10), CutDown: 40<<10 + rng.Int64N(120<<10), Piece: 1 + rng.IntN(30<<10)}
	}
	p, err := faultproxy.Listen(one.address(), plan)
	must(t, err)
	defer p.Close()
	two := away(t, one, store.RoleDesk, p.Address())
	_, err = device.Sync(t.Context(), two.Store)
	must(t, err)
	mu.Lock()
	breaks = true
	mu.Unlock()
	down, up := scan(size, 1), scan(size, 2)
	fetched, sent := one.attach(t, down), two.attach(t, up)
	before := p.Connections()
	up0, down0 := p.Carried()
	tries := 0
	for ; !two.opens(fetched, down)() || !one.opens(sent, up)(); tries++ {
		if tries > 60 {
			t.Fatal("it does not come to an end")
		}
		_, err := device.Sync(t.Context(), two.Store)
		if err != nil && app.CodeOf(err) != app.CodeUnreachable {
			t.Fatal(err)
		}
	}
	up1, down1 := p.Carried()
	t.Logf("%d tries, %d connections; %d and %d bytes for two files of %d", tries, p.Connections()-before, up1-up0, down1-down0, size)
	if tries < 5 {
		t.Errorf("only %d tries: nothing was cut", tries)
	}
	if moved := up1 - up0 + down1 - down0; moved > 3*size {
		t.Errorf("%d bytes for two files of %d: they did not go on from where they were", moved, size)
	}
	for _, m := range []*running{one, two} {
		for _, path := range blobFiles(t, m.dir) {
			if strings.HasSuffix(path, ".part") {
				t.Errorf("left behind: %s", path)
			}
		}
	}
}

// One exchange brings what is on either side, of any size, and the next one nothing.
func TestOneExchangeBringsAllFiles(t *testing.T) {
	one := begin(t)
	two := away(t, one, store.RoleDesk, "")
	for i, n := range []int{20, 64 << 10, 1 << 20} {
		one.attach(t, scan(n, byte(i)))
		two.attach(t, scan(n, byte(10+i)))
	}
	for round := range 2 {
		m, err := device.Sync(t.Context(), two.Store)
		must(t, err)
		if want := 3 * (1 - round); m.Sent != want || m.Fetched != want {
			t.Errorf("round %d: %+v", round, m)
		}
	}
	for _, m := range []*running{one, two} {
		if r, err := m.Verify(t.Context()); err != nil || !r.OK || r.Attachments != 6 {
			t.Errorf("%+v, %v", r, err)
		}
	}
}

// Several machines fetch the same at once, and one knows two ways to the same peer.
func TestSeveralFetchAtOnce(t *testing.T) {
	one := begin(t)
	var all []*running
	for range 3 {
		all = append(all, away(t, one, store.RoleDesk, ""))
	}
	p, err := faultproxy.Listen(one.address(), nil)
	must(t, err)
	defer p.Close()
	must(t, all[0].AddPeer(t.Context(), store.KnownPeer{Address: p.Address(), Kind: app.PeerLAN, Name: "again"}))
	contents := map[string]app.Attachment{}
	for i := range 8 {
		content := scan(50<<10, byte(i))
		contents[string(content)] = one.attach(t, content)
	}
	var wg sync.WaitGroup
	for _, m := range all {
		wg.Go(func() {
			if _, err := device.Sync(t.Context(), m.Store); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	// The one with two ways, with both at the same time.
	for i := range 8 {
		content := scan(200<<10, byte(100+i))
		contents[string(content)] = one.attach(t, content)
	}
	d, err := device.Start(t.Context(), all[0].Store, device.Options{})
	must(t, err)
	defer d.Stop()
	for content, a := range contents {
		until(t, all[0], "it has come", all[0].opens(a, []byte(content)))
	}
	for _, m := range all[1:] {
		moved, err := device.Sync(t.Context(), m.Store)
		must(t, err)
		if moved.Fetched != 8 {
			t.Errorf("%d of 8 were fetched", moved.Fetched)
		}
		for content, a := range contents {
			if !m.opens(a, []byte(content))() {
				t.Error("one is missing")
			}
		}
	}
}

// What has other bytes than its name says is taken by nobody, and the right one is as soon as it can be had.
func TestAWrongFileIsNotTaken(t *testing.T) {
	one := begin(t)
	two := away(t, one, store.RoleDesk, "")
	content := scan(80<<10, 1)
	a := one.attach(t, content)
	path := blobFiles(t, one.dir)[0]
	good := read(t, path)
	bad := bytes.Clone(good)
	bad[len(bad)/2] ^= 1
	must(t, os.WriteFile(path, bad, 0o600))
	for range 2 {
		m, err := device.Sync(t.Context(), two.Store)
		if err != nil || m.Fetched != 0 || len(blobFiles(t, two.dir)) != 0 {
			t.Errorf("%+v, %v, it holds %v", m, err, blobFiles(t, two.dir))
		}
	}
	if r, err := two.Verify(t.Context()); err != nil || !r.OK || len(r.Away) != 1 || r.Away[0] != a.ID {
		t.Errorf("%+v, %v", r, err)
	}
	// Nor does it take the place of the right one at whoever has that.
	must(t, os.WriteFile(path, good, 0o600))
	m, err := device.Sync(t.Context(), two.Store)
	if err != nil || m.Fetched != 1 || !two.opens(a, content)() {
		t.Errorf("%+v, %v", m, err)
	}
	// The damaged one is set aside when somebody looks at it, and comes back from the other desk.
	must(t, os.WriteFile(path, bad, 0o600))
	if one.opens(a, content)() {
		t.Fatal("a damaged file was shown")
	}
	must(t, two.Close())
	again := start(t, two.dir, two.o, "")
	until(t, again, "they are joined", func() bool {
		st, err := again.hall.Replicas.State(t.Context())
		return err == nil && !st.Alone
	})
	for _, j := range again.dev.Jobs() {
		if j.Name == "attachments" {
			must(t, j.Run(t.Context()))
		}
	}
	until(t, one, "it has come back", one.opens(a, content))
}

// A file that is stuck on its way keeps no entry waiting, and no end of the program.
func TestAStuckFileDelaysNoEntry(t *testing.T) {
	one := begin(t)
	p, err := faultproxy.Listen(one.address(), func(int) faultproxy.Plan {
		return faultproxy.Plan{CutUp: 400 << 10, CutDown: faultproxy.Never, Hole: true}
	})
	must(t, err)
	defer p.Close()
	i, err := one.hall.Replicas.Invite(t.Context(), one.by, store.RoleDesk)
	must(t, err)
	o, dir := settings(t), filepath.Join(t.TempDir(), "two")
	_, err = device.Enrol(t.Context(), p.Address(), i.Code, "样例", dir, false, o)
	must(t, err)
	two := start(t, dir, o, "")
	a := two.attach(t, scan(4<<20, 1))
	until(t, one, "its record has come", func() bool {
		list, err := one.hall.Files.Attachments(t.Context(), one.by, a.Record, a.Row)
		return err == nil && len(list) == 1
	})
	part := func() bool {
		info, err := os.Stat(filepath.Join(one.dir, "blobs"))
		return err == nil && info.IsDir() && len(blobFiles(t, one.dir)) == 1
	}
	for n := 0; ; n++ {
		_, err := two.hall.Registry.Save(t.Context(), two.by, app.Form{}, map[string]string{"name": "样例甲", "address": fmt.Sprintf("样例路%d号", 1000+n)})
		must(t, err)
		until(t, one, "an entry overtook it", one.has(t, fmt.Sprintf("样例路%d号", 1000+n)))
		if part() && n > 5 {
			break
		}
	}
	_, err = one.hall.Registry.Save(t.Context(), one.by, app.Form{}, map[string]string{"name": "样例乙", "address": "样例路二千号"})
	must(t, err)
	until(t, two, "and one came the other way", two.has(t, "样例路二千号"))
	if list, err := one.hall.Files.Attachments(t.Context(), one.by, a.Record, a.Row); err != nil || list[0].Here {
		t.Errorf("it was not stuck: %+v, %v", list, err)
	}
	must(t, two.stop())
}

// What may be attached is never more than what may travel.
func TestEveryAttachmentCanTravel(t *testing.T) {
	if n := seal.SealedSize(app.MaxAttachment); n > wire.MaxBlob {
		t.Errorf("%d bytes become %d, and %d may travel", app.MaxAttachment, n, wire.MaxBlob)
	}
}
