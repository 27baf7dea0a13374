package standard

import "strings"

const rulePhone = "YD/T telephone numbering plan"

// PhoneKind says what a telephone number belongs to.
type PhoneKind string

// Kinds of telephone numbers.
const (
	PhoneMobile  PhoneKind = "mobile"  // 11 digits from 13 to 19
	PhoneFixed   PhoneKind = "fixed"   // area code and 7 or 8 digits
	PhoneService PhoneKind = "service" // 12345, 95588, 400-…: an organisation's
)

// Phone is a telephone number in the one form that is stored and compared.
type Phone struct {
	// Number is "13800000000", "010-12345678", "010-12345678-801",
	// "400-123-4567", "95588" or "12345".
	Number string
	Kind   PhoneKind
}

// ParsePhone reads a Chinese telephone number with or without +86, spaces,
// dashes, brackets and full-width digits. An extension is written behind a dash,
// 转 or "ext". A seven- or eight-digit number gets CodePhoneArea: it is a fixed
// line, but of which town is not said. Errors are *[Error].
func ParsePhone(s string) (Phone, error) {
	s = strings.ToLower(fold(s))
	if s == "" {
		return Phone{}, &Error{CodePhoneEmpty, rulePhone}
	}
	bad := &Error{CodePhoneFormat, rulePhone}
	main, ext, hasExt := cutExtension(s)
	n := strings.Map(func(r rune) rune {
		if strings.ContainsRune(" -()–—−", r) {
			return -1
		}
		return r
	}, main)
	abroad := false
	for _, prefix := range []string{"+86", "0086"} {
		if rest, ok := strings.CutPrefix(n, prefix); ok {
			n, abroad = rest, true
			break
		}
	}
	if !abroad && len(n) == 13 && strings.HasPrefix(n, "861") {
		n = n[2:]
	}
	if !digits(n) || hasExt && (!digits(ext) || len(ext) > 6) {
		return Phone{}, bad
	}
	// Behind the country code the 0 of the area code is dropped.
	if abroad && !freePhone(n) && (n[0] >= '2' || len(n) == 10 && n[:2] == "10") {
		n = "0" + n
	}
	switch {
	case len(n) == 11 && n[0] == '1' && n[1] >= '3' && !hasExt:
		return Phone{n, PhoneMobile}, nil
	case len(n) == 12 && n[:2] == "01" && n[2] >= '3' && !hasExt:
		// Long-distance habit: a 0 before a mobile number of another province.
		return Phone{n[1:], PhoneMobile}, nil
	case freePhone(n) && !hasExt:
		return Phone{n[:3] + "-" + n[3:6] + "-" + n[6:], PhoneService}, nil
	case servicePhone(n) && !hasExt:
		return Phone{n, PhoneService}, nil
	case n[0] == '0':
		area := 4
		if len(n) > 1 && (n[1] == '1' || n[1] == '2') {
			area = 3
		}
		local := len(n) - area
		if n[:min(3, len(n))] == "000" || local < 7 || local > 8 || n[area] < '2' ||
			area == 3 && n[1] == '1' && n[2] != '0' {
			return Phone{}, bad
		}
		number := n[:area] + "-" + n[area:]
		if hasExt {
			number += "-" + ext
		}
		return Phone{number, PhoneFixed}, nil
	case (len(n) == 7 || len(n) == 8) && n[0] >= '2':
		return Phone{}, &Error{CodePhoneArea, rulePhone}
	}
	return Phone{}, bad
}

// freePhone knows the 400 and 800 numbers of organisations.
func freePhone(n string) bool {
	return len(n) == 10 && (n[:3] == "400" || n[:3] == "800")
}

// servicePhone knows 110, 119, 120, 122, the five-digit 12xxx lines and the 95
// and 96 numbers of 5 to 8 digits.
func servicePhone(n string) bool {
	switch {
	case n == "110", n == "119", n == "120", n == "122":
		return true
	case len(n) == 5 && n[:2] == "12":
		return true
	case len(n) == 5 || len(n) == 6:
		return n[:2] == "95" || n[:2] == "96"
	case len(n) == 8:
		return n[:2] == "95"
	}
	return false
}

// cutExtension splits off an extension: "…转801", "…ext.801", or the third group
// of 010-12345678-801. In 0512-6123-4567 and 400-123-4567 the last group is part
// of the number.
func cutExtension(s string) (main, ext string, ok bool) {
	for _, word := range []string{"转", "ext.", "ext", "#"} {
		if m, e, found := strings.Cut(s, word); found {
			return m, strings.Trim(e, " -"), true
		}
	}
	parts := strings.Split(s, "-")
	if len(parts) == 3 && strings.HasPrefix(parts[0], "0") && len(parts[1]) >= 7 {
		return parts[0] + "-" + parts[1], parts[2], true
	}
	return s, "", false
}
