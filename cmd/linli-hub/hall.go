package main

import (
	"bufio"
	"crypto/ed25519"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"linli/app"
	"linli/app/standard"
	"linli/store"
	"linli/sync/agent"
	"linli/sync/exchange"
	"linli/sync/hub"
)

// foundingPrefix begins the names of folders in which halls are made.
const foundingPrefix = ".founding-"

// addHall makes a hall. Its first entries are written as a desk would write them, in a folder that is gone afterwards;
// its keys stay here.
func (c *call) addHall() error {
	if err := c.needs("name", "division", "admin"); err != nil {
		return err
	}
	if !*c.switches["pin-stdin"] {
		// A PIN among the arguments would stand in the shell's history and in the list of processes.
		return misuse{"needs-flag", "--pin-stdin"}
	}
	pin, err := bufio.NewReader(io.LimitReader(c.in, 1<<10)).ReadString('\n')
	if err != nil && err != io.EOF {
		return err
	}
	n := store.NewHall{Name: strings.TrimSpace(*c.text["name"]), Division: *c.text["division"], Zone: *c.text["zone"], PIN: strings.TrimSpace(pin)}
	if n.Admin, err = names(n, *c.text["admin"]); err != nil {
		return err
	}
	sheet := *c.text["sheet"]
	if sheet != "" {
		if err := c.writable(sheet); err != nil {
			return err
		}
	}
	return c.with(true, func(o *opened) error { return c.found(o, n, sheet) })
}

func (c *call) found(o *opened, n store.NewHall, sheet string) (err error) {
	c.clearFounding()
	tmp, err := os.MkdirTemp(c.data, foundingPrefix)
	if err != nil {
		return asFolder(err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(tmp)) }()
	dir := filepath.Join(tmp, "hall")
	options := store.Options{Program: "linli-hub", Version: version, Keys: o.keys}
	if err := store.Init(c.ctx, dir, n, options); err != nil {
		return err
	}
	s, err := store.Open(c.ctx, dir, options)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	info, err := s.Hall().Public.Hall(c.ctx)
	if err != nil {
		return err
	}
	if sheet != "" {
		pdf, err := s.Hall().Upkeep.RecoverySheet(c.ctx, app.ConsoleActor(), c.lang)
		if err != nil {
			return err
		}
		if err := store.WriteFile(sheet, func(w io.Writer) error { _, err := w.Write(pdf); return err }); err != nil {
			return err
		}
	}
	me := s.Membership()
	hall := hub.Hall{ID: info.ID, Name: info.Name, Division: info.Division, Zone: info.Zone, Authority: me.Authority}
	var moved agent.Moved
	err = o.Found(c.ctx, hall, me.Decoded, func(p exchange.Peer) error {
		session := agent.NewSession(s.Replica(), p, agent.Lanes(me.Decoded), nil)
		err := session.Sync(c.ctx)
		moved = session.Moved()
		return err
	})
	if err != nil {
		return err
	}
	lines := []string{c.say("hub.hall.added", info.Name, info.ID), c.say("hub.hall.next", info.ID)}
	object := map[string]any{"hall": info.ID, "name": info.Name, "division": info.Division, "entries": moved.Pushed}
	if sheet == "" {
		lines = append(lines, c.say("hub.hall.keys", o.where))
	} else {
		object["sheet"] = sheet
		lines = append(lines, c.say("hub.hall.sheet", sheet))
	}
	return c.answer(object, lines...)
}

// clearFounding removes what is left of halls whose making was cut off.
func (c *call) clearFounding() {
	left, _ := filepath.Glob(filepath.Join(c.data, foundingPrefix+"*"))
	for _, dir := range left {
		if info, err := os.Stat(dir); err == nil && time.Since(info.ModTime()) > time.Hour {
			_ = os.RemoveAll(dir)
		}
	}
}

// longestHall is how many characters a hall's name may have: it stands on every screen and every slip.
const longestHall = 50

// names refuses a hall's name, zone or administrator that no screen could show, and answers the administrator's name as it
// is kept.
func names(h store.NewHall, admin string) (string, error) {
	if utf8.RuneCountInString(h.Name) > longestHall {
		return "", app.Bad(app.CodeTooLong, "hall", strconv.Itoa(longestHall))
	}
	if !utf8.ValidString(h.Name) || strings.ContainsFunc(h.Name, unicode.IsControl) {
		return "", app.Bad(app.CodeInvalid, "hall")
	}
	if _, err := time.LoadLocation(h.Zone); err != nil {
		return "", app.Bad(app.CodeInvalid, "zone")
	}
	admin, err := standard.NormalizeName(admin)
	var fault *standard.Error
	if errors.As(err, &fault) {
		return "", app.Bad(app.Code(fault.Code), "admin")
	}
	return admin, err
}

// adoptHall makes a code with which a hall comes here with all its data.
func (c *call) adoptHall() error {
	return c.with(true, func(o *opened) error {
		code, until, err := o.NewAdoption(c.ctx)
		if err != nil {
			return err
		}
		return c.answer(map[string]any{"code": code, "until": until.Format(time.RFC3339)}, code, c.say("hub.hall.adopt", until.Local().Format(time.TimeOnly)))
	})
}

// listHalls lists the halls.
func (c *call) listHalls() error {
	return c.with(false, func(o *opened) error {
		halls, err := o.Halls(c.ctx)
		if err != nil {
			return err
		}
		list := make([]map[string]any, 0, len(halls))
		lines := []string{c.say("hub.hall.count", len(halls))}
		for _, h := range halls {
			devices, err := o.Devices(c.ctx, h.ID)
			if err != nil {
				return err
			}
			list = append(list, map[string]any{
				"id": h.ID, "name": h.Name, "division": h.Division, "zone": h.Zone, "kind": string(h.Kind), "since": moment(h.Since),
				"devices": len(devices), "authority": fmt.Sprintf("%x", []byte(h.Authority)[:min(8, len(h.Authority))]), "machines": h.Machines,
			})
			lines = append(lines, c.say("hub.hall.line", h.ID, h.Name, h.Division, c.say("hub.kind."+string(h.Kind)), len(devices)))
		}
		return c.answer(map[string]any{"halls": list}, lines...)
	})
}

// code makes a code that admits one machine.
func (c *call) code() error {
	if err := c.needs("hall", "role"); err != nil {
		return err
	}
	hall, role := *c.text["hall"], *c.text["role"]
	return c.with(false, func(o *opened) error {
		code, until, err := o.NewCode(c.ctx, hall, role)
		if err != nil {
			return err
		}
		return c.answer(map[string]any{
			"code": code, "until": until.Format(time.RFC3339), "hall": hall, "role": role,
			"fingerprint": fingerprint(o.Identity().Public().(ed25519.PublicKey)),
		},
			code, c.say("hub.code.until", until.Local().Format(time.TimeOnly)))
	})
}

func moment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.RFC3339)
}
