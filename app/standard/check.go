package standard

import "strings"

const (
	ruleCheck  = "ISO 7064 MOD 37,36"
	checkSigns = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
)

// CheckChar computes the check character of ISO 7064 MOD 37,36 for a number
// made of 0-9 and A-Z. Dashes and spaces do not count and lower case is raised,
// so people may copy a receipt number as they like. One wrong character always
// shows. Errors are *[Error]: CodeCheckEmpty, CodeCheckChar.
func CheckChar(s string) (byte, error) {
	s = checkBody(s)
	if s == "" {
		return 0, &Error{CodeCheckEmpty, ruleCheck}
	}
	p := 36
	for i := range len(s) {
		v := strings.IndexByte(checkSigns, s[i])
		if v < 0 {
			return 0, &Error{CodeCheckChar, ruleCheck}
		}
		if p = (p + v) % 36; p == 0 {
			p = 36
		}
		p = p * 2 % 37
	}
	return checkSigns[(37-p)%36], nil
}

// ValidCheck reports whether the last character of s is the check character of
// those before it.
func ValidCheck(s string) bool {
	s = checkBody(s)
	if len(s) < 2 {
		return false
	}
	want, err := CheckChar(s[:len(s)-1])
	return err == nil && s[len(s)-1] == want
}

func checkBody(s string) string {
	return strings.ToUpper(strings.NewReplacer("-", "", " ", "").Replace(fold(s)))
}
