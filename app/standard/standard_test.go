package standard_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"linli/app/standard"

	"pgregory.net/rapid"
)

// code returns the code of a *standard.Error, "" for nil.
func code(t testing.TB, err error) string {
	t.Helper()
	if err == nil {
		return ""
	}
	var e *standard.Error
	if !errors.As(err, &e) {
		t.Fatalf("error is %T, want *standard.Error", err)
	}
	return e.Code
}

// All numbers in this file are the standards' own samples or invented.

func TestParseID(t *testing.T) {
	for _, tc := range []struct{ in, number, birth, sex, code string }{
		{"11010519491231002X", "11010519491231002X", "1949-12-31", "2", ""},
		{"440524188001010014", "440524188001010014", "1880-01-01", "1", ""},
		{" 11010519491231002x\n", "11010519491231002X", "1949-12-31", "2", ""},
		{"１１０１０５１９４９１２３１００２Ｘ", "11010519491231002X", "1949-12-31", "2", ""},
		{"\ufeff110105 19491231 002X\u202c", "11010519491231002X", "1949-12-31", "2", ""},
		{"110105491231002", "11010519491231002X", "1949-12-31", "2", ""},
		{"", "", "", "", "id_empty"},
		{"　 ", "", "", "", "id_empty"},
		{"1101051949123100", "", "", "", "id_length"},
		{"1.10105194912310E+17", "", "", "", "id_length"},
		{"11010519491231O02X", "", "", "", "id_char"},
		{"1101051949123X0021", "", "", "", "id_char"},
		{"11010549123100X", "", "", "", "id_char"},
		{"990105194912310021", "", "", "", "id_area"},
		{"000105194912310021", "", "", "", "id_area"},
		{"110105194902290020", "", "", "", "id_date"},
		{"110105194913010020", "", "", "", "id_date"},
		{"110105179912310020", "", "", "", "id_date"},
		{"110105194912310021", "", "", "", "id_checksum"},
	} {
		id, err := standard.ParseID(tc.in)
		if c := code(t, err); c != tc.code || id.Number != tc.number || id.Birth != tc.birth || id.Sex != tc.sex {
			t.Errorf("case %q: got %+v, code %q", tc.code+tc.birth, id, c)
		}
	}
}

func TestIDOfForeignPermanentResident(t *testing.T) {
	id, err := standard.ParseID(withCheck("91184019850630123"))
	if err != nil || id.Birth != "1985-06-30" || id.Area != "911840" {
		t.Fatalf("got %+v, %v", id, err)
	}
}

func TestIDBornInTheFuture(t *testing.T) {
	id, err := standard.ParseID("11010519491231002X")
	if err != nil {
		t.Fatal(err)
	}
	at := func(s string) time.Time { d, _ := standard.ParseDate(s); return d }
	if c := code(t, id.CheckOn(at("1949-12-30"))); c != "id_future" {
		t.Errorf("the day before birth: code %q", c)
	}
	if err := id.CheckOn(at("1949-12-31")); err != nil {
		t.Errorf("the day of birth: %v", err)
	}
}

func TestErrorHidesTheValue(t *testing.T) {
	for _, in := range []string{"110105194912310021", "990105194912310021", "11010519490229002X", "1101051949"} {
		_, err := standard.ParseID(in)
		if err == nil || strings.Contains(err.Error(), in[6:10]) {
			t.Errorf("error text %v shows a part of the number", err)
		}
	}
	_, err := standard.ParseID("1")
	if !errors.Is(err, &standard.Error{Code: standard.CodeIDLength}) {
		t.Errorf("errors.Is does not match by code: %v", err)
	}
}

// withCheck completes 17 digits by trying every check character.
func withCheck(body string) string {
	for _, c := range "0123456789X" {
		if _, err := standard.ParseID(body + string(c)); err == nil {
			return body + string(c)
		}
	}
	return ""
}

func drawID(rt *rapid.T) string {
	area := rapid.SampledFrom([]string{"110105", "320106", "440524", "540102", "650104", "830000"}).Draw(rt, "area")
	day := time.Date(1900, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, rapid.IntRange(0, 45000).Draw(rt, "day"))
	return withCheck(fmt.Sprintf("%s%s%03d", area, day.Format("20060102"), rapid.IntRange(0, 999).Draw(rt, "serial")))
}

func TestIDCatchesSlips(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		good := drawID(rt)
		if good == "" {
			rt.Fatal("no check character fits")
		}
		i := rapid.IntRange(0, 17).Draw(rt, "place")
		digit := byte('0' + rapid.IntRange(0, 9).Draw(rt, "digit"))
		if digit != good[i] {
			if _, err := standard.ParseID(good[:i] + string(digit) + good[i+1:]); err == nil {
				rt.Fatal("one wrong digit was accepted")
			}
		}
		if i < 17 && good[i] != good[i+1] {
			if _, err := standard.ParseID(good[:i] + good[i+1:i+2] + good[i:i+1] + good[i+2:]); err == nil {
				rt.Fatal("two swapped digits were accepted")
			}
		}
		if again, err := standard.ParseID(strings.ToLower(good)); err != nil || again.Number != good {
			rt.Fatal("the number does not survive its own form")
		}
	})
}

