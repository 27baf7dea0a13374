package hub

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"slices"
	"time"

	"linli/sync/exchange"
	"linli/sync/oplog"
	"linli/sync/wire"
)

// machinesEach is how many machine numbers each machine is given: one to begin with, and the others for when it has
// to go on as another origin.
const machinesEach = 3

var (
	_ wire.Admitter = (*Hub)(nil)
	_ wire.Adopter  = (*Hub)(nil)
)

func isNoHall(err error) bool { return errors.Is(err, ErrNoHall) }

// NewCode makes a code that admits one machine with that role to a hall which was made here: [ErrNoHall], [ErrElsewhere],
// [ErrRole]. The code is for the person who asked, and is kept nowhere.
func (h *Hub) NewCode(ctx context.Context, hall, role string) (code string, until time.Time, err error) {
	switch role {
	case exchange.RoleDesk, exchange.RoleKiosk, exchange.RoleBoard, exchange.RoleSupervisor:
	default:
		return "", time.Time{}, ErrRole
	}
	one, err := h.hall(ctx, hall)
	switch {
	case err != nil:
		return "", time.Time{}, err
	case one.Kind == Founding:
		return "", time.Time{}, ErrNoHall
	case one.Kind != Made:
		return "", time.Time{}, ErrElsewhere
	}
	return h.newCode(ctx, hall, role)
}

// NewAdoption makes a code with which a hall comes here with all its data.
func (h *Hub) NewAdoption(ctx context.Context) (code string, until time.Time, err error) {
	return h.newCode(ctx, "", exchange.RoleDesk)
}

func (h *Hub) newCode(ctx context.Context, hall, role string) (code string, until time.Time, err error) {
	public := h.Identity().Public().(ed25519.PublicKey)
	if code, err = wire.NewCode(public, h.o.Random); err != nil {
		return "", until, err
	}
	key, err := wire.CodeKey(code, public)
	if err != nil {
		return "", until, err
	}
	now := h.o.Now()
	until = now.Add(wire.CodeLife)
	err = h.storage.Update(ctx, nil, func(tx Tx) error {
		return tx.PutCode(Code{ID: rand.Text(), Hall: hall, Role: role, Key: key, Expires: until}, now)
	})
	return code, until, err
}

// Codes implements [wire.Admitter].
func (h *Hub) Codes(ctx context.Context) ([]wire.Code, error) {
	return h.codes(ctx, func(c Code) bool { return c.Hall != "" })
}

// Adoptions implements [wire.Adopter].
func (h *Hub) Adoptions(ctx context.Context) ([]wire.Code, error) {
	return h.codes(ctx, func(c Code) bool { return c.Hall == "" })
}

func (h *Hub) codes(ctx context.Context, of func(Code) bool) ([]wire.Code, error) {
	var out []wire.Code
	err := h.storage.View(ctx, func(s Snapshot) error {
		codes, err := s.Codes(h.o.Now())
		out = nil
		for _, c := range codes {
			if of(c) {
				out = append(out, wire.Code{ID: c.ID, Key: c.Key})
			}
		}
		return err
	})
	return out, err
}

// Missed implements [wire.Admitter] and [wire.Adopter].
func (h *Hub) Missed(ctx context.Context) error {
	h.metrics.missed.Add(1)
	return h.storage.Update(ctx, nil, func(tx Tx) error {
		_, err := tx.CountMiss(wire.MaxMissed)
		return err
	})
}

// Admit implements [wire.Admitter].
func (h *Hub) Admit(ctx context.Context, codeID string, a wire.Applicant) (wire.Admission, error) {
	var given wire.Admission
	var certificate oplog.Certificate
	var fresh bool
	err := h.storage.Update(ctx, nil, func(tx Tx) error {
		now := h.o.Now()
		code, found, again, err := tx.UseCode(codeID, a.Key, now)
		if err == nil && !found {
			err = wire.ErrCode
		}
		if err != nil {
			return err
		}
		hall, found, err := tx.Hall(code.Hall)
		if err == nil && !found {
			err = wire.ErrCode
		}
		if err != nil {
			return err
		}
		given, fresh = wire.Admission{Hall: hall.ID, Authority: hall.Authority, Name: hall.Name, Zone: hall.Zone}, !again
		if again {
			if given.Certificate, err = admittedAs(tx, hall.ID, a.Key); err != nil {
				return err
			}
		} else if err = h.certify(tx, &given, code, hall, a, now); err != nil {
			return err
		}
		if certificate, err = oplog.DecodeCertificate(given.Certificate); err != nil {
			return err
		}
		given.Keys, err = h.authority.Share(hall.ID, code.Role, a.Wrap)
		return err
	})
	if err != nil {
		return wire.Admission{}, err
	}
	if changes := h.authority.Introduce(certificate, a.Name); fresh && len(changes) > 0 {
		// The machine is admitted whether this is written or not.
		if err := h.write(ctx, given.Hall, "device.admit", func(Tx) ([]oplog.Change, error) { return changes, nil }); err != nil {
			h.report("introduce")(err)
		}
	}
	return given, nil
}

