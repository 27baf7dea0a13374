package wire_test

import (
	"bytes"
	"crypto/ed25519"
	"errors"
	"reflect"
	"strings"
	"testing"

	"linli/sync/exchange"
	"linli/sync/oplog"
	"linli/sync/wire"
)

// strict fuzzes a decoder whose messages have one encoding each: what is accepted is written as it came, and everything else is
// malformed.
func strict[T any](f *testing.F, encode func(T) ([]byte, error), decode func([]byte) (T, error), seeds ...T) {
	for _, m := range seeds {
		f.Add(must(encode(m)))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := decode(b)
		if err != nil {
			if !errors.Is(err, exchange.ErrMalformed) {
				t.Fatal(err)
			}
			return
		}
		if again, err := encode(m); err != nil || !bytes.Equal(again, b) {
			t.Fatalf("%x is accepted but written as %x, %v", b, again, err)
		}
	})
}

var aHead = oplog.Head{Origin: oplog.Origin{7}, N: 3, Hash: oplog.Hash{1, 2}}

func FuzzHeadsRequest(f *testing.F) {
	strict(f, wire.EncodeHeadsRequest, wire.DecodeHeadsRequest,
		exchange.HeadsRequest{Scope: "hall/h1/desk"}, exchange.HeadsRequest{Scope: "district/d", Heads: []oplog.Head{aHead, aHead}})
}

func FuzzHeadsAnswer(f *testing.F) {
	strict(f, wire.EncodeHeadsAnswer, wire.DecodeHeadsAnswer,
		exchange.HeadsAnswer{Log: "hub"},
		exchange.HeadsAnswer{Log: "hub", Heads: []oplog.Head{aHead}, Held: []bool{true, false}, End: exchange.Cursor{Seq: 9, Hash: oplog.Hash{4}}})
}

func FuzzPullRequest(f *testing.F) {
	strict(f, wire.EncodePullRequest, wire.DecodePullRequest, exchange.PullRequest{Wait: exchange.MaxWait, Scopes: []exchange.PullScope{
		{Scope: "hall/h1/desk", Known: []oplog.Head{aHead}, After: exchange.Cursor{Seq: 9, Hash: oplog.Hash{4}}}, {Scope: "hall/h1/public"},
	}})
}

func FuzzPushAnswer(f *testing.F) {
	strict(f, wire.EncodePushAnswer, wire.DecodePushAnswer,
		exchange.PushAnswer{Log: "hub", Fresh: 3, Duplicates: 4}, exchange.PushAnswer{Log: "hub", Fault: exchange.FaultGap})
}

func FuzzDigestRequest(f *testing.F) {
	strict(f, wire.EncodeDigestRequest, wire.DecodeDigestRequest, oplog.Scope("hall/h1/desk"), oplog.Scope("district/d"))
}

func FuzzDigestAnswer(f *testing.F) {
	a := exchange.DigestAnswer{Log: "hub"}
	a.Vector, a.Rows = oplog.Hash{1}, oplog.SetDigest{2}
	strict(f, wire.EncodeDigestAnswer, wire.DecodeDigestAnswer, a)
}

// A batch may leave out what it says twice or not, so it is compared by what it means.
func FuzzPush(f *testing.F) {
	f.Add(must(wire.EncodePush(oplog.Batch{Scope: ours.scope(oplog.Desk), Items: items(f, 3)})))
	f.Add(badTail(f))
	f.Fuzz(func(t *testing.T, b []byte) {
		batch, fault, err := wire.DecodePush(b)
		if err != nil {
			if !errors.Is(err, exchange.ErrMalformed) || len(batch.Items) > 0 {
				t.Fatal(err)
			}
			return
		}
		if batch.Scope.Check() != nil || batch.Size() > oplog.MaxBatch || len(batch.Items) > oplog.MaxBatchEntries {
			t.Fatal("beyond its bounds")
		}
		again, fault2, err := wire.DecodePush(must(wire.EncodePush(batch)))
		if err != nil || fault2 != nil || !reflect.DeepEqual(again, batch) {
			t.Fatalf("%v, %v, %v", fault, fault2, err)
		}
	})
}

func FuzzPullAnswer(f *testing.F) {
	scope, list := ours.scope(oplog.Desk), items(f, 3)
	f.Add(must(wire.EncodePullAnswer(exchange.PullAnswer{Log: "hub", Pages: []exchange.PullPage{
		{Batch: oplog.Batch{Scope: scope, Items: list}, Next: exchange.Cursor{Seq: 3, Hash: list[2].Entry.Hash()}, More: true},
		{Batch: oplog.Batch{Scope: "hall/h1/public"}},
	}})))
	f.Add(must(oplog.Marshal([]any{"hub", []any{[]any{badTail(f), []any{}, false}}})))
	f.Fuzz(func(t *testing.T, b []byte) {
		a, err := wire.DecodePullAnswer(b)
		if err != nil {
			if !errors.Is(err, exchange.ErrMalformed) || len(a.Pages) > 0 {
				t.Fatal(err)
			}
			return
		}
		again, err := wire.DecodePullAnswer(must(wire.EncodePullAnswer(a)))
		for i := range a.Pages {
			a.Pages[i].Fault = nil // what could not be read is gone
		}
		if err != nil || !reflect.DeepEqual(again, a) {
			t.Fatalf("%+v became %+v, %v", a, again, err)
		}
	})
}

