package wire_test

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"math/big"
	"net"
	"strings"
	"testing"
	"time"

	"linli/sync/exchange"
	"linli/sync/oplog"
	"linli/sync/wire"
)

// extension is where the certificate stands, written out: other programs' certificates depend on it.
var extension = asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 32473, 5454, 1}

func TestIdentityCarriesItsCertificate(t *testing.T) {
	m := ours.desk(1)
	c := must(m.id.TLS())
	leaf := must(x509.ParseCertificate(c.Certificate[0]))
	if !leaf.PublicKey.(ed25519.PublicKey).Equal(m.id.Public()) || leaf.CheckSignature(leaf.SignatureAlgorithm, leaf.RawTBSCertificate, leaf.Signature) != nil {
		t.Error("not the key's own certificate")
	}
	var carried []byte
	for _, e := range leaf.Extensions {
		if e.Id.Equal(extension) {
			carried = e.Value
		}
	}
	if string(carried) != string(m.id.Certificate) {
		t.Error("the hall's certificate is not in it")
	}
	if _, err := (wire.Identity{Key: keyOf(2), Certificate: m.id.Certificate}).TLS(); !errors.Is(err, wire.ErrIdentity) {
		t.Errorf("with another's certificate: %v", err)
	}
	if _, err := (wire.Identity{Key: keyOf(2), Certificate: []byte("x")}).TLS(); !errors.Is(err, oplog.ErrCertificate) {
		t.Errorf("with a malformed certificate: %v", err)
	}
	if _, err := (wire.Identity{}).TLS(); !errors.Is(err, wire.ErrIdentity) {
		t.Errorf("without a key: %v", err)
	}
}

// Whom a client talks to, and what it says when it does not.
func TestTrust(t *testing.T) {
	hub := serve(t, hubIdentity(), newMemory(ours, "hub"), wire.Options{})
	desk, mate := ours.desk(1), ours.desk(2)
	peer := serve(t, mate.id, newMemory(ours, "b"), wire.Options{})
	stranger := serve(t, theirs.desk(3).id, newMemory(theirs, "c"), wire.Options{})
	old := ours.certify(4, exchange.RoleDesk, oplog.Public)
	old.Issued, old.Expires = noon.AddDate(-9, 0, 0).UnixMilli(), noon.AddDate(-8, 0, 0).UnixMilli()
	if err := old.Sign(ours.authority); err != nil {
		t.Fatal(err)
	}
	expired := serve(t, wire.Identity{Key: keyOf(4), Certificate: must(old.Encode())}, newMemory(ours, "d"), wire.Options{})
	forged := ours.certify(5, exchange.RoleDesk, oplog.Public)
	if err := forged.Sign(theirs.authority); err != nil {
		t.Fatal(err)
	}
	forger := serve(t, wire.Identity{Key: keyOf(5), Certificate: must(forged.Encode())}, newMemory(ours, "e"), wire.Options{})
	mates := wire.HallMate(ours.id, public(ours.authority), func(c exchange.Caller) error {
		if c.Certificate.Origin == oplog.OriginOf(public(keyOf(2))) {
			return exchange.ErrRevoked
		}
		return nil
	})
	all := wire.HallMate(ours.id, public(ours.authority), nil)
	for what, c := range map[string]struct {
		address string
		trust   wire.Trust
		want    error
	}{
		"the hub":                       {hub.address, hubTrust(), nil},
		"another key than the hub's":    {peer.address, hubTrust(), wire.ErrIdentity},
		"pinned to nothing":             {hub.address, wire.Pinned(nil), wire.ErrIdentity},
		"a machine of the hall":         {peer.address, all, nil},
		"one that was cut":              {peer.address, mates, wire.ErrIdentity},
		"one of another hall":           {stranger.address, all, wire.ErrIdentity},
		"a hub in a machine's place":    {hub.address, all, wire.ErrIdentity},
		"one that expired":              {expired.address, all, nil},
		"one certified by someone else": {forger.address, all, wire.ErrIdentity},
	} {
		_, err := client(t, c.address, desk, c.trust).Digest(t.Context(), ours.scope(oplog.Public))
		if c.want == nil && err != nil || c.want != nil && !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", what, err, c.want)
		}
	}
	key, cert, err := client(t, peer.address, desk, all).Meet(t.Context())
	if err != nil || !key.Equal(mate.id.Public()) || cert == nil || cert.Origin != mate.cert.Origin {
		t.Errorf("meeting a machine: %v, %v, %v", key, cert, err)
	}
	if key, cert, err = client(t, hub.address, desk, hubTrust()).Meet(t.Context()); err != nil || cert != nil || !key.Equal(public(keyOf(hubKey))) {
		t.Errorf("meeting the hub: %v, %v, %v", key, cert, err)
	}
}

