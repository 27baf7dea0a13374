package wire

import (
	"context"
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"

	"linli/sync/exchange"
	"linli/sync/oplog"
)

// ErrCode says that a code is not valid, or not any more. Which of both is not told.
var ErrCode = errors.New("wire: the code is not valid any more")

// Code is an open code of an admitter.
type Code struct {
	ID  string // the admitter's name for it; never travels
	Key []byte // [CodeKey] of the code
}

// Applicant is a machine that asks to be admitted.
type Applicant struct {
	Key  ed25519.PublicKey // the new key that it will write and connect with
	Wrap []byte            // its X25519 public key, to seal the hall's keys to (HPKE)
	Name string            // what people call it
}

// Admission is what an admitted machine is given.
type Admission struct {
	Certificate []byte            // encoded [oplog.Certificate] of its key
	Hall        string            // id of the hall
	Authority   ed25519.PublicKey // of the hall's authority
	Keys        []byte            // sealed to its Wrap; opaque here
	Name        string            // of the hall
	Zone        string            // the hall's time zone
}

// Admitter admits machines on behalf of a hall: a desk, or a hub that the hall trusts with it. [Codebook] is the part of it
// that is the same everywhere.
type Admitter interface {
	// Codes are those that are open: not expired. One that was used stays among them until it expires.
	Codes(ctx context.Context) ([]Code, error)
	// Admit admits the bearer of a code, once. The same key with the same code is given the same again, because the
	// first answer may have been lost; another key is answered [ErrCode].
	Admit(ctx context.Context, codeID string, a Applicant) (Admission, error)
	// Missed is told of a wrong proof. After [MaxMissed] all codes are dropped.
	Missed(ctx context.Context) error
}

// Admission is one request of a stranger. Both sides prove that they know the code, and bind that to the connection: a
// proof that somebody in the middle was given is worth nothing on another one.
//
//	request  [key, wrap, name, proof]
//	answer   [[certificate, hall, authority, keys, name, zone], proof]
const (
	exporter    = "EXPORTER-linli-admit"
	maxRequest  = 4 << 10
	maxAdmitted = 64 << 10
	maxWrap     = 2048
	maxName     = 128
)

// proofOf proves to know a code's key, on the connection with that exported secret.
func proofOf(key []byte, side string, secret, what []byte) []byte {
	m := hmac.New(sha256.New, key)
	m.Write([]byte(side))
	m.Write(secret)
	m.Write(what)
	return m.Sum(nil)
}

// sides keep one side's proof from being sent back as the other's, and that of one request from being used for another. The
// applicant's is that of the protocol's description, bare.
const (
	applicantSide = ""
	admitterSide  = "linli admitted 1\x00"
	newcomerSide  = "linli newcomer 1\x00"
	adopterSide   = "linli adopted 1\x00"
)

func encodeApplication(a Applicant, proof []byte) ([]byte, error) {
	return oplog.Marshal([]any{[]byte(a.Key), a.Wrap, a.Name, proof})
}

func decodeApplication(b []byte) (a Applicant, proof []byte, err error) {
	f := parse(b)
	a.Key = f.sized(ed25519.PublicKeySize)
	a.Wrap = take[[]byte](f)
	a.Name = f.text(maxName)
	proof = f.sized(sha256.Size)
	f.bad = f.bad || len(a.Wrap) == 0 || len(a.Wrap) > maxWrap || !oneLine(a.Name, maxName)
	return a, proof, f.done()
}

func encodeAdmission(a Admission) ([]byte, error) {
	return oplog.Marshal([]any{a.Certificate, a.Hall, []byte(a.Authority), a.Keys, a.Name, a.Zone})
}

// decodeAdmission reads what an applicant with that key is given, and checks that it fits together.
func decodeAdmission(b []byte, key ed25519.PublicKey) (Admission, error) {
	f := parse(b)
	a := Admission{Certificate: take[[]byte](f), Hall: f.text(64)}
	a.Authority = f.sized(ed25519.PublicKeySize)
	a.Keys = take[[]byte](f)
	a.Name, a.Zone = f.text(maxName), f.text(64)
	if f.done() != nil || !oneLine(a.Name, maxName) || !oneLine(a.Zone, 64) {
		return Admission{}, exchange.ErrMalformed
	}
	c, err := oplog.DecodeCertificate(a.Certificate)
	if err != nil || c.Verify(a.Authority) != nil || c.Hall != a.Hall || !c.PublicKey.Equal(key) {
		return Admission{}, fmt.Errorf("%w: the admission's certificate", exchange.ErrMalformed)
	}
	return a, nil
}