func FuzzApplication(f *testing.F) {
	f.Add(must(wire.EncodeApplication(wire.Applicant{Key: public(keyOf(1)), Wrap: make([]byte, 32), Name: "二号窗口"}, make([]byte, 32))))
	f.Fuzz(func(t *testing.T, b []byte) {
		a, proof, err := wire.DecodeApplication(b)
		if err != nil {
			if !errors.Is(err, exchange.ErrMalformed) {
				t.Fatal(err)
			}
			return
		}
		if again := must(wire.EncodeApplication(a, proof)); !bytes.Equal(again, b) || strings.ContainsAny(a.Name, "\n\x00\x1b") {
			t.Fatalf("%x is accepted but written as %x", b, again)
		}
	})
}

func FuzzAdmission(f *testing.F) {
	key := public(keyOf(1))
	f.Add(must(wire.EncodeAdmission(wire.Admission{
		Certificate: ours.desk(1).id.Certificate, Hall: ours.id, Authority: public(ours.authority), Keys: []byte("sealed"),
		Name: "柳荫街道社区服务大厅", Zone: "Asia/Shanghai",
	})))
	f.Fuzz(func(t *testing.T, b []byte) {
		a, err := wire.DecodeAdmission(b, key)
		if err != nil {
			if !errors.Is(err, exchange.ErrMalformed) {
				t.Fatal(err)
			}
			return
		}
		if again := must(wire.EncodeAdmission(a)); !bytes.Equal(again, b) {
			t.Fatalf("%x is accepted but written as %x", b, again)
		}
		if c, err := oplog.DecodeCertificate(a.Certificate); err != nil || c.Verify(a.Authority) != nil || !c.PublicKey.Equal(ed25519.PublicKey(key)) {
			t.Fatal("a certificate that does not hold")
		}
	})
}

func FuzzNewcomer(f *testing.F) {
	strict(f, wire.EncodeNewcomer, wire.DecodeNewcomer, wire.Newcomer{
		Name: "柳荫街道社区服务大厅", Division: "110102001001", Zone: "Asia/Shanghai", Authority: public(ours.authority),
		Certificate: ours.certify(1, exchange.RoleDesk, oplog.Public),
	})
}

// A body never becomes more than its limit, and never panics a decoder that is used again.
func FuzzBody(f *testing.F) {
	whole := bytes.Repeat([]byte("compressible "), 100)
	small, _ := wire.Compress(whole)
	f.Add(small, 2000)
	f.Add(bomb(f, 1<<20), 1000)
	f.Fuzz(func(t *testing.T, b []byte, limit int) {
		limit &= 1<<16 - 1
		if got, err := wire.ReadBody(b, "zstd", limit); err == nil && len(got) > limit ||
			err != nil && !errors.Is(err, exchange.ErrTooMuch) && !errors.Is(err, exchange.ErrMalformed) {
			t.Fatalf("%d bytes of %d, %v", len(got), limit, err)
		}
		if got, err := wire.ReadBody(small, "zstd", 2000); err != nil || !bytes.Equal(got, whole) {
			t.Fatalf("after that a good body is %d bytes, %v", len(got), err)
		}
	})
}

func FuzzParseCode(f *testing.F) {
	code := must(wire.NewCode(public(keyOf(1)), bytes.NewReader(make([]byte, 6))))
	f.Add(code)
	f.Add(" ｏｉｌ－" + strings.ToLower(code))
	f.Fuzz(func(t *testing.T, s string) {
		code, err := wire.ParseCode(s)
		if err != nil {
			return
		}
		if again, err := wire.ParseCode(strings.ToLower(code)); err != nil || again != code || len(code) != 23 {
			t.Fatalf("%q became %q and then %q, %v", s, code, again, err)
		}
	})
}

func FuzzParseRange(f *testing.F) {
	f.Add("bytes 0-9/10")
	f.Add("bytes */10")
	f.Add("bytes 5-9/10")
	f.Fuzz(func(t *testing.T, s string) {
		from, size, err := wire.ParseRange(s)
		if err == nil && (size < 1 || from < -1 || from >= size) {
			t.Fatalf("%q is from %d of %d", s, from, size)
		}
	})
}
