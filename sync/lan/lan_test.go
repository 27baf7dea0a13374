//go:build linux

package lan_test

import (
	"context"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"linli/sync/lan"
	"linli/sync/oplog"
)

// inside is set in the process that runs in a network of its own.
const inside = "LINLI_LAN_TEST"

// The machines are in a network namespace that the test makes, so that nothing of it reaches the machine's own network.
func TestMachinesOfAHallFindEachOther(t *testing.T) {
	if os.Getenv(inside) == "" {
		self, err := os.Executable()
		if err != nil {
			t.Fatal(err)
		}
		script := `ip link add v0 type veth peer name v1 && ip addr add 10.99.0.1/24 dev v0 && ip link set v0 up && ip link set v1 up && ip link set lo up && ip route add 224.0.0.0/4 dev v0 && exec "$0" -test.run='^TestMachinesOfAHallFindEachOther$' -test.v`
		cmd := exec.Command("unshare", "--net", "sh", "-c", script, self)
		cmd.Env = append(os.Environ(), inside+"=1")
		out, err := cmd.CombinedOutput()
		if err != nil || !strings.Contains(string(out), "PASS") {
			t.Fatalf("in a network of its own: %v\n%s", err, out)
		}
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), 60*time.Second)
	defer cancel()
	type seen struct {
		by, other oplog.Origin
		address   string
	}
	saw := make(chan seen, 64)
	machines := []struct {
		hall   string
		origin oplog.Origin
		port   int
	}{{"01a2108d-00d5-7d51-9957-3749504b0d92", oplog.Origin{1}, 7001}, {"01a2108d-00d5-7d51-9957-3749504b0d92", oplog.Origin{2}, 7002}, {"01b9999d-00d5-7d51-9957-3749504b0d92", oplog.Origin{3}, 7003}}
	for _, m := range machines {
		go func() {
			err := lan.Finder{Interfaces: []string{"v0"}}.Find(ctx, m.hall, m.origin, m.port, func(address string, other oplog.Origin) {
				saw <- seen{m.origin, other, address}
			})
			if err != nil && ctx.Err() == nil {
				t.Errorf("%v: %v", m.origin, err)
			}
		}()
	}
	// One that is in no hall yet sees all of them.
	near := make(chan string, 64)
	go func() {
		if err := (lan.Finder{Interfaces: []string{"v0"}}).Near(ctx, func(address string) { near <- address }); err != nil && ctx.Err() == nil {
			t.Errorf("looking around: %v", err)
		}
	}()
	want := map[seen]bool{
		{machines[0].origin, machines[1].origin, "10.99.0.1:7002"}: true,
		{machines[1].origin, machines[0].origin, "10.99.0.1:7001"}: true,
	}
	for len(want) > 0 {
		select {
		case s := <-saw:
			if s.by == machines[2].origin || s.other == machines[2].origin {
				t.Fatalf("a machine of another hall was taken for one of this: %+v", s)
			}
			delete(want, s)
		case <-ctx.Done():
			t.Fatalf("not found: %v", want)
		}
	}
	all := map[string]bool{"10.99.0.1:7001": true, "10.99.0.1:7002": true, "10.99.0.1:7003": true}
	for len(all) > 0 {
		select {
		case address := <-near:
			delete(all, address)
		case <-ctx.Done():
			t.Fatalf("not seen by one without a hall: %v", all)
		}
	}
}
