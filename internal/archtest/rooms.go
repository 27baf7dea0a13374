package archtest

import (
	"fmt"
	"strings"
)

// Module is the module's path and so the prefix of every import path of our own.
const Module = "linli"

// A Room is a folder with rights. Each package belongs to the room with the longest path that contains it.
type Room struct {
	// Path is the folder within the module, with slashes; "" is the root, package main alone.
	Path string
	// Holds says in a few words what lives here, for the table in ARCHITECTURE.md.
	Holds string
	// Everything lifts Own and Modules: the rooms that wire or test the others. NoStd and NoDeps still hold.
	Everything bool
	// Own lists the rooms that may be imported, each with all folders below it.
	Own []string
	// Modules lists the third-party import paths that may be imported, each with all paths below it.
	Modules []string
	// Tests lists what test files may import besides, like Modules.
	Tests []string
	// NoStd lists the standard packages that must not be imported directly.
	NoStd []string
	// NoDeps lists import paths, each with all paths below it unless it is of the standard library, that must not be
	// reached by any chain of imports.
	NoDeps []string
	// Required is set for the rooms without which the list of packages cannot be the whole tree.
	Required bool
}

// Import paths that appear in several rooms' rules.
const (
	fyne   = "fyne.io"
	sqlite = "modernc.org"
	uuid   = "github.com/google/uuid"
	toml   = "github.com/BurntSushi/toml"
	gopdf  = "github.com/signintech/gopdf"
	rapid  = "pgregory.net/rapid"
)

