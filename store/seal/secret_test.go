package seal_test

import (
	"bytes"
	"crypto/rand"
	"errors"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"

	"linli/store/seal"
)

func TestSubmission(t *testing.T) {
	r := newRing(t)
	info, aad, plain := []byte("submission"), []byte("id-1"), []byte("漏水 in an invented house")
	sealed, err := seal.SealToHall(r.HallPublicKey(), info, aad, plain)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := r.OpenSubmission(info, aad, sealed); err != nil || !bytes.Equal(got, plain) {
		t.Fatalf("opened to something else: %v", err)
	}
	again, err := seal.SealToHall(r.HallPublicKey(), info, aad, plain)
	if err != nil || bytes.Equal(sealed, again) {
		t.Errorf("two submissions of one text are equal bytes (%v)", err)
	}
	short, err := seal.SealToHall(r.HallPublicKey(), info, aad, nil)
	if err != nil || len(short) != len(sealed) {
		t.Errorf("the length of a short text shows (%v)", err)
	}
	if got, err := r.OpenSubmission(info, aad, short); err != nil || len(got) != 0 {
		t.Errorf("an empty submission: %v", err)
	}
	for i := range sealed {
		bad := bytes.Clone(sealed)
		bad[i] ^= 0x80
		// X25519 ignores the top bit of a point's last byte; HPKE binds the bytes all the same.
		if _, err := r.OpenSubmission(info, aad, bad); err == nil {
			t.Fatalf("byte %d altered, and it opened", i)
		}
	}
	for n := range sealed {
		if _, err := r.OpenSubmission(info, aad, sealed[:n]); err == nil {
			t.Fatalf("cut to %d bytes it opened", n)
		}
	}
	newer := bytes.Clone(sealed)
	newer[0] = 2
	for name, c := range map[string]struct {
		ring              *seal.Ring
		info, aad, sealed []byte
		want              error
	}{
		"another record":  {r, info, []byte("id-2"), sealed, seal.ErrAltered},
		"another purpose": {r, []byte("help"), aad, sealed, seal.ErrAltered},
		"another hall":    {newRing(t), info, aad, sealed, seal.ErrUnknownKey},
		"newer suite":     {r, info, aad, newer, seal.ErrUnknownSuite},
		"short":           {r, info, aad, sealed[:20], seal.ErrNotSealed},
	} {
		if _, err := c.ring.OpenSubmission(c.info, c.aad, c.sealed); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
	if _, err := seal.SealToHall([]byte("short"), info, aad, plain); err == nil {
		t.Error("sealed to a key of five bytes")
	}
}

func TestReplyUnderReceipt(t *testing.T) {
	const receipt, secret = "S2-0001-K", "042137"
	sealed, err := seal.SealUnderReceipt(receipt, secret, []byte("已受理"))
	if err != nil {
		t.Fatal(err)
	}
	if got, err := seal.OpenWithReceipt(receipt, secret, sealed); err != nil || string(got) != "已受理" {
		t.Fatalf("opened to something else: %v", err)
	}
	for _, wrong := range [][2]string{{receipt, "042138"}, {"S2-0002-K", secret}} {
		if _, err := seal.OpenWithReceipt(wrong[0], wrong[1], sealed); !errors.Is(err, seal.ErrWrongSecret) {
			t.Errorf("%v: %v, want ErrWrongSecret", wrong, err)
		}
	}
	// A desk that kept the key replaces the reply without the secret.
	key := seal.ReceiptKey(receipt, secret)
	later, err := seal.SealWithKey(key, []byte("已办结"))
	if err != nil {
		t.Fatal(err)
	}
	if got, err := seal.OpenWithReceipt(receipt, secret, later); err != nil || string(got) != "已办结" {
		t.Errorf("the later reply: %v", err)
	}
	if got, err := seal.OpenWithKey(key, sealed); err != nil || string(got) != "已受理" {
		t.Errorf("the earlier reply with the key: %v", err)
	}
	if len(later) != len(sealed) {
		t.Error("the reply's length shows")
	}
	for i := range later {
		bad := bytes.Clone(later)
		bad[i] ^= 1
		if _, err := seal.OpenWithKey(key, bad); err == nil {
			t.Fatalf("byte %d altered, and it opened", i)
		}
	}
	if _, err := seal.OpenWithReceipt(receipt, secret, []byte("x")); !errors.Is(err, seal.ErrNotSealed) {
		t.Errorf("nonsense: %v", err)
	}
	later[0] = 9
	if _, err := seal.OpenWithKey(key, later); !errors.Is(err, seal.ErrUnknownSuite) {
		t.Errorf("newer suite: %v", err)
	}
	if _, err := seal.SealWithKey(key[:16], nil); !errors.Is(err, seal.ErrKeySize) {
		t.Errorf("short key: %v", err)
	}
}

func TestReceiptSecretsAreSixUniformDigits(t *testing.T) {
	six := regexp.MustCompile(`^[0-9]{6}$`)
	const draws = 20_000
	var first [10]int
	for range draws {
		s := seal.NewReceiptSecret(rand.Reader)
		if !six.MatchString(s) {
			t.Fatalf("%d characters, or not all digits", len(s))
		}
		first[s[0]-'0']++
	}
	// A remainder of 2²⁰ would give the first digit 0 about 9 % more; eight standard deviations are 17 %.
	for d, n := range first {
		if n < draws/10*83/100 || n > draws/10*117/100 {
			t.Errorf("first digit %d came %d times of %d", d, n, draws)
		}
	}
	// 1,048,575 and 1,000,000 are out of range and drawn again, not folded back.
	src := bytes.NewReader([]byte{0xff, 0xff, 0xff, 0xff, 0x00, 0x0f, 0x42, 0x40, 0x00, 0x0f, 0x42, 0x3f})
	if s := seal.NewReceiptSecret(src); s != "999999" {
		t.Errorf("got %s, want 999999", s)
	}
}

func TestPIN(t *testing.T) {
	phc := seal.HashPIN("246810")
	if !regexp.MustCompile(`^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$`).MatchString(phc) {
		t.Errorf("not a PHC string of the expected form: %s", phc)
	}
	if !seal.CheckPIN(phc, "246810") {
		t.Error("the right PIN is refused")
	}
	if seal.CheckPIN(phc, "246811") || seal.CheckPIN(phc, "") {
		t.Error("a wrong PIN is accepted")
	}
	if seal.HashPIN("246810") == phc {
		t.Error("two hashes of one PIN are equal: no salt")
	}
	for _, bad := range []string{
		"", "246810", "$argon2id$", strings.Replace(phc, "argon2id", "argon2i", 1), strings.Replace(phc, "v=19", "v=16", 1),
		strings.Replace(phc, "m=19456", "m=99999999", 1), strings.Replace(phc, "t=2", "t=999", 1), strings.Replace(phc, "t=2", "t=0", 1),
		strings.Replace(phc, "p=1", "p=255", 1), strings.Replace(phc, "m=19456", "m=0", 1), phc + "$x", phc + "!",
		phc[:strings.LastIndex(phc, "$")+1],
	} {
		if seal.CheckPIN(bad, "246810") {
			t.Errorf("accepted under the hash %q", bad)
		}
	}
	if seal.CheckPIN("$argon2id$v=19$m=8192,t=1,p=1$c2FsdHNhbHRzYWx0$AAAAAAAAAAAAAAAAAAAAAA", "246810") {
		t.Error("accepted under a hash of zeros")
	}
}

// A hash that another setting made still checks: RFC 9106's own parameters differ from ours, and so may a later version's.
func TestHashOfOtherParametersChecks(t *testing.T) {
	if !seal.CheckPIN(otherPHC, "246810") || seal.CheckPIN(otherPHC, "246811") {
		t.Error("a hash of 8 MiB, one pass is not checked with its own parameters")
	}
}

// The hash of an unreadable PIN is compared with zeros; that comparison alone must not decide.
func TestUnreadableHashIsNeverTrue(t *testing.T) {
	for _, pin := range []string{"", "0", "000000"} {
		if seal.CheckPIN("", pin) {
			t.Errorf("PIN %q passes where there is no hash", pin)
		}
	}
}

func TestAtMostTwoStretchAtATime(t *testing.T) {
	if n := seal.StretchSlots(); n != 2 {
		t.Errorf("the process lets %d run", n)
	}
	synctest.Test(t, func(t *testing.T) {
		l := seal.NewLimit(2)
		running, finish, done := make(chan int, 5), make(chan struct{}), make(chan int, 5)
		for i := range 5 {
			go func() {
				l.Do(func() { running <- i; <-finish })
				done <- i
			}()
		}
		for round, want := range []int{2, 3, 4, 5} {
			synctest.Wait()
			if len(running) != want {
				t.Errorf("after %d finished, %d have started, want %d", round, len(running), want)
			}
			finish <- struct{}{}
		}
		close(finish)
		synctest.Wait()
		if len(done) != 5 {
			t.Errorf("%d of 5 came to an end", len(done))
		}
	})
}

func BenchmarkReceiptKey(b *testing.B) {
	for b.Loop() {
		seal.ReceiptKey("S2-0001-K", "042137")
	}
}