// certify gives a machine its numbers and its certificate.
func (h *Hub) certify(tx Tx, given *wire.Admission, code Code, hall Hall, a wire.Applicant, now time.Time) error {
	machines, err := h.takeMachines(tx, hall)
	if err != nil {
		return err
	}
	if given.Certificate, err = h.authority.Certify(hall.ID, code.Role, a.Key, machines, now); err != nil {
		return err
	}
	return tx.PutDevice(Device{Hall: hall.ID, Origin: oplog.OriginOf(a.Key), Role: code.Role, Name: a.Name, Certificate: given.Certificate, Admitted: now})
}

// takeMachines sets aside machine numbers that nobody in the hall has or had: after the counter, after the one that lies with the keys, and
// after all that certificates in the log speak of. The keys know of them before anybody is given one.
func (h *Hub) takeMachines(tx Tx, hall Hall) ([]int, error) {
	floor := 0
	kept, err := h.keys.Halls()
	if err != nil {
		return nil, err
	}
	if i := slices.IndexFunc(kept, func(k Hall) bool { return k.ID == hall.ID }); i >= 0 {
		floor = kept[i].Machines
	}
	certs, err := certificatesOf(tx, hall.ID)
	if err != nil {
		return nil, err
	}
	for _, c := range certs {
		for _, n := range c.Machines {
			floor = max(floor, n)
		}
	}
	// Blocks begin behind a multiple of their size.
	floor = max(floor, hall.Machines)
	floor = (floor + machinesEach - 1) / machinesEach * machinesEach
	last, err := tx.TakeMachines(hall.ID, floor, machinesEach)
	if err != nil {
		return nil, err
	}
	hall.Machines = last
	if err := h.keys.Keep(hall); err != nil {
		return nil, err
	}
	machines := make([]int, machinesEach)
	for i := range machines {
		machines[i] = last - machinesEach + 1 + i
	}
	return machines, nil
}

// certificatesOf answers what is known of a hall's machines: from the log, and from the registry those that have not
// written yet.
func certificatesOf(s Snapshot, hall string) (map[oplog.Origin]oplog.Certificate, error) {
	certs := make(map[oplog.Origin]oplog.Certificate)
	add := func(encoded []byte) {
		if c, err := oplog.DecodeCertificate(encoded); err == nil { // otherwise for Verify to report
			certs[c.Origin] = c
		}
	}
	for _, scope := range hallScopes(hall) {
		list, err := s.Certificates(scope)
		if err != nil {
			return nil, err
		}
		for _, encoded := range list {
			add(encoded)
		}
	}
	devices, err := s.Devices(hall)
	for _, d := range devices {
		add(d.Certificate)
	}
	return certs, err
}

// admittedAs answers the certificate that a machine was given before.
func admittedAs(s Snapshot, hall string, key ed25519.PublicKey) ([]byte, error) {
	devices, err := s.Devices(hall)
	if err != nil {
		return nil, err
	}
	for _, d := range devices {
		if d.Origin == oplog.OriginOf(key) {
			return d.Certificate, nil
		}
	}
	return nil, wire.ErrCode
}

// Adopt implements [wire.Adopter].
func (h *Hub) Adopt(ctx context.Context, codeID string, n wire.Newcomer) error {
	now := h.o.Now()
	hall := Hall{ID: n.Certificate.Hall, Name: n.Name, Division: n.Division, Zone: n.Zone, Authority: n.Authority, Kind: Adopted, Since: now}
	encoded, err := n.Certificate.Encode()
	if err != nil {
		return err
	}
	return h.storage.Update(ctx, nil, func(tx Tx) error {
		_, found, _, err := tx.UseCode(codeID, n.Certificate.PublicKey, now)
		if err == nil && !found {
			err = wire.ErrCode
		}
		if err != nil {
			return err
		}
		known, found, err := tx.Hall(hall.ID)
		switch {
		case err != nil:
			return err
		case found && !known.Authority.Equal(hall.Authority):
			return exchange.ErrForbidden
		case found && known.Kind != Adopted: // made here: it is as it was
			return nil
		}
		if found {
			hall.Since = known.Since
		}
		if err := h.keys.Keep(hall); err != nil {
			return err
		}
		if err := tx.PutHall(hall); err != nil {
			return err
		}
		return tx.SetSeen(Device{Hall: hall.ID, Origin: n.Certificate.Origin, Role: n.Certificate.Role, Certificate: encoded, Seen: now})
	})
}