// Rooms is the import table of the house (see ARCHITECTURE.md, which repeats it and is checked against it).
var Rooms = []Room{
	{
		Path: "", Holds: "main.go: flags, configuration, wiring", Everything: true, Required: true,
	},
	{
		Path: "app", Holds: "nouns, rules, use cases, ports", Required: true,
		Own:     []string{"app"},
		Modules: []string{uuid, "github.com/mozillazg/go-pinyin", "golang.org/x/crypto/argon2", "golang.org/x/text"},
		NoStd:   []string{"database/sql", "net/http"},
		NoDeps:  []string{fyne, sqlite, "database/sql", "net/http"},
	},
	{
		Path: "app/form", Holds: "forms that residents fill in, as they are written",
		Own:     []string{"app"},
		Modules: []string{toml},
		NoStd:   []string{"database/sql", "net/http"},
		NoDeps:  []string{fyne, sqlite},
	},
	{
		Path: "app/jobs", Holds: "what runs by the clock",
		Own:     []string{"app"},
		Modules: []string{"github.com/go-co-op/gocron", "github.com/jonboulle/clockwork"},
		NoStd:   []string{"database/sql", "net/http"},
		NoDeps:  []string{fyne, sqlite},
	},
	{
		Path: "app/tabular", Holds: "CSV and XLSX, in and out",
		Own:     []string{"app"},
		Modules: []string{"github.com/xuri/excelize", "golang.org/x/text"},
		NoStd:   []string{"database/sql", "net/http"},
		NoDeps:  []string{fyne, sqlite},
	},
	{
		Path: "assets", Holds: "fonts, icons, words, sounds, sample catalogue", Required: true,
		Own:     []string{"assets"},
		Modules: []string{toml},
		Tests:   []string{"golang.org/x/text"}, // what the font must cover is listed by the standard's own decoder
		NoStd:   []string{"database/sql", "net/http"},
		NoDeps:  []string{fyne, sqlite},
	},
	{
		Path: "store", Holds: "SQLite, capture, sealing, backup", Required: true,
		Own: []string{"app", "sync/oplog", "sync/exchange", "assets", "store"},
		Modules: []string{
			"modernc.org/sqlite", uuid, "github.com/gofrs/flock", "golang.org/x/crypto",
			"github.com/boombuler/barcode", gopdf,
		},
		NoStd:  []string{"net/http"},
		NoDeps: []string{fyne, Module + "/sync/agent", Module + "/sync/hub"},
	},
	{
		Path: "sync/oplog", Holds: "entry, hash, signature, merge", Required: true,
		Own:    []string{"sync/oplog"},
		NoStd:  []string{"database/sql", "net/http"},
		NoDeps: []string{fyne, sqlite, "database/sql", "net/http"},
	},
	{
		Path: "sync/exchange", Holds: "what two replicas say to each other",
		Own:    []string{"sync/oplog", "sync/exchange"},
		NoStd:  []string{"database/sql", "net/http"},
		NoDeps: []string{fyne, sqlite, "net/http", Module + "/app", Module + "/store"},
	},
	{
		Path: "sync/wire", Holds: "an exchange over HTTP and TLS, both ends",
		Own:     []string{"sync/oplog", "sync/exchange", "sync/wire"},
		Modules: []string{"github.com/klauspost/compress"},
		Tests:   []string{Module + "/sync/agent"}, // a whole session over every fault of a connection
		NoStd:   []string{"database/sql"},
		NoDeps:  []string{fyne, sqlite, Module + "/app", Module + "/store"},
	},
	{
		Path: "sync/agent", Holds: "the device's side of an exchange",
		Own:    []string{"sync/oplog", "sync/exchange", "sync/agent", "app"},
		NoStd:  []string{"database/sql"},
		NoDeps: []string{fyne, sqlite, Module + "/store"},
	},
	{
		Path: "sync/device", Holds: "a data folder as a machine among others",
		Own:    []string{"app", "store", "sync/oplog", "sync/exchange", "sync/wire", "sync/agent", "sync/device", "sync/lan", "sync/bundle"},
		NoStd:  []string{"database/sql"},
		NoDeps: []string{fyne, Module + "/sync/hub"},
	},
	{
		Path: "sync/halls", Holds: "several halls side by side, for a supervisor",
		Own:    []string{"app", "store", "sync/device", "sync/halls"},
		Tests:  []string{Module + "/sync/oplog"}, // that no hall has another's entries
		NoStd:  []string{"database/sql", "net/http"},
		NoDeps: []string{fyne, Module + "/sync/hub"},
	},
	{
		Path: "sync/hub", Holds: "the server's side, no domain tables",
		Own:     []string{"sync/oplog", "sync/exchange", "sync/wire", "sync/hub"},
		Tests:   []string{Module + "/sync/agent"}, // devices that refill a hub
		Modules: []string{"modernc.org/sqlite", "github.com/google/uuid", "github.com/gofrs/flock"},
		NoDeps:  []string{fyne, Module + "/app", Module + "/store"},
	},
	{
		Path: "sync/lan", Holds: "finding and meeting the other machines of the hall",
		Own:     []string{"sync/oplog", "sync/exchange", "sync/wire", "sync/lan"},
		Modules: []string{"github.com/brutella/dnssd"},
		NoStd:   []string{"database/sql"},
		NoDeps:  []string{fyne, sqlite, Module + "/app", Module + "/store"},
	},
	{
		Path: "sync/bundle", Holds: "entries on a USB stick, sealed",
		Own:     []string{"sync/oplog", "sync/exchange", "sync/bundle"},
		Modules: []string{"github.com/klauspost/compress"},
		NoStd:   []string{"database/sql", "net/http"},
		NoDeps:  []string{fyne, sqlite, Module + "/app", Module + "/store"},
	},
	{
		Path: "kiosk", Holds: "flows and devices, headless", Required: true,
		Own:    []string{"app", "assets", "kiosk"},
		NoStd:  []string{"database/sql", "net/http"},
		NoDeps: []string{fyne, sqlite, "database/sql", Module + "/store", Module + "/sync"},
	},
	{
		Path: "kiosk/card", Holds: "identity cards and codes: readers, what they read",
		Own:    []string{"app", "kiosk"},
		NoStd:  []string{"database/sql"},
		NoDeps: []string{fyne, sqlite, "database/sql", Module + "/store", Module + "/sync", Module + "/assets"},
	},
	{
		Path: "kiosk/print", Holds: "slips: set in our own font, as a receipt printer's bytes",
		Own:     []string{"assets", "kiosk"},
		Modules: []string{"golang.org/x/image"},
		NoStd:   []string{"database/sql", "net/http"},
		NoDeps:  []string{fyne, sqlite, "database/sql", Module + "/store", Module + "/sync"},
	},
	{
		Path: "kiosk/speak", Holds: "pages and calls aloud: recordings, speech programs, a speech service",
		Own:    []string{"app", "assets", "kiosk"},
		NoStd:  []string{"database/sql"},
		NoDeps: []string{fyne, sqlite, "database/sql", Module + "/store", Module + "/sync"},
	},
	{
		Path: "kiosk/slip", Holds: "paper: 一次性告知单 as PDF",
		Own:     []string{"app", "assets", "kiosk"},
		Modules: []string{gopdf, "github.com/boombuler/barcode"},
		Tests:   []string{"github.com/makiuchi-d/gozxing"}, // a scanner's eyes
		NoStd:   []string{"database/sql", "net/http"},
		NoDeps:  []string{fyne, sqlite, "database/sql", Module + "/store", Module + "/sync"},
	},
	{
		Path: "ui", Holds: "every line of toolkit code", Required: true,
		Own:     []string{"app", "kiosk", "assets", "ui"},
		Modules: []string{"fyne.io/fyne/v2"},
		NoStd:   []string{"database/sql", "net/http"},
		NoDeps:  []string{sqlite, "database/sql", Module + "/store", Module + "/sync"},
	},
	{
		Path: "cmd/linlictl", Holds: "the hall by commands, no window", Required: true,
		Own:    []string{"app", "store", "sync/oplog", "sync/exchange", "sync/wire", "sync/agent", "sync/device", "sync/halls", "sync/lan", "sync/bundle", "assets", "cmd/linlictl"},
		NoStd:  []string{"database/sql", "net/http"},
		NoDeps: []string{fyne},
	},
	{
		Path: "cmd/linli-hub", Holds: "the hub's program",
		Own:    []string{"app", "store", "sync/oplog", "sync/exchange", "sync/wire", "sync/agent", "sync/hub", "assets", "cmd/linli-hub"},
		Tests:  []string{Module + "/sync/device"}, // machines that come to it
		NoStd:  []string{"database/sql"},
		NoDeps: []string{fyne},
	},
	{
		Path: "cmd/tour", Holds: "a scripted day with screenshots", Everything: true,
		NoDeps: []string{fyne},
	},
	{
		Path: "cmd/storybook", Holds: "every kiosk page as a picture, without a hall",
		Own:     []string{"app", "kiosk", "assets", "ui"},
		Modules: []string{"fyne.io/fyne/v2"},
		NoDeps:  []string{sqlite, "database/sql", Module + "/store"},
	},
	{
		Path: "internal", Holds: "import rules, mutants, test factories, real-window tests", Everything: true, Required: true,
	},
}

