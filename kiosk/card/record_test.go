package card_test

import (
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf16"

	"linli/app"
	"linli/kiosk/card"
)

// permit and permanent are invented people with the other two kinds of card.
var (
	permit = card.Person{
		Kind: card.Permit, Name: "陈思齐", Sex: "1", Birth: "1962-05-15", Address: "样例市样例区样例路2号", IDNumber: "810000196205151231",
		Issuer: "样例市公安局", From: "2019-09-01", Until: "2024-09-01", Pass: "H00000001",
	}
	permanent = card.Person{
		Kind: card.Permanent, Name: "SAMPLE, ANNA MARIA", Sex: "2", Birth: "1950-06-01", IDNumber: "FIN110050060122", Country: "FIN",
		Issuer: "1100", From: "2018-01-01", Until: "2028-01-01",
	}
	rare = card.Person{
		Name: "陈𠮷·𬱖龑", Sex: "1", Nation: "06", Birth: "1988-03-04", Address: "样例市样例区样例路1号", IDNumber: "110105198803041236",
		Issuer: "样例市公安局样例分局", From: "2020-01-01", Until: "2040-01-01",
	}
)

// record writes the record that a card of somebody's would have.
func record(p card.Person) []byte {
	var b []byte
	put := func(s string, bytes int) {
		units := utf16.Encode([]rune(s))
		for i := range bytes / 2 {
			u := uint16(' ')
			if i < len(units) {
				u = units[i]
			}
			b = binary.LittleEndian.AppendUint16(b, u)
		}
	}
	bare := func(d app.Day) string { return strings.ReplaceAll(string(d), "-", "") }
	until := bare(p.Until)
	if p.LongTerm {
		until = "长期"
	}
	if p.Kind == card.Permanent {
		put(p.Name, 120)
		put(p.Sex, 2)
		put(p.IDNumber, 30)
		put(p.Country, 6)
		put("", 30)
		put(bare(p.From), 16)
		put(until, 16)
		put(bare(p.Birth), 16)
		put("01", 4)
		put(p.Issuer, 8)
		put("I", 2)
		put("", 6)
		return b
	}
	put(p.Name, 30)
	put(p.Sex, 2)
	put(p.Nation, 4)
	put(bare(p.Birth), 16)
	put(p.Address, 70)
	put(p.IDNumber, 36)
	put(p.Issuer, 30)
	put(bare(p.From), 16)
	put(until, 16)
	if p.Kind == card.Permit {
		put(p.Pass, 18)
		put("01", 4)
		put("", 6)
		put("J", 2)
		put("", 6)
		return b
	}
	put("", 36)
	return b
}

// golden are records as they were written down once, by name of their file.
func golden() map[string]card.Person {
	people := card.People()
	return map[string]card.Person{
		"long-term": people[0], "usual": people[1], "separator": people[2], "expired": people[3],
		"rare": rare, "permit": permit, "permanent": permanent,
	}
}

func TestGoldenRecordsAreRead(t *testing.T) {
	for name, want := range golden() {
		text, err := os.ReadFile(filepath.Join("testdata", name+".hex"))
		if err != nil {
			t.Fatal(err)
		}
		b, err := hex.DecodeString(strings.Join(strings.Fields(string(text)), ""))
		if err != nil {
			t.Fatal(err)
		}
		got, err := card.Parse(b)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		} else if got != want {
			t.Errorf("%s: read otherwise than it was written", name)
		}
	}
}

