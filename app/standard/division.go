package standard

import "strings"

const ruleDivision = "GB/T 2260, GB/T 10114"

// Level is an administrative level, numbered as in GB/T 39046-2020 table A.2.
type Level int

// Levels that a division code can name.
const (
	LevelProvince Level = 2
	LevelCity     Level = 3
	LevelCounty   Level = 4
	LevelTown     Level = 5 // 乡镇、街道
	LevelVillage  Level = 6 // 村、社区
)

// Division is a 12-digit division code (统计用区划代码) whose shape is right.
// Whether the place exists is for the imported list of places to say.
type Division struct {
	Code  string
	Level Level
}

// ParseDivision checks the shape of a 12-digit division code: two digits each
// for province, city and county, three each for town and village, zeros from the
// level downwards that it names. Errors are *[Error], CodeDivision….
func ParseDivision(s string) (Division, error) {
	s = strings.ReplaceAll(fold(s), " ", "")
	switch {
	case s != "" && !digits(s):
		return Division{}, &Error{CodeDivisionChar, ruleDivision}
	case len(s) != 12:
		return Division{}, &Error{CodeDivisionLength, ruleDivision}
	case !province(s[:2]):
		return Division{}, &Error{CodeDivisionArea, ruleDivision}
	}
	// A zero group may stand above a filled one: Dongguan has towns and no
	// counties. So the lowest filled group decides.
	level := LevelProvince
	switch {
	case s[9:] != "000":
		level = LevelVillage
	case s[6:9] != "000":
		level = LevelTown
	case s[4:6] != "00":
		level = LevelCounty
	case s[2:4] != "00":
		level = LevelCity
	}
	return Division{s, level}, nil
}
