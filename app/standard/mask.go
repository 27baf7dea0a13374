package standard

import (
	"strings"
	"unicode/utf8"
)

// MaskName hides a name: 张三 → 张*, 张小三 → 张*三, 欧阳娜娜 → 欧**娜. Of a name
// with a separator only its first character stays: 阿依·古丽 → 阿*·**.
func MaskName(name string) string {
	r := []rune(strings.TrimSpace(name))
	keepLast := len(r) > 2 && !strings.ContainsRune(name, dot)
	for i := range r {
		if i == 0 && len(r) > 1 || i == len(r)-1 && keepLast || r[i] == dot {
			continue
		}
		r[i] = '*'
	}
	return string(r)
}

// MaskID hides an identity number: 3201**********1234. Whatever is not 18 or 15
// characters long is hidden whole; passport numbers are too short to show a part.
func MaskID(number string) string {
	if len(number) != 18 && len(number) != 15 || utf8.RuneCountInString(number) != len(number) {
		return stars(number)
	}
	return number[:4] + strings.Repeat("*", len(number)-8) + number[len(number)-4:]
}

// MaskPhone hides a telephone number: 138****0000, 010-****5678. Whatever is
// neither a mobile number nor a fixed line is hidden whole.
func MaskPhone(number string) string {
	p, err := ParsePhone(number)
	switch {
	case err != nil:
	case p.Kind == PhoneMobile:
		return p.Number[:3] + "****" + p.Number[7:]
	case p.Kind == PhoneFixed:
		area, local, _ := strings.Cut(p.Number, "-")
		local, _, _ = strings.Cut(local, "-")
		return area + "-" + strings.Repeat("*", len(local)-4) + local[len(local)-4:]
	}
	return stars(number)
}

// MaskAddress keeps an address up to its road or estate and hides what follows:
// 南京市玄武区中山路18号3栋502室 → 南京市玄武区中山路***. The number of stars says
// nothing. An address in which neither is found is hidden whole.
func MaskAddress(address string) string {
	address = strings.TrimSpace(address)
	if address == "" {
		return ""
	}
	end := 0
	public := address[:houseNumber(address)]
	for _, word := range placeWords {
		if i := strings.LastIndex(public, word); i > 0 {
			end = max(end, i+len(word))
		}
	}
	if end == len(address) {
		return address
	}
	return address[:end] + "***"
}

// placeWords end the name of a place that many people share.
var placeWords = []string{
	"路", "街", "道", "巷", "弄", "胡同", "里", "村", "庄", "屯",
	"小区", "新区", "花园", "家园", "苑", "园", "公寓", "大厦", "广场", "社区",
	"街道", "镇", "乡", "区", "县", "市", "省", "旗",
}

// houseNumber returns where the part of an address begins that names one house:
// the first digit, or Chinese numerals in front of a house word, as in 十八号.
func houseNumber(s string) int {
	const numerals = "〇零一二三四五六七八九十百甲乙丙丁"
	start := -1
	for i, r := range s {
		switch {
		case r >= '0' && r <= '9' || r >= '０' && r <= '９':
			if start >= 0 {
				return start
			}
			return i
		case strings.ContainsRune(numerals, r):
			if start < 0 {
				start = i
			}
		case start >= 0 && strings.ContainsRune("号栋幢座楼单室层组排户院门", r):
			return start
		default:
			start = -1
		}
	}
	return len(s)
}

func stars(s string) string { return strings.Repeat("*", utf8.RuneCountInString(s)) }
