package device

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"time"

	"linli/app"
	"linli/store"
	"linli/store/seal"
	"linli/sync/bundle"
	"linli/sync/exchange"
	"linli/sync/oplog"
)

// For whom a bundle can be, beside one log.
const (
	ForAll   = "all"   // whoever it may be: everything is in it
	ForKnown = "known" // all machines that hold the hall's keys and of which a bundle was read: what any of them lacks
)

// Written is a bundle that was written.
type Written struct {
	File    string
	Entries int
	Bytes   int64
	For     string // a log's id, [ForAll] or [ForKnown]
	Name    string // of the machine with that log, where it is known
}

// WriteBundle writes a file that carries what others lack to where there is no network. who is the id of a log or how it
// begins, [ForAll], or empty for those whose bundles were read here, or everybody while there are none. The file is there
// whole or not at all. Errors: CodeBundleNobody (args: who), CodeRevoked, CodeDiskFull, CodeReadOnly.
func WriteBundle(ctx context.Context, s *store.Store, path, who string) (Written, error) {
	const op = "device: write a bundle"
	w, err := writeBundle(ctx, s, path, who)
	return w, failed(op, err)
}

func writeBundle(ctx context.Context, s *store.Store, path, who string) (w Written, err error) {
	me := s.Membership()
	if s.Revoked(me.Decoded) {
		return w, app.Fail(app.CodeRevoked)
	}
	to, err := readers(ctx, s, who)
	if err != nil {
		return w, err
	}
	o := bundle.Outgoing{Hall: me.Hall, Made: time.Now(), Key: me.Key, Certificate: me.Certificate, Held: to.held(s)}
	if o.Answer, err = s.BundleKey(); err != nil {
		return w, err
	}
	for _, part := range []string{oplog.Public, oplog.Intake, oplog.Desk, oplog.Care} {
		scope := oplog.HallScope(me.Hall, part)
		if !exchange.MayWrite(me.Decoded, scope) {
			continue // it is not held here
		}
		if to.alone == nil || exchange.MayRead(to.alone.Certificate, scope) {
			o.Entries = append(o.Entries, scope)
		}
		if to.alone == nil || exchange.MayWrite(to.alone.Certificate, scope) {
			o.Heads = append(o.Heads, scope)
		}
	}
	o.Seal = func(dst io.Writer, header []byte) (io.WriteCloser, error) {
		if to.alone != nil {
			return s.SealBundle(dst, header, to.alone.Answer)
		}
		return s.SealBundle(dst, header, nil)
	}
	w.File, w.For, w.Name = path, to.name, to.called
	if err := store.WriteFile(path, func(dst io.Writer) error {
		w.Entries, err = bundle.Write(ctx, dst, s.Replica(), o)
		return err
	}); err != nil {
		return Written{}, err
	}
	info, err := os.Stat(path)
	if err != nil {
		return Written{}, err
	}
	w.Bytes = info.Size()
	return w, nil
}

// addressees are whom a bundle is for.
type addressees struct {
	name   string           // a log's id, ForAll or ForKnown
	called string           // the one machine's name
	logs   []store.KnownLog // what they hold need not be in it; none: everything is
	alone  *store.KnownLog  // the machine that holds no keys and to which it has to be sealed
}

func (a addressees) held(s *store.Store) func(oplog.Scope) [][]oplog.Head {
	return func(scope oplog.Scope) [][]oplog.Head {
		out := make([][]oplog.Head, len(a.logs))
		for i, k := range a.logs {
			out[i] = s.Held(k.Log, scope)
		}
		return out
	}
}

// readers answers whom a bundle is for by what a person said.
func readers(ctx context.Context, s *store.Store, who string) (a addressees, err error) {
	if who == ForAll {
		return addressees{name: ForAll}, nil
	}
	known, err := s.KnownLogs(ctx)
	if err != nil {
		return a, err
	}
	if who == "" {
		if len(known) == 1 {
			return one(known[0]), nil
		}
		for _, k := range known {
			if holdsKeys(k.Certificate) {
				a.logs = append(a.logs, k)
			}
		}
		switch len(a.logs) {
		case 0:
			return addressees{name: ForAll}, nil
		case 1:
			return one(a.logs[0]), nil
		}
		a.name = ForKnown
		return a, nil
	}
	var found []store.KnownLog
	for _, k := range known {
		if strings.HasPrefix(k.Log, strings.ToLower(who)) {
			found = append(found, k)
		}
	}
	switch {
	case len(found) == 1:
		return one(found[0]), nil
	case len(found) == 0 && len(who) == len(s.Replica().ID()):
		// Of a log that no bundle has come from something may be known from the network.
		return addressees{name: who, logs: []store.KnownLog{{Log: who}}}, nil
	}
	return a, app.Fail(app.CodeBundleNobody, who)
}

func one(k store.KnownLog) addressees {
	a := addressees{name: k.Log, called: k.Name, logs: []store.KnownLog{k}}
	if !holdsKeys(k.Certificate) {
		a.alone = &k
	}
	return a
}

