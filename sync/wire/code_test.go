package wire_test

import (
	"bytes"
	"crypto/rand"
	"errors"
	"strings"
	"testing"

	"linli/sync/wire"
)

const crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

func TestCodes(t *testing.T) {
	admitter := public(keyOf(1))
	code := must(wire.NewCode(admitter, bytes.NewReader([]byte{0xff, 0, 0xaa, 0x55, 0x12, 0x34})))
	again := must(wire.NewCode(admitter, bytes.NewReader([]byte{0xff, 0, 0xaa, 0x55, 0x12, 0x35})))
	if len(code) != 23 || code[5] != '-' || code[11] != '-' || code[17] != '-' {
		t.Fatalf("%q is not in four groups of five", code)
	}
	if code[:11] != wire.Fingerprint(admitter)[:11] || code[:11] != again[:11] {
		t.Error("a code does not begin with the fingerprint")
	}
	if other := must(wire.NewCode(public(keyOf(2)), rand.Reader)); other[:11] == code[:11] {
		t.Error("two admitters, one fingerprint")
	}
	// The last three of the 48 bits that are drawn are not used.
	if a, b := must(wire.NewCode(admitter, bytes.NewReader([]byte{0, 0, 0, 0, 0, 0x08}))), must(wire.NewCode(admitter, bytes.NewReader([]byte{0, 0, 0, 0, 0, 0}))); a == b {
		t.Error("a bit of the secret is lost")
	}
	if _, err := wire.NewCode(admitter, bytes.NewReader(nil)); err == nil {
		t.Error("a code without randomness")
	}
}

// A person may type as they like, and slip no more than once.
func TestCodesAreTypedByPeople(t *testing.T) {
	code := must(wire.NewCode(public(keyOf(1)), rand.Reader))
	// One with both characters that are mistaken for letters.
	for !strings.Contains(code[:22], "0") || !strings.Contains(code[:22], "1") {
		code = must(wire.NewCode(public(keyOf(1)), rand.Reader))
	}
	wide := strings.Map(func(r rune) rune { return r + '！' - '!' }, code)
	for what, typed := range map[string]string{
		"as it is":           code,
		"small":              strings.ToLower(code),
		"without hyphens":    strings.ReplaceAll(code, "-", ""),
		"with spaces":        "  " + strings.ReplaceAll(code, "-", " ") + "\n",
		"in other groups":    code[:2] + " - " + code[2:],
		"with O":             strings.ReplaceAll(code, "0", "O"),
		"with o":             strings.ReplaceAll(code, "0", "o"),
		"with I":             strings.ReplaceAll(code, "1", "I"),
		"with l":             strings.ReplaceAll(code, "1", "l"),
		"in full width":      wide,
		"with long hyphens":  strings.ReplaceAll(code, "-", "—"),
		"with wide spaces":   strings.ReplaceAll(code, "-", "　"),
		"in full width, too": strings.ReplaceAll(wide, "－", "　"),
	} {
		if got, err := wire.ParseCode(typed); err != nil || got != code {
			t.Errorf("%s: %q became %q, %v", what, typed, got, err)
		}
	}
	for what, typed := range map[string]string{
		"nothing": "", "less": code[:22], "more": code + "0", "a U": "U" + code[1:], "Chinese": "码" + code[1:], "punctuation": code[:5] + "." + code[6:],
	} {
		if _, err := wire.ParseCode(typed); !errors.Is(err, wire.ErrCodeForm) {
			t.Errorf("%s: %v", what, err)
		}
	}
	plain := strings.ReplaceAll(code, "-", "")
	for i := range plain {
		for _, c := range crockford {
			if slip := plain[:i] + string(c) + plain[i+1:]; slip != plain {
				if _, err := wire.ParseCode(slip); err == nil {
					t.Errorf("%q for %q is not noticed", slip, plain)
				}
			}
		}
		if i > 0 && plain[i] != plain[i-1] {
			swapped := plain[:i-1] + plain[i:i+1] + plain[i-1:i] + plain[i+1:]
			if _, err := wire.ParseCode(swapped); err == nil {
				t.Errorf("%q for %q is not noticed", swapped, plain)
			}
		}
	}
}

// The key of a code depends on the code and on the admitter's whole key.
func TestCodeKeys(t *testing.T) {
	one, two := public(keyOf(1)), public(keyOf(2))
	code := must(wire.NewCode(one, rand.Reader))
	a := must(wire.CodeKey(code, one))
	if b := must(wire.CodeKey(strings.ReplaceAll(code, "-", ""), one)); !bytes.Equal(a, b) || len(a) != 32 {
		t.Error("a code has two keys")
	}
	if bytes.Equal(a, must(wire.CodeKey(code, two))) {
		t.Error("two admitters, one key")
	}
	if bytes.Equal(a, must(wire.CodeKey(must(wire.NewCode(one, rand.Reader)), one))) {
		t.Error("two codes, one key")
	}
}

func BenchmarkCodeKey(b *testing.B) {
	code := must(wire.NewCode(public(keyOf(1)), rand.Reader))
	for b.Loop() {
		if _, err := wire.CodeKey(code, public(keyOf(1))); err != nil {
			b.Fatal(err)
		}
	}
}