// Whom a server lets in.
func TestCallers(t *testing.T) {
	hub := serve(t, hubIdentity(), newMemory(ours, "hub"), wire.Options{Now: func() time.Time { return noon.AddDate(2, 0, 0) }})
	scope := ours.scope(oplog.Public)
	ask := func(id wire.Identity) error {
		c, err := wire.NewClient(hub.address, id, hubTrust())
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		for range 2 {
			if _, err = c.Digest(t.Context(), scope); err != nil {
				return err
			}
		}
		return nil
	}
	desk := ours.desk(1)
	if err := ask(desk.id); err != nil {
		t.Errorf("an expired certificate locks a machine out: %v", err)
	}
	if len(hub.expired) != 1 || hub.expired[0].Certificate.Origin != desk.cert.Origin {
		t.Errorf("told of %d expired certificates for one connection", len(hub.expired))
	}
	if err := ask(wire.Identity{}); !errors.Is(err, exchange.ErrRevoked) {
		t.Errorf("nobody: %v", err)
	}
	if err := ask(wire.Identity{Key: keyOf(1)}); !errors.Is(err, exchange.ErrRevoked) {
		t.Errorf("a key without a certificate: %v", err)
	}
	if err := ask(theirs.desk(1).id); !errors.Is(err, exchange.ErrForbidden) {
		t.Errorf("a machine of another hall: %v", err)
	}
	forged := ours.certify(5, exchange.RoleDesk, oplog.Public)
	if err := forged.Sign(theirs.authority); err != nil {
		t.Fatal(err)
	}
	if err := ask(wire.Identity{Key: keyOf(5), Certificate: must(forged.Encode())}); !errors.Is(err, exchange.ErrRevoked) {
		t.Errorf("a certificate that another authority signed: %v", err)
	}

	// What is taken back is taken back on connections that are there already, cached as they are.
	c := client(t, hub.address, desk, hubTrust())
	if _, err := c.Digest(t.Context(), scope); err != nil {
		t.Fatal(err)
	}
	hub.mu.Lock()
	hub.cut[desk.cert.Origin] = true
	hub.mu.Unlock()
	if _, err := c.Digest(t.Context(), scope); !errors.Is(err, exchange.ErrRevoked) {
		t.Errorf("a machine that was cut since it connected: %v", err)
	}
	hub.mu.Lock()
	delete(hub.cut, desk.cert.Origin)
	delete(hub.halls, ours.id)
	hub.mu.Unlock()
	if _, err := c.Digest(t.Context(), scope); !errors.Is(err, exchange.ErrRevoked) {
		t.Errorf("a hall that is not served any more: %v", err)
	}
}

// forge makes an X.509 certificate of key n with any extension.
func forge(t *testing.T, n int, value []byte) tls.Certificate {
	t.Helper()
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: noon, ExtraExtensions: []pkix.Extension{{Id: extension, Value: value}}}
	return tls.Certificate{
		Certificate: [][]byte{must(x509.CreateCertificate(rand.Reader, template, template, public(keyOf(n)), keyOf(n)))}, PrivateKey: keyOf(n),
	}
}

