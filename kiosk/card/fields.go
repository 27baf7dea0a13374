package card

import (
	"errors"
	"strings"
	"time"
	"unicode"

	"linli/app"
	"linli/app/standard"
)

// fields are what a card says, as text, whoever handed it over.
type fields struct {
	name, sex, nation, birth, address, number, issuer, from, until string
	pass, country                                                  string
}

// longTerm is what stands on cards without an end.
const longTerm = "长期"

// addressLength is the most characters of an address; the record has room for 35.
const addressLength = 100

// person checks what a card says. Its errors name the field, never what stands in it.
func (f fields) person(kind Kind) (p Person, err error) {
	p.Kind = kind
	if p.Name, err = standard.NormalizeName(trimmed(f.name)); err != nil {
		return Person{}, wrong("name", err)
	}
	if !written(p.Name) {
		return Person{}, app.Bad(app.CodeInvalid, "name")
	}
	if p.Sex, err = code(standard.Sex, f.sex); err != nil {
		return Person{}, wrong("sex", err)
	}
	if kind == Resident {
		if p.Nation, err = code(standard.Ethnic, f.nation); err != nil {
			return Person{}, wrong("nation", err)
		}
	}
	if p.Birth, err = day(f.birth); err != nil {
		return Person{}, wrong("birth", err)
	}
	if err := p.number(kind, f); err != nil {
		return Person{}, err
	}
	p.Address, p.Issuer = trimmed(f.address), trimmed(f.issuer)
	switch {
	case !written(p.Address) || len([]rune(p.Address)) > addressLength:
		return Person{}, app.Bad(app.CodeInvalid, "address")
	case !written(p.Issuer) || len([]rune(p.Issuer)) > addressLength:
		return Person{}, app.Bad(app.CodeInvalid, "issuer")
	}
	if p.From, err = day(f.from); err != nil {
		return Person{}, wrong("from", err)
	}
	switch until := trimmed(f.until); until {
	case longTerm:
		p.LongTerm = true
	default:
		if p.Until, err = day(until); err != nil {
			return Person{}, wrong("until", err)
		}
		if p.Until < p.From {
			return Person{}, app.Bad(app.CodeMismatch, "until")
		}
	}
	return p, nil
}

// number checks the number of the card, with its check digit and the day of birth in it where its kind has them.
func (p *Person) number(kind Kind, f fields) error {
	if kind == Permanent {
		p.IDNumber, p.Country = trimmed(f.number), trimmed(f.country)
		switch {
		case len(p.IDNumber) != 15 || !plain(p.IDNumber):
			return app.Bad(app.CodeInvalid, "number")
		case len(p.Country) != 3 || !plain(p.Country):
			return app.Bad(app.CodeInvalid, "country")
		}
		return nil
	}
	id, err := standard.ParseID(f.number)
	if err != nil {
		return wrong("number", err)
	}
	if app.Day(id.Birth) != p.Birth {
		return app.Bad(app.CodeMismatch, "birth")
	}
	p.IDNumber = id.Number
	if kind == Permit {
		if p.Pass = trimmed(f.pass); p.Pass == "" || !plain(p.Pass) {
			return app.Bad(app.CodeInvalid, "pass")
		}
	}
	return nil
}

// wrong makes an error about a field of what package standard found.
func wrong(field string, err error) error {
	is := func(code string) bool { return errors.Is(err, &standard.Error{Code: code}) }
	switch {
	case is(standard.CodeIDChecksum):
		return app.Bad(app.CodeIDChecksum, field)
	case is(standard.CodeDateNone), is(standard.CodeIDDate):
		return app.Bad(app.CodeDate, field)
	case is(standard.CodeTableUnknown):
		return app.Bad(app.CodeUnknownCode, field)
	case is(standard.CodeNameEmpty), is(standard.CodeIDEmpty), is(standard.CodeDateEmpty), is(standard.CodeTableEmpty):
		return app.Bad(app.CodeRequired, field)
	}
	return app.Bad(app.CodeInvalid, field)
}

// code is what a table calls a sex or a nation, by its code or its name.
func code(t *standard.Table, s string) (string, error) {
	item, err := t.Parse(trimmed(s))
	return item.Code, err
}

// day reads a day as cards and their readers write it.
func day(s string) (app.Day, error) {
	t, err := standard.ParseDate(trimmed(s))
	if err != nil {
		return "", err
	}
	return app.Day(t.Format(time.DateOnly)), nil
}

// trimmed takes off what fills a field up.
func trimmed(s string) string {
	return strings.TrimFunc(s, func(r rune) bool { return r == 0 || unicode.IsSpace(r) })
}

// written answers whether text is nothing but what somebody can have written: no control characters, nothing that a broken conversion left. Private
// use areas may stand in it: rare characters of names have their place there on older cards.
func written(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool {
		return r == unicode.ReplacementChar || unicode.IsControl(r) || r&0xfffe == 0xfffe || r >= 0xfdd0 && r <= 0xfdef
	})
}

// plain answers whether a number has nothing but digits and capital letters.
func plain(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return (r < '0' || r > '9') && (r < 'A' || r > 'Z') })
}
