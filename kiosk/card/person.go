package card

import (
	"fmt"
	"log/slog"
	"time"

	"linli/app"
	"linli/app/standard"
)

// Kind is what kind of card a person has. The zero Kind is a resident's.
type Kind string

// The kinds of card.
const (
	Resident  Kind = ""          // 居民身份证
	Permit    Kind = "permit"    // 港澳台居民居住证
	Permanent Kind = "permanent" // 外国人永久居留身份证 of 2017
)

// Person is what stands on an identity card. It never shows itself: not by fmt with any verb, not by log/slog, not as JSON. Whoever needs a field
// takes the field.
type Person struct {
	Kind     Kind
	Name     string
	Sex      string // GB/T 2261.1: "1" or "2"
	Nation   string // GB/T 3304, two digits; empty where the card has none
	Birth    app.Day
	Address  string // empty on a foreigner's card
	IDNumber string
	Issuer   string
	From     app.Day
	Until    app.Day // empty with LongTerm
	LongTerm bool    // 长期
	Pass     string  // of a [Permit]: the number of the travel permit
	Country  string  // of a [Permanent]: nationality, ISO 3166-1 alpha-3 as the card has it
}

// Age answers the completed years at a day.
func (p Person) Age(on app.Day) int {
	birth, err := time.Parse(time.DateOnly, string(p.Birth))
	if err != nil {
		return 0
	}
	day, err := time.Parse(time.DateOnly, string(on))
	if err != nil {
		return 0
	}
	return standard.Age(birth, day)
}

// Expired answers whether the card was valid until a day before this one.
func (p Person) Expired(on app.Day) bool { return !p.LongTerm && p.Until != "" && p.Until < on }

// Masked is the name as a public screen may show it: 张*三.
func (p Person) Masked() string { return standard.MaskName(p.Name) }

// hidden stands for a person wherever one is printed.
const hidden = "card.Person(hidden)"

// String implements [fmt.Stringer] and shows nothing.
func (p Person) String() string { return hidden }

// GoString implements [fmt.GoStringer] and shows nothing.
func (p Person) GoString() string { return hidden }

// Format implements [fmt.Formatter] and shows nothing, whatever the verb.
func (p Person) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(hidden)) }

// LogValue implements [slog.LogValuer] and shows nothing.
func (p Person) LogValue() slog.Value { return slog.StringValue(hidden) }

// MarshalJSON implements [encoding/json.Marshaler] and shows nothing: a log may encode what holds a person.
func (p Person) MarshalJSON() ([]byte, error) { return []byte(`"` + hidden + `"`), nil }