// holdsKeys tells whether a machine was given the hall's keys when it was admitted.
func holdsKeys(c oplog.Certificate) bool {
	return c.Role == store.RoleDesk || c.Role == store.RoleSupervisor
}

// Read is a bundle that was read.
type Read struct {
	bundle.Report
	Name string // of the machine that wrote it
}

// ReadBundle admits what is new in a bundle, and remembers what its writer holds. Beside an error it answers what was taken
// all the same: Log is empty when nothing could be. Errors: CodeBundleNone, CodeBundleHall, CodeBundleOther (args: the id of
// this machine's log), CodeBundleBroken and CodeBundleGap and CodeBundleRefused (args: how many new entries were taken),
// CodeBundleRevoked, CodeNewerData, and those of the store.
func ReadBundle(ctx context.Context, s *store.Store, path string) (Read, error) {
	const op = "device: read a bundle"
	f, err := os.Open(path)
	if err != nil {
		return Read{}, &app.Error{Code: codeFile, Op: op, Err: err}
	}
	defer f.Close() //nolint:errcheck // only read
	me := s.Membership()
	r, err := bundle.Read(ctx, bufio.NewReaderSize(f, 256<<10), s.Replica(), bundle.Incoming{
		Hall: me.Hall, Authority: me.Authority, Mine: me.Decoded,
		Refuse: func(c exchange.Caller) error { return refuse(s, c) },
		Open: func(src io.Reader, header []byte) (io.Reader, error) {
			opened, err := s.OpenBundle(src, header)
			return fromBundle{opened}, fileFault(err)
		},
	})
	out := Read{Report: r}
	if r.Log != "" {
		k := store.KnownLog{Log: r.Log, Certificate: r.Writer, Answer: r.Answer, Made: r.Made}
		if noted := s.NoteBundle(ctx, k, r.Holds); noted != nil {
			err = errors.Join(err, noted)
		}
		for scope, fault := range r.Faults {
			if fault != exchange.FaultGap { // the next file can help with that, and a person with this
				s.Witness(app.PeerStick, "").Refused(scope, fault, false)
			}
		}
		out.Name = s.MachineName(ctx, r.Writer.Origin)
	}
	return out, failed(op, bundleFault(err, s, r))
}

// codeFile is the code of a file that cannot be opened.
const codeFile = app.Code("file_unreadable")

// fromBundle is the opened part of a bundle, with its errors as package bundle wants them.
type fromBundle struct{ r io.Reader }

func (f fromBundle) Read(b []byte) (int, error) {
	n, err := f.r.Read(b)
	if err != nil && !errors.Is(err, io.EOF) {
		err = fileFault(err)
	}
	return n, err
}

// fileFault says what is wrong with a sealed file.
func fileFault(err error) error {
	switch {
	case errors.Is(err, seal.ErrUnknownKey):
		return bundle.ErrNotForMe
	case errors.Is(err, seal.ErrUnknownSuite):
		return &bundle.NewerError{Format: bundle.Format + 1}
	case errors.Is(err, seal.ErrTruncated), errors.Is(err, seal.ErrAltered), errors.Is(err, seal.ErrNotSealed):
		return bundle.ErrBroken
	}
	return err
}

// bundleFault says it for people.
func bundleFault(err error, s *store.Store, r bundle.Report) error {
	fail := func(code app.Code, args ...string) error { return &app.Error{Code: code, Args: args, Err: err} }
	var newer *bundle.NewerError
	var disk *fs.PathError
	taken := fmt.Sprint(r.Fresh)
	switch {
	case err == nil, app.CodeOf(err) != app.CodeInternal:
		return err
	case errors.Is(err, bundle.ErrNotBundle):
		return fail(app.CodeBundleNone)
	case errors.Is(err, bundle.ErrOtherHall):
		return fail(app.CodeBundleHall)
	case errors.Is(err, bundle.ErrNotForMe):
		return fail(app.CodeBundleOther, s.Replica().ID())
	case errors.Is(err, exchange.ErrRevoked):
		return fail(app.CodeBundleRevoked)
	case errors.Is(err, bundle.ErrGap):
		return fail(app.CodeBundleGap, taken)
	case errors.Is(err, bundle.ErrRefused):
		return fail(app.CodeBundleRefused, taken)
	case errors.As(err, &newer):
		return fail(app.CodeNewerData, fmt.Sprint(newer.Format), fmt.Sprint(bundle.Format))
	case errors.Is(err, bundle.ErrBroken), errors.As(err, &disk): // or the stick was pulled out
		return fail(app.CodeBundleBroken, taken)
	}
	return err
}

// failed names the step in which an error was met.
func failed(op string, err error) error {
	var known *app.Error
	switch {
	case err == nil, errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return err
	case errors.As(err, &known):
		if known.Op == "" {
			c := *known
			c.Op = op
			return &c
		}
		return err
	}
	return &app.Error{Code: app.CodeInternal, Op: op, Err: err}
}
