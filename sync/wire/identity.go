package wire

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"fmt"
	"math/big"
	"time"

	"linli/sync/exchange"
	"linli/sync/oplog"
)

// ErrIdentity says that the other end of a connection is not who it should be, or cannot prove it. A network that
// opens every TLS connection to look inside is one cause; nothing was sent to it.
var ErrIdentity = errors.New("wire: the other end is not who it should be")

// extension is where a certificate of a hall stands inside an X.509 certificate. 32473 is the number that nobody
// is ever given (RFC 5612 keeps it for examples): our certificates are shown to our own programs alone, and must not
// take the place of anybody's.
var extension = asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 32473, 5454, 1}

// Identity is who one end of a connection is.
type Identity struct {
	Key ed25519.PrivateKey
	// Certificate is the encoded [oplog.Certificate] of Key; nil for a hub, which is known by its key alone, and
	// for a machine that is not admitted yet.
	Certificate []byte
}

// Public is the public half of the key.
func (id Identity) Public() ed25519.PublicKey {
	if len(id.Key) != ed25519.PrivateKeySize {
		return nil
	}
	return id.Key.Public().(ed25519.PublicKey)
}

// TLS wraps the identity for TLS: an X.509 certificate that the key signs itself, and which carries the hall's. Its dates
// say for ever; when a machine may connect is said by the hall's certificate and by cuts.
func (id Identity) TLS() (tls.Certificate, error) {
	if len(id.Key) != ed25519.PrivateKeySize {
		return tls.Certificate{}, fmt.Errorf("%w: no key", ErrIdentity)
	}
	serial := sha256.Sum256(append(id.Public(), id.Certificate...))
	template := &x509.Certificate{
		SerialNumber: new(big.Int).SetBytes(serial[:16]),
		Subject:      pkix.Name{CommonName: "linli"},
		NotBefore:    time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC),
		NotAfter:     time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC), // RFC 5280 §4.1.2.5: no end
		KeyUsage:     x509.KeyUsageDigitalSignature,
		ExtKeyUsage:  []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
	}
	if len(id.Certificate) > 0 {
		c, err := oplog.DecodeCertificate(id.Certificate)
		if err != nil {
			return tls.Certificate{}, err
		}
		if !c.PublicKey.Equal(id.Public()) {
			return tls.Certificate{}, fmt.Errorf("%w: the certificate is of another key", ErrIdentity)
		}
		template.ExtraExtensions = []pkix.Extension{{Id: extension, Value: id.Certificate}}
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, id.Public(), id.Key)
	if err != nil {
		return tls.Certificate{}, err
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: id.Key}, nil
}

// far is the other end of a connection, as its certificate says. That it holds the key was proved by the handshake.
type far struct {
	key         ed25519.PublicKey
	certificate *oplog.Certificate // nil when it carries none
}

// farEnd reads who is at the other end; the zero far when it presented nothing. The hall's certificate has to be of
// the connection's key; whether it holds is for the caller to find out.
func farEnd(cs tls.ConnectionState) (far, error) {
	switch {
	case len(cs.PeerCertificates) == 0:
		return far{}, nil
	case len(cs.PeerCertificates) > 1:
		return far{}, fmt.Errorf("%w: a chain of certificates", ErrIdentity)
	}
	leaf := cs.PeerCertificates[0]
	key, ok := leaf.PublicKey.(ed25519.PublicKey)
	if !ok {
		return far{}, fmt.Errorf("%w: not an Ed25519 key", ErrIdentity)
	}
	f := far{key: key}
	for _, e := range leaf.Extensions {
		if !e.Id.Equal(extension) {
			continue
		}
		c, err := oplog.DecodeCertificate(e.Value)
		if err != nil {
			return far{}, fmt.Errorf("%w: %w", ErrIdentity, err)
		}
		if !c.PublicKey.Equal(key) {
			return far{}, fmt.Errorf("%w: the certificate is of another key", ErrIdentity)
		}
		f.certificate = &c
	}
	return f, nil
}

// Trust says whether a client wants to talk to the server with that key. The certificate is nil for a hub; it
// is of that key, and not verified. A refusal wraps [ErrIdentity].
type Trust func(key ed25519.PublicKey, certificate *oplog.Certificate) error

// Pinned trusts the holder of one key: a hub, once it is known.
func Pinned(key ed25519.PublicKey) Trust {
	return func(other ed25519.PublicKey, _ *oplog.Certificate) error {
		if len(key) != ed25519.PublicKeySize || !key.Equal(other) {
			return fmt.Errorf("%w: another key", ErrIdentity)
		}
		return nil
	}
}

// HallMate trusts the machines that the hall's authority certified, expired or not. refuse is asked about each as in
// [exchange.Server], and may be nil.
func HallMate(hall string, authority ed25519.PublicKey, refuse func(exchange.Caller) error) Trust {
	return func(_ ed25519.PublicKey, c *oplog.Certificate) error {
		if c == nil || c.Hall != hall {
			return fmt.Errorf("%w: no machine of the hall", ErrIdentity)
		}
		if err := c.Verify(authority); err != nil {
			return fmt.Errorf("%w: %w", ErrIdentity, err)
		}
		if refuse != nil {
			if err := refuse(exchange.Caller{Certificate: *c}); err != nil {
				return fmt.Errorf("%w: %w", ErrIdentity, err)
			}
		}
		return nil
	}
}

// ServerTLS is the server's side of TLS. It asks for a certificate and lets connections without one in, for admission;
// whether one holds is said by [Handler], in words: an alert after a handshake of TLS 1.3 is easily lost, and a
// machine that was cut should know it.
func ServerTLS(id Identity) (*tls.Config, error) {
	own, err := id.TLS()
	if err != nil {
		return nil, err
	}
	config := baseTLS()
	config.Certificates = []tls.Certificate{own}
	config.ClientAuth = tls.RequestClientCert
	config.VerifyConnection = func(cs tls.ConnectionState) error {
		_, err := farEnd(cs)
		return err
	}
	return config, nil
}

// ClientTLS is the client's side. An identity without a key presents nothing.
func ClientTLS(id Identity, trust Trust) (*tls.Config, error) {
	config := baseTLS()
	if id.Key != nil {
		own, err := id.TLS()
		if err != nil {
			return nil, err
		}
		// The server names no authorities that it takes, so the choice is made here.
		config.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return &own, nil }
	}
	// Names and authorities of the web play no part. VerifyConnection is what verifies, on every connection.
	config.InsecureSkipVerify = true
	config.VerifyConnection = func(cs tls.ConnectionState) error {
		f, err := farEnd(cs)
		if err != nil {
			return err
		}
		if f.key == nil {
			return fmt.Errorf("%w: no certificate", ErrIdentity)
		}
		return trust(f.key, f.certificate)
	}
	return config, nil
}

// baseTLS is what both sides agree on: TLS 1.3, HTTP/1.1, no resumption. crypto/tls never sends early data.
func baseTLS() *tls.Config {
	return &tls.Config{
		MinVersion:             tls.VersionTLS13,
		NextProtos:             []string{"http/1.1"},
		SessionTicketsDisabled: true,
	}
}
