package oplog_test

import (
	"crypto/ed25519"
	"errors"
	"reflect"
	"strings"
	"testing"

	"linli/sync/oplog"
)

// certificate is a valid one for key 2, signed by the authority with key 9.
func certificate(t testing.TB) oplog.Certificate {
	t.Helper()
	c := oplog.Certificate{
		Hall:      "h1",
		PublicKey: key(2).pub,
		Machines:  []int{17, 18, 3},
		Role:      "desk",
		Scopes:    []oplog.Scope{"hall/h1/public", "hall/h1/desk"},
		Issued:    noon.UnixMilli(),
		Expires:   noon.AddDate(1, 0, 0).UnixMilli(),
		Serial:    42,
	}
	if err := c.Sign(key(9).priv); err != nil {
		t.Fatal(err)
	}
	return c
}

func TestCertificateRoundTrip(t *testing.T) {
	c := certificate(t)
	b := must(c.Encode())
	back, err := oplog.DecodeCertificate(b)
	if err != nil || !reflect.DeepEqual(back, c) {
		t.Fatalf("%+v became %+v, %v", c, back, err)
	}
	if err := back.Verify(key(9).pub); err != nil {
		t.Error(err)
	}
	if err := back.Verify(key(8).pub); !errors.Is(err, oplog.ErrCertificate) {
		t.Errorf("another authority: %v", err)
	}
	if err := back.Verify(nil); !errors.Is(err, oplog.ErrCertificate) {
		t.Errorf("no authority: %v", err)
	}
	if back.Origin != oplog.OriginOf(key(2).pub) {
		t.Error("the origin is not the key's")
	}
	if !back.Allows("hall/h1/desk") || back.Allows("hall/h1/care") {
		t.Error("Allows does not follow the scopes")
	}
	for i := range b {
		for _, flip := range flips {
			b[i] ^= flip
			if other, err := oplog.DecodeCertificate(b); err == nil && other.Verify(key(9).pub) == nil {
				t.Errorf("byte %d ^ %02x goes unseen", i, flip)
			}
			b[i] ^= flip
		}
	}
}

func TestCertificateCoversEveryField(t *testing.T) {
	for what, edit := range map[string]func(c *oplog.Certificate){
		"hall":     func(c *oplog.Certificate) { c.Hall = "h2" },
		"key":      func(c *oplog.Certificate) { c.PublicKey = key(3).pub; c.Origin = oplog.OriginOf(key(3).pub) },
		"origin":   func(c *oplog.Certificate) { c.Origin[0] ^= 1 },
		"machines": func(c *oplog.Certificate) { c.Machines[0] = 99 },
		"role":     func(c *oplog.Certificate) { c.Role = "admin" },
		"scopes":   func(c *oplog.Certificate) { c.Scopes = append(c.Scopes, "hall/h1/care") },
		"issued":   func(c *oplog.Certificate) { c.Issued-- },
		"expires":  func(c *oplog.Certificate) { c.Expires++ },
		"serial":   func(c *oplog.Certificate) { c.Serial++ },
	} {
		c := certificate(t)
		edit(&c)
		if err := c.Verify(key(9).pub); !errors.Is(err, oplog.ErrCertificate) {
			t.Errorf("%s changed: %v", what, err)
		}
	}
}

func TestSignRefusesMalformedCertificates(t *testing.T) {
	for what, edit := range map[string]func(c *oplog.Certificate){
		"no hall":         func(c *oplog.Certificate) { c.Hall = "" },
		"no key":          func(c *oplog.Certificate) { c.PublicKey = nil },
		"machine 0":       func(c *oplog.Certificate) { c.Machines = []int{0} },
		"machine twice":   func(c *oplog.Certificate) { c.Machines = []int{4, 4} },
		"no role":         func(c *oplog.Certificate) { c.Role = " " },
		"long role":       func(c *oplog.Certificate) { c.Role = strings.Repeat("r", 65) },
		"malformed scope": func(c *oplog.Certificate) { c.Scopes = []oplog.Scope{"hall"} },
		"scope twice":     func(c *oplog.Certificate) { c.Scopes = []oplog.Scope{"district/d", "district/d"} },
		"ends at once":    func(c *oplog.Certificate) { c.Expires = c.Issued - 1 },
	} {
		c := certificate(t)
		edit(&c)
		if err := c.Sign(key(9).priv); !errors.Is(err, oplog.ErrCertificate) {
			t.Errorf("%s: %v", what, err)
		}
	}
	c := certificate(t)
	c.Signature = nil
	if _, err := c.Encode(); !errors.Is(err, oplog.ErrCertificate) {
		t.Errorf("encoding it unsigned: %v", err)
	}
}

// Not even the authority can give a key another's origin.
func TestDecodeCertificateRefusesAnothersOrigin(t *testing.T) {
	pair := must(oplog.Unmarshal(must(certificate(t).Encode()))).([]any)
	other := oplog.OriginOf(key(3).pub)
	pair[0].(map[string]any)["origin"] = other[:]
	fields := append([]byte("linli certificate 1\x00"), must(oplog.Marshal(pair[0]))...)
	pair[1] = ed25519.Sign(key(9).priv, fields)
	if _, err := oplog.DecodeCertificate(must(oplog.Marshal(pair))); !errors.Is(err, oplog.ErrCertificate) {
		t.Errorf("%v", err)
	}
	own := certificate(t).Origin
	pair[0].(map[string]any)["origin"] = own[:]
	fields = append([]byte("linli certificate 1\x00"), must(oplog.Marshal(pair[0]))...)
	pair[1] = ed25519.Sign(key(9).priv, fields)
	if c, err := oplog.DecodeCertificate(must(oplog.Marshal(pair))); err != nil || c.Verify(key(9).pub) != nil {
		t.Errorf("with its own origin it is refused: %v", err)
	}
}

func FuzzDecodeCertificate(f *testing.F) {
	f.Add(must(certificate(f).Encode()))
	f.Fuzz(func(t *testing.T, b []byte) {
		c, err := oplog.DecodeCertificate(b)
		if err != nil {
			return
		}
		if again, err := c.Encode(); err != nil || string(again) != string(b) {
			t.Fatalf("%x is accepted but written as %x, %v", b, again, err)
		}
	})
}