// testEverywhere may be imported by the test files of every room: property tests, and the test factories.
var testEverywhere = []string{rapid, Module + "/internal"}

// RoomOf returns the room that the package with the given import path belongs to.
func RoomOf(rooms []Room, pkg string) (Room, bool) {
	path := ""
	if pkg != Module {
		rest, ours := strings.CutPrefix(pkg, Module+"/")
		if !ours {
			return Room{}, false
		}
		path = rest
	}
	var best Room
	found := false
	for _, r := range rooms {
		if r.Path == "" {
			if path == "" {
				return r, true
			}
			continue // the root's rights do not flow down into folders that nobody has put in the table
		}
		if within(path, r.Path) && len(r.Path) > len(best.Path) {
			best, found = r, true
		}
	}
	return best, found
}

// within reports whether path is root or lies below it.
func within(path, root string) bool {
	return path == root || strings.HasPrefix(path, root+"/")
}

// standard reports whether an import path is of the standard library, by the go command's own rule: the first
// element of any other path has a dot, save that of our module.
func standard(path string) bool {
	first, _, _ := strings.Cut(path, "/")
	return first != Module && !strings.Contains(first, ".")
}

// Table renders the rooms as the Markdown table of ARCHITECTURE.md.
func Table(rooms []Room) string {
	var b strings.Builder
	b.WriteString("| room | what lives there | own rooms it may import | libraries | never, even indirectly |\n|---|---|---|---|---|\n")
	for _, r := range rooms {
		name, own, libs := r.Path+"/", list(r.Own), list(r.Modules)
		if r.Path == "" {
			name = "main.go"
		}
		if r.Everything {
			own, libs = "all", "all"
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s | %s |\n", name, r.Holds, own, libs, list(r.NoDeps))
	}
	return b.String()
}

func list(paths []string) string {
	if len(paths) == 0 {
		return "–"
	}
	return "`" + strings.Join(paths, "`, `") + "`"
}
