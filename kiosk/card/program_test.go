package card_test

import (
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"linli/kiosk/card"
)

// helper writes a helper program of the shell's and answers its address and the folder that it is told as $1.
func helper(t *testing.T, script string) (address, dir string) {
	t.Helper()
	dir = t.TempDir()
	path := filepath.Join(dir, "helper")
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"+script), 0o700); err != nil {
		t.Fatal(err)
	}
	return "exec://" + path + "?arg=" + dir, dir
}

// placedLine is what a helper says of somebody's card.
func placedLine(p card.Person) string {
	return `{"event":"placed","record":"` + base64.StdEncoding.EncodeToString(record(p)) + `"}`
}

// A helper that dies is begun again, and what lies there is told anew.
func TestAHelperThatDiesIsBegunAgain(t *testing.T) {
	p := card.People()[0]
	address, _ := helper(t, "echo '"+placedLine(p)+"'\n")
	w := run(t, open(t, address))
	for range 3 {
		w.placed(p)
		w.next(card.Gone)
		w.next(card.Back)
	}
}

// One that was begun again and has nothing to say is there all the same.
func TestAQuietHelperIsThere(t *testing.T) {
	address, _ := helper(t, "[ -e \"$1/begun\" ] && exec cat\n: > \"$1/begun\"\n")
	w := run(t, open(t, address))
	w.next(card.Gone)
	w.next(card.Back)
	w.stop()
	if e, more := <-w.events; more {
		t.Errorf("%s after it", e.What)
	}
}

// Whatever a helper says too much of, it is ended and begun again, and one that is missing is waited for.
func TestAHelperIsBounded(t *testing.T) {
	for name, script := range map[string]string{
		"rubbish without end":           "while :; do echo rubbish; done",
		"a line without end":            "while :; do printf xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx; done",
		"zeroes":                        "exec cat /dev/zero",
		"events without end":            `while :; do echo '{"event":"alive"}'; done`,
		"JSON that is none of ours":     `while :; do echo '{"event":"hello"}'; done`,
		"nothing, when it should":       "exec sleep 3600",
		"nothing, and a child holds on": "sleep 3600 &\nexec sleep 3600",
		"an end, and a child holds on":  "sleep 3600 &\nexit 0",
	} {
		t.Run(name, func(t *testing.T) {
			// It counts how often it was begun, and from the third time on behaves.
			address, dir := helper(t, "echo >> \"$1/begun\"\n[ $(wc -l < \"$1/begun\") -ge 3 ] && echo '"+placedLine(card.People()[1])+"' && exec cat\n"+script+"\n")
			w := run(t, open(t, address+"&quiet=200ms"))
			w.next(card.Gone)
			w.next(card.Back)
			w.placed(card.People()[1])
			w.stop()
			if begun, err := os.ReadFile(filepath.Join(dir, "begun")); err != nil || strings.Count(string(begun), "\n") < 3 {
				t.Errorf("begun %d times", strings.Count(string(begun), "\n"))
			}
		})
	}
	dir := t.TempDir()
	w := run(t, open(t, "exec://"+filepath.Join(dir, "none")))
	w.next(card.Gone)
}

// A helper that hears nothing of the end is ended with the reader.
func TestAHelperEndsWithItsReader(t *testing.T) {
	p := card.People()[0]
	address, dir := helper(t, fmt.Sprintf("trap '' TERM HUP INT\necho $$ > \"$1/pid\"\necho '%s'\nwhile :; do sleep 0.01; done\n", placedLine(p)))
	w := run(t, open(t, address))
	w.placed(p)
	w.stop()
	pid, err := os.ReadFile(filepath.Join(dir, "pid"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat("/proc/" + strings.TrimSpace(string(pid))); err == nil {
		t.Error("it goes on")
	}
}
