package standard

import "strings"

const ruleCredit = "GB 32100"

// creditSigns are the 31 signs of GB 32100; I, O, S, V and Z are left out
// because they look like digits or each other.
const creditSigns = "0123456789ABCDEFGHJKLMNPQRTUWXY"

// ParseCreditCode checks a unified social credit code (统一社会信用代码,
// GB 32100) and returns its 18 characters in capitals. Full-width signs,
// spaces and lower case are accepted. Errors are *[Error], CodeCredit….
func ParseCreditCode(s string) (string, error) {
	s = strings.ToUpper(strings.ReplaceAll(fold(s), " ", ""))
	switch {
	case s == "":
		return "", &Error{CodeCreditEmpty, ruleCredit}
	case len(s) != 18:
		return "", &Error{CodeCreditLength, ruleCredit}
	}
	sum, weight := 0, 1
	for i := range 18 {
		v := strings.IndexByte(creditSigns, s[i])
		if v < 0 {
			return "", &Error{CodeCreditChar, ruleCredit}
		}
		if i < 17 {
			sum += v * weight
			weight = weight * 3 % 31
		}
	}
	if creditSigns[(31-sum%31)%31] != s[17] {
		return "", &Error{CodeCreditChecksum, ruleCredit}
	}
	return s, nil
}
