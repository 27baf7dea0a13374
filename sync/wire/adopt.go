package wire

import (
	"context"
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/sha256"
	"fmt"

	"linli/sync/exchange"
	"linli/sync/oplog"
)

// Newcomer is a hall that comes to a hub with all its data. Its authority stays where it is.
type Newcomer struct {
	Name      string
	Division  string            // 12-digit division code
	Zone      string            // IANA time zone
	Authority ed25519.PublicKey // of the hall's authority
	// Certificate is that of the machine which brings the hall. The server takes it from the connection.
	Certificate oplog.Certificate
}

// Adopter is a hub that takes halls in.
type Adopter interface {
	// Adoptions are the codes for it that are open, as [Admitter.Codes].
	Adoptions(ctx context.Context) ([]Code, error)
	// Adopt takes in the hall that the bearer of a code belongs to, once, like [Admitter.Admit]. [exchange.ErrForbidden] for a
	// hall that the hub knows with another authority.
	Adopt(ctx context.Context, codeID string, n Newcomer) error
	// Missed is told of a wrong proof, as [Admitter.Missed].
	Missed(ctx context.Context) error
}

// An adoption is one request of a machine that has a certificate of a hall which the server does not know. Both sides prove that they
// know the code, as in an admission.
//
//	request  [[name, division, zone, authority, certificate], proof]
//	answer   [proof]

func encodeNewcomer(n Newcomer) ([]byte, error) {
	cert, err := n.Certificate.Encode()
	if err != nil {
		return nil, err
	}
	return oplog.Marshal([]any{n.Name, n.Division, n.Zone, []byte(n.Authority), cert})
}

func decodeNewcomer(b []byte) (n Newcomer, err error) {
	f := parse(b)
	n.Name, n.Division, n.Zone = f.text(maxName), f.text(32), f.text(64)
	n.Authority = f.sized(ed25519.PublicKeySize)
	cert := take[[]byte](f)
	if f.done() != nil || !oneLine(n.Name, maxName) || !oneLine(n.Division, 32) || !oneLine(n.Zone, 64) {
		return Newcomer{}, exchange.ErrMalformed
	}
	if n.Certificate, err = oplog.DecodeCertificate(cert); err != nil {
		return Newcomer{}, exchange.ErrMalformed
	}
	return n, nil
}

// adopt answers a newcomer.
func (c *call) adopt() error {
	if c.h.o.Adopter == nil || c.r.TLS == nil {
		return exchange.ErrForbidden
	}
	ctx := c.r.Context()
	body, err := c.read(maxRequest + oplog.MaxCert)
	if err != nil {
		return err
	}
	f := parse(body)
	told := take[[]byte](f)
	proof := f.sized(sha256.Size)
	if err := f.done(); err != nil {
		return err
	}
	n, err := decodeNewcomer(told)
	if err != nil {
		return err
	}
	secret, err := c.r.TLS.ExportKeyingMaterial(exporter, nil, sha256.Size)
	if err != nil {
		return err
	}
	codes, err := c.h.o.Adopter.Adoptions(ctx)
	if err != nil {
		return err
	}
	code, err := c.borne(codes, c.h.o.Adopter.Missed, proof, newcomerSide, secret, told)
	if err != nil {
		return err
	}
	// Who brings the hall is one of its machines: it holds the key of this certificate.
	end, err := farEnd(*c.r.TLS)
	if err != nil || end.certificate == nil || !end.key.Equal(n.Certificate.PublicKey) || n.Certificate.Verify(n.Authority) != nil {
		return exchange.ErrForbidden
	}
	if err := c.h.o.Adopter.Adopt(ctx, code.ID, n); err != nil {
		return err
	}
	if body, err = oplog.Marshal([]any{proofOf(code.Key, adopterSide, secret, told)}); err != nil {
		return err
	}
	return c.write(body)
}

// Join asks the hub at address to take in a hall, as the machine of the hall with that identity, by the code that a person read
// out at the hub. It answers the hub's key, to be pinned. Errors are those of [Apply], and [exchange.ErrForbidden]
// when the hub knows the hall with another authority.
func Join(ctx context.Context, address, code string, id Identity, n Newcomer) (ed25519.PublicKey, error) {
	cert, err := oplog.DecodeCertificate(id.Certificate)
	if err != nil {
		return nil, err
	}
	n.Certificate = cert
	told, err := encodeNewcomer(n)
	if err != nil {
		return nil, err
	}
	blank, err := oplog.Marshal([]any{told, make([]byte, sha256.Size)})
	if err != nil {
		return nil, err
	}
	r := redemption{path: "/v1/adopt", who: id, size: len(blank), ask: func(key, secret []byte) ([]byte, error) {
		return oplog.Marshal([]any{told, proofOf(key, newcomerSide, secret, told)})
	}}
	if err := r.redeem(ctx, address, code); err != nil {
		return nil, err
	}
	f := parse(r.reply)
	proof := f.sized(sha256.Size)
	if f.done() != nil || !hmac.Equal(proof, proofOf(r.key, adopterSide, r.secret, told)) {
		return nil, fmt.Errorf("%w: it does not know the code", ErrIdentity)
	}
	return r.giver, nil
}