// admit answers an application.
func (c *call) admit() error {
	if c.h.o.Admitter == nil || c.r.TLS == nil {
		return exchange.ErrForbidden
	}
	ctx := c.r.Context()
	body, err := c.read(maxRequest)
	if err != nil {
		return err
	}
	a, proof, err := decodeApplication(body)
	if err != nil {
		return err
	}
	secret, err := c.r.TLS.ExportKeyingMaterial(exporter, nil, sha256.Size)
	if err != nil {
		return err
	}
	codes, err := c.h.o.Admitter.Codes(ctx)
	if err != nil {
		return err
	}
	code, err := c.borne(codes, c.h.o.Admitter.Missed, proof, applicantSide, secret, a.Key)
	if err != nil {
		return err
	}
	given, err := c.h.o.Admitter.Admit(ctx, code.ID, a)
	if err != nil {
		return err
	}
	if body, err = encodeAdmission(given); err != nil {
		return err
	}
	if body, err = oplog.Marshal([]any{body, proofOf(code.Key, admitterSide, secret, body)}); err != nil {
		return err
	}
	return c.write(body)
}

// borne finds the code that a proof is of. Without one it is counted as missed.
func (c *call) borne(codes []Code, missed func(context.Context) error, proof []byte, side string, secret, what []byte) (*Code, error) {
	var code *Code
	for i := range codes { // all of them, so that the time says nothing
		if hmac.Equal(proof, proofOf(codes[i].Key, side, secret, what)) {
			code = &codes[i]
		}
	}
	if code != nil {
		return code, nil
	}
	if len(codes) > 0 {
		if err := missed(c.r.Context()); err != nil {
			return nil, err
		}
	}
	return nil, ErrCode
}

// Apply asks the server at address to admit a machine, by the code that a person read out there. It talks only to the
// server that the code is of, and answers that server's key, to be pinned. [ErrCodeForm]: the code is mistyped;
// [ErrIdentity]: another server is at that address, or one in between; [ErrCode]: ask for another code.
func Apply(ctx context.Context, address, code string, a Applicant) (Admission, ed25519.PublicKey, error) {
	return applyThrough(ctx, address, code, a, nil)
}

// applyThrough is Apply with a proxy, nil for what the environment says.
func applyThrough(ctx context.Context, address, code string, a Applicant, proxy func(*http.Request) (*url.URL, error)) (
	Admission, ed25519.PublicKey, error,
) {
	blank, err := encodeApplication(a, make([]byte, sha256.Size))
	if err != nil {
		return Admission{}, nil, err
	}
	r := redemption{path: "/v1/admit", size: len(blank), proxy: proxy, ask: func(key, secret []byte) ([]byte, error) {
		return encodeApplication(a, proofOf(key, applicantSide, secret, a.Key))
	}}
	if err := r.redeem(ctx, address, code); err != nil {
		return Admission{}, nil, err
	}
	f := parse(r.reply)
	reply := take[[]byte](f)
	proof := f.sized(sha256.Size)
	if f.done() != nil || !hmac.Equal(proof, proofOf(r.key, admitterSide, r.secret, reply)) {
		return Admission{}, nil, fmt.Errorf("%w: it does not know the code", ErrIdentity)
	}
	given, err := decodeAdmission(reply, a.Key)
	if err != nil {
		return Admission{}, nil, err
	}
	return given, r.giver, nil
}

// redemption is the use of a code at the server that gave it out.
type redemption struct {
	path  string
	who   Identity // of the bearer; zero for a machine that has none yet
	proxy func(*http.Request) (*url.URL, error)
	// ask makes the request, of size bytes, from the code's key and the secret that both ends of the connection share.
	ask  func(key, secret []byte) ([]byte, error)
	size int

	giver       ed25519.PublicKey // the server's key
	key, secret []byte
	reply       []byte
}

func (r *redemption) redeem(ctx context.Context, address, code string) error {
	code, err := ParseCode(code)
	if err != nil {
		return err
	}
	c, err := NewClient(address, r.who, func(key ed25519.PublicKey, _ *oplog.Certificate) error {
		if !codeOf(code, key) {
			return fmt.Errorf("%w: another key than the code's", ErrIdentity)
		}
		return nil
	})
	if err != nil {
		return err
	}
	c.Proxy = r.proxy
	defer c.Close()
	// The proof needs the connection, so the body is written when there is one. Its length is known before.
	body := &late{}
	watch, answer, err := c.do(ctx, question{
		lane: c.entries, path: r.path, stream: body, size: int64(r.size), limit: maxAdmitted,
		header: http.Header{"Content-Type": {mediaType}, "Accept-Encoding": {encoding}},
		meet: func(cs tls.ConnectionState, f far) (err error) {
			r.giver = f.key
			if r.secret, err = cs.ExportKeyingMaterial(exporter, nil, sha256.Size); err != nil {
				return err
			}
			if r.key, err = CodeKey(code, f.key); err != nil {
				return err
			}
			body.bytes, err = r.ask(r.key, r.secret)
			return err
		},
	})
	if err != nil {
		return err
	}
	defer watch.end()
	defer answer.Body.Close() //nolint:errcheck // only read
	r.reply, err = c.answer(ctx, watch, answer, maxAdmitted)
	return err
}

// late is a body that is made when the connection is there.
type late struct{ bytes []byte }

func (l *late) Read(b []byte) (int, error) {
	if len(l.bytes) == 0 {
		return 0, io.EOF
	}
	n := copy(b, l.bytes)
	l.bytes = l.bytes[n:]
	return n, nil
}