func TestParseIDNeverPanics(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		s := rapid.StringOf(rapid.SampledFrom([]rune("0123456789Xx １é𠮷-"))).Draw(rt, "s")
		id, err := standard.ParseID(s)
		if (err == nil) != (id.Number != "") {
			rt.Fatalf("number and error disagree: %v", err)
		}
		_ = standard.MaskID(s)
		_, _ = standard.ParsePhone(s)
		_, _ = standard.ParseDate(s)
		_, _ = standard.ParseDivision(s)
		_, _ = standard.ParseCreditCode(s)
	})
}

func TestAge(t *testing.T) {
	for _, tc := range []struct {
		birth, on string
		want      int
	}{
		{"1949-12-31", "2019-12-30", 69},
		{"1949-12-31", "2019-12-31", 70},
		{"1949-12-31", "2020-01-01", 70},
		{"1948-02-29", "2018-02-27", 69},
		{"1948-02-29", "2018-02-28", 70},
		{"1948-02-29", "2020-02-28", 71},
		{"1948-02-29", "2020-02-29", 72},
		{"1948-02-29", "2100-02-28", 152}, // 2100 is no leap year
		{"2020-01-01", "2019-01-01", 0},
	} {
		birth, _ := standard.ParseDate(tc.birth)
		on, _ := standard.ParseDate(tc.on)
		if got := standard.Age(birth, on); got != tc.want {
			t.Errorf("Age(%s, %s) = %d, want %d", tc.birth, tc.on, got, tc.want)
		}
	}
}

func TestParseCreditCode(t *testing.T) {
	for in, want := range map[string]string{
		"91350100M000100Y43":   "",
		" 91350100m000100y43 ": "",
		"９１350100M000100Y43":   "",
		"":                     "credit_empty",
		"91350100M000100Y4":    "credit_length",
		"91350100I000100Y43":   "credit_char",
		"91350100M000100Y44":   "credit_checksum",
		"91350100M001000Y43":   "credit_checksum",
	} {
		got, err := standard.ParseCreditCode(in)
		if c := code(t, err); c != want {
			t.Errorf("ParseCreditCode(%q): code %q, want %q", in, c, want)
		}
		if want == "" && got != "91350100M000100Y43" {
			t.Errorf("ParseCreditCode(%q) = %q", in, got)
		}
	}
}

func TestParsePhone(t *testing.T) {
	for _, tc := range []struct {
		in, number string
		kind       standard.PhoneKind
		code       string
	}{
		{"13800000000", "13800000000", standard.PhoneMobile, ""},
		{"138 0000 0000", "13800000000", standard.PhoneMobile, ""},
		{"+86 138-0000-0000", "13800000000", standard.PhoneMobile, ""},
		{"008613800000000", "13800000000", standard.PhoneMobile, ""},
		{"8613800000000", "13800000000", standard.PhoneMobile, ""},
		{"013800000000", "13800000000", standard.PhoneMobile, ""},
		{"１３８０００００００0", "13800000000", standard.PhoneMobile, ""},
		{"010-12345678", "", "", "phone_format"},
		{"010-62345678", "010-62345678", standard.PhoneFixed, ""},
		{"(025)8234 5678", "025-82345678", standard.PhoneFixed, ""},
		{"0512-6123456", "0512-6123456", standard.PhoneFixed, ""},
		{"051261234567", "0512-61234567", standard.PhoneFixed, ""},
		{"+86 10 6234 5678", "010-62345678", standard.PhoneFixed, ""},
		{"+86 512 6123 4567", "0512-61234567", standard.PhoneFixed, ""},
		{"010-62345678-801", "010-62345678-801", standard.PhoneFixed, ""},
		{"010-62345678转801", "010-62345678-801", standard.PhoneFixed, ""},
		{"12345", "12345", standard.PhoneService, ""},
		{"120", "120", standard.PhoneService, ""},
		{"95588", "95588", standard.PhoneService, ""},
		{"4001234567", "400-123-4567", standard.PhoneService, ""},
		{"400-123-4567", "400-123-4567", standard.PhoneService, ""},
		{"+86 400 123 4567", "400-123-4567", standard.PhoneService, ""},
		{"", "", "", "phone_empty"},
		{"无", "", "", "phone_format"},
		{"62345678", "", "", "phone_area"},
		{"12800000000", "", "", "phone_format"},
		{"1380000000", "", "", "phone_format"},
		{"138000000001", "", "", "phone_format"},
		{"000-12345678", "", "", "phone_format"},
		{"1.38E+10", "", "", "phone_format"},
		{"0", "", "", "phone_format"},
		{"+86", "", "", "phone_format"},
	} {
		got, err := standard.ParsePhone(tc.in)
		if c := code(t, err); c != tc.code || got.Number != tc.number || got.Kind != tc.kind {
			t.Errorf("ParsePhone(%q) = %+v, code %q", tc.in, got, c)
		}
		if err == nil {
			if again, err := standard.ParsePhone(got.Number); err != nil || again != got {
				t.Errorf("%q does not survive its own form: %+v, %v", got.Number, again, err)
			}
		}
	}
}

