package device

import (
	"context"
	"crypto/ed25519"
	"errors"
	"net"
	"net/url"

	"linli/app"
	"linli/store"
	"linli/sync/oplog"
	"linli/sync/wire"
)

// Enrolled says what a machine has become a part of.
type Enrolled struct {
	Hall string // id
	Name string // of the hall
	Role string
	Dir  string // its data folder
}

// Enrol makes the folder of a new machine: it asks the hub or desk at address with the code that a person read out
// there, and keeps that as its first peer. hub says that it is a hub, and no machine of the hall. Rows come
// with the first exchange. Errors: CodeNotEmpty, CodeAdmission (the code), CodeUnreachable (args: address).
func Enrol(ctx context.Context, address, code, name, dir string, hub bool, o store.Options) (Enrolled, error) {
	// Before the other machine has given numbers and keys for nothing.
	if err := store.Vacant(dir); err != nil {
		return Enrolled{}, err
	}
	return EnrolAt(ctx, address, code, name, hub, o, func(string, string) (string, error) { return dir, nil })
}

// EnrolAt is [Enrol] into the folder that at answers once the code has said for which hall and which role it is.
func EnrolAt(ctx context.Context, address, code, name string, hub bool, o store.Options, at func(hall, role string) (dir string, err error)) (e Enrolled, err error) {
	const op = "device: enrol"
	if name == "" {
		name = "linli"
	}
	asked, err := store.NewApplication()
	if err != nil {
		return e, err
	}
	given, key, err := wire.Apply(ctx, address, code, wire.Applicant{Key: asked.Key.Public().(ed25519.PublicKey), Wrap: asked.Wrap.PublicKey(), Name: name})
	if err != nil {
		return e, admissionError(op, address, err)
	}
	cert, err := oplog.DecodeCertificate(given.Certificate)
	if err != nil {
		return e, &app.Error{Code: app.CodeAdmission, Op: op, Err: err}
	}
	dir, err := at(cert.Hall, cert.Role)
	if err != nil {
		return e, err
	}
	if err := asked.Join(ctx, dir, store.Admitted{Certificate: given.Certificate, Keys: given.Keys, Name: name}, o); err != nil {
		return e, err
	}
	s, err := store.Open(ctx, dir, o)
	if err != nil {
		return e, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	p := store.KnownPeer{Address: address, Kind: app.PeerLAN, Name: given.Name}
	if hub {
		p.Kind, p.Key = app.PeerHub, key
	}
	if err := s.AddPeer(ctx, p); err != nil {
		return e, err
	}
	return Enrolled{Hall: given.Hall, Name: given.Name, Role: s.Membership().Role, Dir: dir}, nil
}

// Bring takes a hall that was alone until now to the hub at address, with all its data: from then on this machine
// exchanges with the hub, and so may every other one of the hall. The hall's authority stays where it is. code is one that the
// hub gave out for it (linli-hub hall adopt).
func Bring(ctx context.Context, s *store.Store, address, code string) (Enrolled, error) {
	const op = "device: bring"
	me := s.Membership()
	info, err := s.Hall().Public.Hall(ctx)
	if err != nil {
		return Enrolled{}, err
	}
	key, err := wire.Join(ctx, address, code, wire.Identity{Key: me.Key, Certificate: me.Certificate},
		wire.Newcomer{Name: info.Name, Division: info.Division, Zone: info.Zone, Authority: me.Authority})
	if err != nil {
		return Enrolled{}, admissionError(op, address, err)
	}
	if err := s.AddPeer(ctx, store.KnownPeer{Address: address, Kind: app.PeerHub, Name: address, Key: key}); err != nil {
		return Enrolled{}, err
	}
	return Enrolled{Hall: me.Hall, Name: info.Name, Role: me.Role}, nil
}

func admissionError(op, address string, err error) error {
	code, args := app.CodeAdmission, []string(nil)
	var netErr net.Error
	var urlErr *url.Error
	if !errors.Is(err, wire.ErrCode) && !errors.Is(err, wire.ErrCodeForm) && !errors.Is(err, wire.ErrIdentity) &&
		(errors.As(err, &netErr) || errors.As(err, &urlErr) || errors.Is(err, wire.ErrSilent)) {
		code, args = app.CodeUnreachable, []string{address}
	}
	return &app.Error{Code: code, Args: args, Op: op, Err: err}
}
