package card

import (
	"fmt"
	"log/slog"
	"strings"

	"linli/app/receipt"
)

// CodeKind is what a code of ours stands for.
type CodeKind string

// The kinds, as they stand in a code.
const (
	CodeReceipt     CodeKind = "R" // of something handed in
	CodeAppointment CodeKind = "A"
)

// Code is what a slip of ours carries as QR text:
//
//	LINLI:1:R:261123010478:246810
//
// the mark, its version, the kind, a number of twelve digits with its check digit, and the secret of six that belongs to it. Nothing but capital letters, digits and colons
// stands in it, so that a QR symbol of it is small and a scanner that types cannot be wrong about the keyboard's layout, colons aside.
// It is as secret as the slip, and shows itself as little as a [Person] does.
type Code struct {
	Kind   CodeKind
	Number string
	Secret string
}

const (
	codeMark   = "LINLI"
	codeNow    = "1"
	secretSize = 6
)

// Encode writes a code's text.
func (c Code) Encode() string {
	return strings.Join([]string{codeMark, codeNow, string(c.Kind), c.Number, c.Secret}, ":")
}

// ParseCode reads a code's text. ok is false for anything that is not ours, such as an electronic social security card or identity code: only who
// issued those can tell what they mean.
func ParseCode(text string) (c Code, ok bool) {
	parts := strings.Split(strings.ToUpper(strings.TrimSpace(text)), ":")
	if len(parts) != 5 || parts[0] != codeMark || parts[1] != codeNow {
		return Code{}, false
	}
	c = Code{CodeKind(parts[2]), parts[3], parts[4]}
	if c.Kind != CodeReceipt && c.Kind != CodeAppointment || !digits(c.Number, 12) || !receipt.Valid(c.Number) || !digits(c.Secret, secretSize) {
		return Code{}, false
	}
	return c, true
}

// digits answers whether s is so many digits.
func digits(s string, n int) bool {
	return len(s) == n && !strings.ContainsFunc(s, func(r rune) bool { return r < '0' || r > '9' })
}

// Format implements [fmt.Formatter] and shows the kind alone.
func (c Code) Format(f fmt.State, _ rune) {
	_, _ = f.Write([]byte("card.Code(" + string(c.Kind) + ")"))
}

// LogValue implements [slog.LogValuer] and shows the kind alone.
func (c Code) LogValue() slog.Value { return slog.StringValue(string(c.Kind)) }

// MarshalJSON implements [encoding/json.Marshaler] and shows the kind alone.
func (c Code) MarshalJSON() ([]byte, error) { return []byte(`"` + string(c.Kind) + `"`), nil }
