// Package registry holds the rules of the residents' register as pure
// functions: what each field may hold, what follows from an ID number, how a
// search is understood, and what each role may see in full.
package registry

import (
	"errors"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"linli/app"
	"linli/app/standard"
)

// limits are the field lengths of GB/T 31000 in characters; names have 50 by
// 民委发〔2016〕33号.
var limits = map[string]int{
	"occupation": 30, "employer": 100, "household_address": 80, "address": 80,
	"native_place": 50, "religion": 20, "household_division": 50, "division": 50, "grid": 64,
}

var tables = map[string]*standard.Table{
	"sex": standard.Sex, "marital": standard.Marital, "ethnic": standard.Ethnic,
	"education": standard.Education, "politics": standard.Politics,
}

// CodeTable answers the standard's code table of a column, nil for free text.
func CodeTable(column string) *standard.Table { return tables[column] }

// Clean brings one value into the form in which it is kept, or says what is
// wrong with it: an [*app.Error] naming the column, with one of the codes of
// package standard, CodeTooLong or CodeInvalid. An empty value is always allowed
// here; a column that a resident does not have is CodeInvalid whatever it holds.
func Clean(column, value string) (string, error) {
	value = strings.TrimSpace(value)
	if new(app.Resident).Column(column) == nil || strings.ContainsRune(value, 0) {
		return "", app.Bad(app.CodeInvalid, column)
	}
	if value == "" {
		return "", nil
	}
	out, err := clean(column, value)
	var se *standard.Error
	if errors.As(err, &se) {
		return "", app.Bad(app.Code(se.Code), column)
	}
	return out, err
}

func clean(column, value string) (string, error) {
	switch column {
	case "name", "former_name":
		return standard.NormalizeName(value)
	case "id_number":
		id, err := standard.ParseID(value)
		return id.Number, err
	case "birth":
		t, err := standard.ParseDate(value)
		return standard.FormatDate(t), err
	case "phone":
		p, err := standard.ParsePhone(value)
		return p.Number, err
	}
	if digits := strings.Trim(value, "0123456789") == ""; digits && (column == "division" || column == "household_division") && len(value) != 6 {
		// A code of twelve digits, or of six for a county; words are taken as they are.
		d, err := standard.ParseDivision(value)
		return d.Code, err
	}
	if t := tables[column]; t != nil {
		item, err := t.Parse(value)
		return item.Code, err
	}
	if !utf8.ValidString(value) || strings.ContainsFunc(value, lost) {
		return "", app.Bad(app.CodeInvalid, column)
	}
	if most := limits[column]; utf8.RuneCountInString(value) > most {
		return "", app.Bad(app.CodeTooLong, column, strconv.Itoa(most))
	}
	return value, nil
}

// lost reports characters that a broken conversion leaves behind: whatever stood
// there is gone, so the value must not be kept as if it were whole.
func lost(r rune) bool {
	return r == utf8.RuneError || unicode.IsControl(r) && !unicode.IsSpace(r)
}

// Complete cleans all columns of one save and fills in what an ID number says by
// itself: date of birth and sex. When the person also gave them and they differ,
// the given value is refused (CodeInvalid on that column), because one of the two
// was typed wrongly. Somebody who is not born yet on the day now is refused.
func Complete(columns map[string]string, now time.Time) (map[string]string, error) {
	out := make(map[string]string, len(columns)+2)
	for c, v := range columns {
		clean, err := Clean(c, v)
		if err != nil {
			return nil, err
		}
		out[c] = clean
	}
	today := now.Format(time.DateOnly)
	if n := out["id_number"]; n != "" {
		id, err := standard.ParseID(n)
		if err != nil {
			return nil, app.Bad(app.CodeIDChecksum, "id_number")
		}
		if id.Birth > today {
			return nil, app.Bad(app.Code(standard.CodeIDFuture), "id_number")
		}
		if given := out["birth"]; given != "" && given != id.Birth {
			return nil, app.Bad(app.CodeMismatch, "birth")
		}
		if given := out["sex"]; given != "" && given != id.Sex && (given == "1" || given == "2") {
			return nil, app.Bad(app.CodeMismatch, "sex")
		}
		out["birth"], out["sex"] = id.Birth, id.Sex
	}
	if out["birth"] > today {
		return nil, app.Bad(app.CodeInvalid, "birth")
	}
	return out, nil
}

// Age answers a person's age on a day, 0 when the birth date is not known.
func Age(birth string, on time.Time) int {
	t, err := time.Parse(time.DateOnly, birth)
	if err != nil {
		return 0
	}
	return standard.Age(t, on)
}

// masked says how a sealed column is shown to those who have not asked to see it.
var masked = map[string]func(string) string{
	"name": standard.MaskName, "former_name": standard.MaskName, "id_number": standard.MaskID,
	"phone": standard.MaskPhone, "address": standard.MaskAddress, "household_address": standard.MaskAddress,
	"employer": all, "religion": all, "birth": year,
	"pin": all, // of staff: six digits are soon found by their hash
}

func all(s string) string {
	if s == "" {
		return ""
	}
	return "****"
}

func year(s string) string {
	if len(s) < 4 {
		return all(s)
	}
	return s[:4] + "-**-**"
}

// open lists what each role sees in full: staff at a window must be able to greet
// the person and ask for the address; ID number and phone stay masked for all.
var open = map[app.Role]map[string]bool{
	app.RoleAdmin: {"name": true, "former_name": true, "address": true, "birth": true},
	app.RoleClerk: {"name": true, "former_name": true, "address": true, "birth": true},
	app.RoleGrid:  {"name": true, "address": true},
}

// Mask answers a column's value as a role sees it.
func Mask(role app.Role, column, value string) string {
	m := masked[column]
	if m == nil || value == "" || open[role][column] {
		return value
	}
	return m(value)
}

// Masked answers whether the column is shown masked to the role at first.
func Masked(role app.Role, column string) bool { return masked[column] != nil && !open[role][column] }