// What is no identity does not get through the handshake.
func TestHandshakesThatFail(t *testing.T) {
	address := listen(t, hubIdentity(), nil)
	good := ours.desk(1).id
	curve := must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: noon}
	other := tls.Certificate{
		Certificate: [][]byte{must(x509.CreateCertificate(rand.Reader, template, template, curve.Public(), curve))}, PrivateKey: curve,
	}
	chain := must(good.TLS())
	chain.Certificate = append(chain.Certificate, chain.Certificate[0])
	for what, c := range map[string]tls.Certificate{
		"another's certificate": forge(t, 2, good.Certificate),
		"a certificate cut off": forge(t, 1, good.Certificate[:len(good.Certificate)-1]),
		"an empty certificate":  forge(t, 1, nil),
		"a key of another kind": other,
		"a chain":               chain,
		"a key that is not its": {Certificate: must(good.TLS()).Certificate, PrivateKey: keyOf(2)},
		"":                      must(good.TLS()),
	} {
		conn, err := tls.Dial("tcp", address, &tls.Config{
			InsecureSkipVerify:   true,
			GetClientCertificate: func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return &c, nil },
		})
		if err == nil {
			// In TLS 1.3 a client is through before the server has looked at it, and learns of it when it reads.
			_, _ = conn.Write([]byte("OPTIONS * HTTP/1.1\r\nHost: hub\r\n\r\n"))
			_, err = conn.Read(make([]byte, 1))
			_ = conn.Close()
		}
		if (what == "") != (err == nil) {
			t.Errorf("%q: %v", what, err)
		}
	}
}

// Nothing older than TLS 1.3 is spoken, and no connection goes on from another.
func TestTLSIsNewAndNeverResumed(t *testing.T) {
	address := listen(t, hubIdentity(), nil)
	_, err := tls.Dial("tcp", address, &tls.Config{InsecureSkipVerify: true, MaxVersion: tls.VersionTLS12})
	if err == nil {
		t.Error("TLS 1.2 is spoken")
	}
	config := must(wire.ClientTLS(ours.desk(1).id, hubTrust()))
	config.ClientSessionCache = tls.NewLRUClientSessionCache(8) // a client that would
	for range 3 {
		conn, err := tls.Dial("tcp", address, config)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = conn.Write([]byte("OPTIONS * HTTP/1.1\r\nHost: hub\r\n\r\n"))
		if _, err := conn.Read(make([]byte, 1)); err != nil {
			t.Fatal(err)
		}
		if cs := conn.ConnectionState(); cs.DidResume || cs.Version != tls.VersionTLS13 || cs.NegotiatedProtocol != "http/1.1" {
			t.Errorf("resumed %v, version %x, protocol %q", cs.DidResume, cs.Version, cs.NegotiatedProtocol)
		}
		_ = conn.Close()
	}
}

// A server that is cut off within its certificate is nobody, and neither is a port where something else answers.
func TestServersThatAreNone(t *testing.T) {
	desk := ours.desk(1)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			_, _ = conn.Read(make([]byte, 100))
			_, _ = conn.Write([]byte("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"))
			_ = conn.Close()
		}
	}()
	c := client(t, l.Addr().String(), desk, hubTrust())
	if _, err := c.Digest(t.Context(), ours.scope(oplog.Public)); err == nil {
		t.Error("plain HTTP is taken for the hub")
	} else if strings.Contains(err.Error(), "200") {
		t.Errorf("what came is quoted: %v", err)
	}
}

func TestAddresses(t *testing.T) {
	for address, ok := range map[string]bool{
		"192.0.2.1:7443": true, "hub.example.org": true, "https://hub.example.org:8443": true, "https://hub.example.org/": true,
		"[2001:db8::1]:7443": true,
		"":                   false, "http://hub.example.org": false, "https://hub.example.org/path": false, "https://a:b@hub.example.org": false,
		"https://": false, "hub.example.org?q": false, "ftp://hub": false,
	} {
		_, err := wire.NewClient(address, ours.desk(1).id, hubTrust())
		if (err == nil) != ok {
			t.Errorf("%q: %v", address, err)
		}
	}
}

func TestFingerprint(t *testing.T) {
	a, b := wire.Fingerprint(public(keyOf(1))), wire.Fingerprint(public(keyOf(2)))
	if len(a) != 23 || a == b || strings.Count(a, "-") != 3 {
		t.Errorf("%q and %q", a, b)
	}
	code := must(wire.NewCode(public(keyOf(1)), rand.Reader))
	if code[:11] != a[:11] {
		t.Errorf("the code %q does not begin like the fingerprint %q", code, a)
	}
}