func TestParseDate(t *testing.T) {
	for _, tc := range []struct{ in, want, code string }{
		{"19491231", "1949-12-31", ""},
		{"1949-12-31", "1949-12-31", ""},
		{"1949/1/2", "1949-01-02", ""},
		{"1949.1.2", "1949-01-02", ""},
		{"2006年1月2日", "2006-01-02", ""},
		{"2006 年 1 月 2 日", "2006-01-02", ""},
		{" ２００６－０１－０２ ", "2006-01-02", ""},
		{"1949-12-31 00:00:00", "1949-12-31", ""},
		{"19491231T000000", "1949-12-31", ""},
		{"2024-02-29", "2024-02-29", ""},
		{"", "", "date_empty"},
		{"2023-02-29", "", "date_none"},
		{"2023-13-01", "", "date_none"},
		{"20230431", "", "date_none"},
		{"2023-00-10", "", "date_none"},
		{"0000-01-01", "", "date_none"},
		{"1949-12-31 08:30:00", "", "date_format"},
		{"49-12-31", "", "date_format"},
		{"12/31/1949", "", "date_format"},
		{"1949-12", "", "date_format"},
		{"1949-12/31", "", "date_format"},
		{"明天", "", "date_format"},
	} {
		got, err := standard.ParseDate(tc.in)
		text := ""
		if err == nil {
			text = standard.FormatDate(got)
		}
		if c := code(t, err); c != tc.code || text != tc.want {
			t.Errorf("ParseDate(%q) = %q, code %q", tc.in, text, c)
		}
	}
}

func TestParseDivision(t *testing.T) {
	for _, tc := range []struct {
		in    string
		level standard.Level
		code  string
	}{
		{"320000000000", standard.LevelProvince, ""},
		{"320100000000", standard.LevelCity, ""},
		{"320102000000", standard.LevelCounty, ""},
		{"320102002000", standard.LevelTown, ""},
		{"320102002003", standard.LevelVillage, ""},
		{"441900003000", standard.LevelTown, ""},
		{" 320102 002 003 ", standard.LevelVillage, ""},
		{"", 0, "division_length"},
		{"320102", 0, "division_length"},
		{"32010200200A", 0, "division_char"},
		{"990102002003", 0, "division_area"},
	} {
		got, err := standard.ParseDivision(tc.in)
		if c := code(t, err); c != tc.code || got.Level != tc.level {
			t.Errorf("ParseDivision(%q) = %+v, code %q", tc.in, got, c)
		}
	}
}

func TestCheckChar(t *testing.T) {
	// Published samples of systems that use MOD 37,36: a GRid and an ISAN.
	for body, want := range map[string]byte{
		"A1-2425GABC1234002":  'M',
		"B159-D8FA-0124-0000": 'K',
		"b159d8fa01240000":    'K',
	} {
		if got, err := standard.CheckChar(body); err != nil || got != want {
			t.Errorf("CheckChar(%q) = %c, %v; want %c", body, got, err, want)
		}
		if !standard.ValidCheck(body + "-" + string(want)) {
			t.Errorf("%q with its check character is refused", body)
		}
	}
	for in, want := range map[string]string{"": "check_empty", "- ": "check_empty", "C1_42": "check_char", "号": "check_char"} {
		if _, err := standard.CheckChar(in); code(t, err) != want {
			t.Errorf("CheckChar(%q): %v, want %s", in, err, want)
		}
	}
	if standard.ValidCheck("A") || standard.ValidCheck("") {
		t.Error("a number without a body is accepted")
	}
}

func TestCheckCharCatchesOneWrongSign(t *testing.T) {
	const signs = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	rapid.Check(t, func(rt *rapid.T) {
		body := rapid.StringOfN(rapid.SampledFrom([]rune(signs)), 1, 20, -1).Draw(rt, "body")
		c, err := standard.CheckChar(body)
		if err != nil {
			rt.Fatal(err)
		}
		whole := body + string(c)
		i := rapid.IntRange(0, len(whole)-1).Draw(rt, "place")
		wrong := signs[rapid.IntRange(0, 35).Draw(rt, "sign")]
		changed := whole[:i] + string(wrong) + whole[i+1:]
		if standard.ValidCheck(changed) != (changed == whole) {
			rt.Fatalf("%s for %s", changed, whole)
		}
	})
}