func TestEveryKindOfRecordIsRead(t *testing.T) {
	for name, want := range golden() {
		if b := record(want); len(b) != card.RecordLength {
			t.Fatalf("%s: the test writes %d bytes", name, len(b))
		} else if got, err := card.Parse(b); err != nil || got != want {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestARecordThatIsWrongNamesTheField(t *testing.T) {
	good := card.People()[1]
	change := func(f func(*card.Person)) []byte {
		p := good
		f(&p)
		return record(p)
	}
	put := func(at int, units ...uint16) []byte {
		b := record(good)
		for i, u := range units {
			binary.LittleEndian.PutUint16(b[at+2*i:], u)
		}
		return b
	}
	whole := record(good)
	for name, c := range map[string]struct {
		record []byte
		code   app.Code
		field  string
	}{
		"nothing":             {nil, app.CodeInvalid, "record"},
		"cut off":             {whole[:255], app.CodeInvalid, "record"},
		"too long":            {append(record(good), 0), app.CodeInvalid, "record"},
		"all zero":            {make([]byte, 256), app.CodeRequired, "name"},
		"all 0xFF":            {filled(0xff), app.CodeInvalid, "name"},
		"all spaces":          {[]byte(strings.Repeat(" \x00", 128)), app.CodeRequired, "name"},
		"half a character":    {put(0, 0xd842), app.CodeInvalid, "name"},
		"control characters":  {put(2, 7), app.CodeInvalid, "name"},
		"no sex":              {put(30, ' '), app.CodeRequired, "sex"},
		"another sex":         {put(30, '7'), app.CodeUnknownCode, "sex"},
		"another nation":      {change(func(p *card.Person) { p.Nation = "60" }), app.CodeUnknownCode, "nation"},
		"no such day":         {change(func(p *card.Person) { p.Birth = "1988-02-30" }), app.CodeDate, "birth"},
		"born on another day": {change(func(p *card.Person) { p.Birth = "1988-03-05" }), app.CodeMismatch, "birth"},
		"no number":           {change(func(p *card.Person) { p.IDNumber = "" }), app.CodeRequired, "number"},
		"a wrong check digit": {change(func(p *card.Person) { p.IDNumber = "110105198803041237" }), app.CodeIDChecksum, "number"},
		"a broken address":    {put(52, 0xdfff), app.CodeInvalid, "address"},
		"a broken issuer":     {put(158, 0xffff), app.CodeInvalid, "issuer"},
		"no beginning":        {change(func(p *card.Person) { p.From = "" }), app.CodeRequired, "from"},
		"no end":              {change(func(p *card.Person) { p.Until = "" }), app.CodeRequired, "until"},
		"ends before":         {change(func(p *card.Person) { p.Until = "2019-12-31" }), app.CodeMismatch, "until"},
		"a permit without one": {func() []byte {
			p := permit
			p.Pass = ""
			return record(p)
		}(), app.CodeInvalid, "pass"},
		"a foreigner of nowhere": {func() []byte {
			p := permanent
			p.Country = ""
			return record(p)
		}(), app.CodeInvalid, "country"},
		"a foreigner's number": {func() []byte {
			p := permanent
			p.IDNumber = "FIN11005006012"
			return record(p)
		}(), app.CodeInvalid, "number"},
	} {
		p, err := card.Parse(c.record)
		e := app.AsError(err)
		if e == nil || e.Code != c.code || e.Field != c.field {
			t.Errorf("%s: %v, want %s %s", name, err, c.code, c.field)
			continue
		}
		if p != (card.Person{}) {
			t.Errorf("%s: half a person is answered", name)
		}
		for _, value := range []string{good.Name, good.IDNumber, "19880304", "110105198803041237", "样例", permit.Name} {
			if strings.Contains(err.Error(), value) {
				t.Errorf("%s: the error holds what stood there", name)
			}
		}
	}
}

func filled(b byte) []byte {
	all := make([]byte, card.RecordLength)
	for i := range all {
		all[i] = b
	}
	return all
}

func TestAgeAndValidity(t *testing.T) {
	p := card.People()[3] // born 1941-02-28, valid until 2024-06-01
	for day, want := range map[app.Day]int{"2026-02-27": 84, "2026-02-28": 85, "1941-02-28": 0, "1900-01-01": 0, "": 0} {
		if got := p.Age(day); got != want {
			t.Errorf("on %q %d years, want %d", day, got, want)
		}
	}
	for day, want := range map[app.Day]bool{"2024-06-01": false, "2024-06-02": true} {
		if p.Expired(day) != want {
			t.Errorf("on %s expired %v", day, !want)
		}
	}
	if card.People()[0].Expired("2199-01-01") {
		t.Error("长期 expires")
	}
	if m := card.People()[0].Masked(); m != "王*珍" {
		t.Errorf("masked %q", m)
	}
}

// Whoever prints, logs or encodes a person, or what holds one, sees nothing.
func TestAPersonNeverShowsItself(t *testing.T) {
	p := card.People()[0]
	secret := card.Code{Kind: card.CodeReceipt, Number: "261123010017", Secret: "246810"}
	event := card.Event{What: card.Placed, Person: p, Text: secret.Encode()}
	holds := struct {
		P *card.Person
		E card.Event
		C card.Code
	}{&p, event, secret}
	var out strings.Builder
	for _, v := range []any{p, &p, event, &event, secret, []any{p, event}, map[string]any{"p": p}, holds} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%d", "%x", "%T"} {
			fmt.Fprintf(&out, verb+"\n", v)
		}
		slog.New(slog.NewTextHandler(&out, nil)).Info("x", "v", v)
		slog.New(slog.NewJSONHandler(&out, nil)).Info("x", "v", v)
	}
	for _, v := range []any{p, event, holds.P} {
		b, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		out.Write(b)
	}
	fmt.Fprint(&out, p.String(), p.GoString())
	for what, value := range map[string]string{
		"name": p.Name, "number": p.IDNumber, "birth": string(p.Birth), "address": p.Address, "secret": secret.Secret,
		"number in hexadecimal": hex.EncodeToString([]byte(p.IDNumber)), "name in hexadecimal": hex.EncodeToString([]byte(p.Name)),
	} {
		if strings.Contains(out.String(), value) {
			t.Errorf("the %s is shown", what)
		}
	}
}

// Whatever a reader hands over: a whole person whose number holds, or an error.
func FuzzParse(f *testing.F) {
	for _, p := range golden() {
		f.Add(record(p))
	}
	f.Add(make([]byte, 256))
	f.Add(filled(0xff))
	f.Fuzz(func(t *testing.T, b []byte) {
		p, err := card.Parse(b)
		if err != nil {
			if e := app.AsError(err); e.Code == app.CodeInternal || e.Field == "" || p != (card.Person{}) {
				t.Fatalf("%v", err)
			}
			return
		}
		if p.Name == "" || p.Birth == "" || p.IDNumber == "" || p.LongTerm == (p.Until != "") || p.Sex == "" {
			t.Fatal("a person with holes")
		}
		if p.Kind != card.Permanent && strings.ReplaceAll(string(p.Birth), "-", "") != p.IDNumber[6:14] {
			t.Fatal("birth and number disagree")
		}
	})
}
