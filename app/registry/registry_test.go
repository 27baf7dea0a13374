package registry_test

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"linli/app"
	"linli/app/registry"
)

var today = time.Date(2026, 3, 2, 23, 30, 0, 0, time.FixedZone("UTC+8", 8*3600))

// The standard's own example of a number, and one with a wrong last character.
const (
	woman     = "11010519491231002X" // born 1949-12-31
	wrongLast = "110105194912310021"
)

// number answers an ID number of the day with the sequence number seq (0–999).
func number(day string, seq int) string {
	s := "110105" + day + string([]byte{byte('0' + seq/100), byte('0' + seq/10%10), byte('0' + seq%10)})
	sum := 0
	for i, w := range []int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2} {
		sum += int(s[i]-'0') * w
	}
	return s + string("10X98765432"[sum%11])
}

func TestClean(t *testing.T) {
	long := func(n int) string { return strings.Repeat("字", n) }
	for _, c := range []struct {
		column, in, want string
		code             app.Code
		args             []string
	}{
		{"name", " 欧阳 娜娜 ", "欧阳娜娜", "", nil},
		{"name", "阿依•古丽", "阿依·古丽", "", nil},
		{"name", "䶮㛃𠮷", "䶮㛃𠮷", "", nil},
		{"name", long(50), long(50), "", nil},
		{"name", long(51), "", "name_long", nil},
		{"name", "张\ufffd三", "", "name_char", nil},
		{"name", "·张三", "", "name_char", nil},
		{"name", "张\x00三", "", app.CodeInvalid, nil},
		{"former_name", "张 小三", "张小三", "", nil},
		{"former_name", long(51), "", "name_long", nil},
		{"id_number", "11010519491231002x", woman, "", nil},
		{"id_number", "１１０１０５ 19491231 002X", woman, "", nil},
		{"id_number", "110105491231002", woman, "", nil},
		{"id_number", wrongLast, "", "id_checksum", nil},
		{"id_number", woman[:17], "", "id_length", nil},
		{"id_number", "1101051949123100AX", "", "id_char", nil},
		{"id_number", "110105194913310020", "", "id_date", nil},
		{"id_number", "990105194912310020", "", "id_area", nil},
		{"sex", "男", "1", "", nil},
		{"sex", "2", "2", "", nil},
		{"sex", "3", "", "code_unknown", nil},
		{"birth", "1949年12月31日", "1949-12-31", "", nil},
		{"birth", "19491231", "1949-12-31", "", nil},
		{"birth", "1949/2/30", "", "date_none", nil},
		{"birth", "last year", "", "date_format", nil},
		{"ethnic", "汉", "01", "", nil},
		{"ethnic", "1", "01", "", nil},
		{"ethnic", "99", "", "code_unknown", nil},
		{"marital", "已婚", "20", "", nil},
		{"marital", "?", "", "code_unknown", nil},
		{"politics", "群众", "13", "", nil},
		{"politics", "77", "", "code_unknown", nil},
		{"education", "本科", "20", "", nil},
		{"education", "？", "", "code_unknown", nil},
		{"phone", "+86 138-0000-0000", "13800000000", "", nil},
		{"phone", "（010）12345678", "", "phone_format", nil},
		{"phone", "（010）62345678", "010-62345678", "", nil},
		{"phone", "62345678", "", "phone_area", nil},
		{"address", " 中山路18号 ", "中山路18号", "", nil},
		{"address", long(80), long(80), "", nil},
		{"address", long(81), "", app.CodeTooLong, []string{"80"}},
		{"address", "中山\ufffd", "", app.CodeInvalid, nil},
		{"address", "中山\xd6\xd0", "", app.CodeInvalid, nil},
		{"address", "中山\x07", "", app.CodeInvalid, nil},
		{"household_address", long(81), "", app.CodeTooLong, []string{"80"}},
		{"household_division", "110105001001", "110105001001", "", nil},
		{"household_division", long(51), "", app.CodeTooLong, []string{"50"}},
		{"household_division", "320102", "320102", "", nil},
		{"household_division", "样例省样例市", "样例省样例市", "", nil},
		{"household_division", "11010500100", "", "division_length", nil},
		{"division", long(51), "", app.CodeTooLong, []string{"50"}},
		{"native_place", long(51), "", app.CodeTooLong, []string{"50"}},
		{"religion", long(21), "", app.CodeTooLong, []string{"20"}},
		{"occupation", long(31), "", app.CodeTooLong, []string{"30"}},
		{"employer", long(101), "", app.CodeTooLong, []string{"100"}},
		{"grid", long(65), "", app.CodeTooLong, []string{"64"}},
		{"grid", " g-1 ", "g-1", "", nil},
		{"shoe_size", "44", "", app.CodeInvalid, nil},
		{"shoe_size", "", "", app.CodeInvalid, nil},
	} {
		t.Run(c.column, func(t *testing.T) {
			got, err := registry.Clean(c.column, c.in)
			if got != c.want || app.CodeOf(err) != c.code {
				t.Errorf("%q: got %q, %v; want %q, %q", c.in, got, err, c.want, c.code)
			}
			var e *app.Error
			if err != nil && (!errors.As(err, &e) || e.Field != c.column || !slices.Equal(e.Args, c.args)) {
				t.Errorf("%q: error %+v, want field %s and args %v", c.in, err, c.column, c.args)
			}
		})
	}
}

func TestEveryColumnMayBeEmptyAndHasALimit(t *testing.T) {
	for _, c := range app.ResidentColumns() {
		for _, empty := range []string{"", "  ", "\t\n"} {
			if got, err := registry.Clean(c, empty); got != "" || err != nil {
				t.Errorf("%s empty: %q, %v", c, got, err)
			}
		}
		if _, err := registry.Clean(c, strings.Repeat("a", 1000)); err == nil {
			t.Errorf("%s takes a thousand characters", c)
		}
	}
}

func TestComplete(t *testing.T) {
	for _, c := range []struct {
		name     string
		in, want map[string]string
		code     app.Code
		field    string
	}{
		{"nothing", nil, map[string]string{}, "", ""},
		{"an ID number says birth and sex", map[string]string{"id_number": woman}, map[string]string{"id_number": woman, "birth": "1949-12-31", "sex": "2"}, "", ""},
		{"the same again is no mismatch", map[string]string{"id_number": woman, "birth": "1949.12.31", "sex": "女"}, map[string]string{"id_number": woman, "birth": "1949-12-31", "sex": "2"}, "", ""},
		{"an unknown sex is filled in", map[string]string{"id_number": woman, "sex": "0"}, map[string]string{"id_number": woman, "birth": "1949-12-31", "sex": "2"}, "", ""},
		{"another birth", map[string]string{"id_number": woman, "birth": "1949-12-30"}, nil, app.CodeMismatch, "birth"},
		{"another sex", map[string]string{"id_number": woman, "sex": "1"}, nil, app.CodeMismatch, "sex"},
		{"an ID number of someone not born yet", map[string]string{"id_number": number("20900101", 1)}, nil, "id_future", "id_number"},
		{"born today", map[string]string{"id_number": number("20260302", 2)}, map[string]string{"id_number": number("20260302", 2), "birth": "2026-03-02", "sex": "2"}, "", ""},
		{"born tomorrow", map[string]string{"id_number": number("20260303", 2)}, nil, "id_future", "id_number"},
		{"a birth tomorrow without an ID number", map[string]string{"birth": "2026-03-03"}, nil, app.CodeInvalid, "birth"},
		{"a birth today without an ID number", map[string]string{"birth": "2026-03-02"}, map[string]string{"birth": "2026-03-02"}, "", ""},
		{"an emptied ID number says nothing", map[string]string{"id_number": " ", "sex": "男"}, map[string]string{"id_number": "", "sex": "1"}, "", ""},
		{"one bad column refuses all", map[string]string{"name": "张三", "phone": "1"}, nil, "phone_format", "phone"},
		{"no such column", map[string]string{"shoe_size": ""}, nil, app.CodeInvalid, "shoe_size"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := registry.Complete(c.in, today)
			if app.CodeOf(err) != c.code || !maps.Equal(got, c.want) {
				t.Fatalf("got %v, %v; want %v, %q", got, err, c.want, c.code)
			}
			var e *app.Error
			if errors.As(err, &e) && e.Field != c.field {
				t.Errorf("field %q, want %q", e.Field, c.field)
			}
		})
	}
}

// anyValue draws what people type, files hold and broken conversions leave.
func anyValue(t *rapid.T, column string) string {
	good := map[string][]string{
		"id_number": {woman, "110105491231002", number("19800229", 15), number("20900101", 1), wrongLast},
		"birth":     {"1949-12-31", "1949年12月31日", "19800229", "2999-01-01", "1981-02-29"},
		"sex":       {"男", "女", "0", "9", "M"},
		"phone":     {"138 0000 0000", "010-62345678转801", "12345", "400-123-4567"},
		"name":      {"张 三", "阿依•古丽", "J. Smith", "𠮷野"},
		"ethnic":    {"汉", "01", "1"}, "marital": {"已婚"}, "politics": {"13"}, "education": {"大专"},
	}[column]
	if len(good) > 0 && rapid.Bool().Draw(t, "plausible") {
		return rapid.SampledFrom(good).Draw(t, "value")
	}
	return rapid.StringN(0, 30, -1).Draw(t, "value")
}

func TestCompleteTwiceIsCompleteOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := map[string]string{}
		for _, c := range app.ResidentColumns() {
			if rapid.IntRange(0, 3).Draw(t, "given") == 0 {
				in[c] = anyValue(t, c)
			}
		}
		given := maps.Clone(in)
		once, err := registry.Complete(in, today)
		if !maps.Equal(given, in) {
			t.Fatal("the columns handed in were changed")
		}
		if err != nil {
			// An error names the column and never what stood in it.
			var e *app.Error
			if !errors.As(err, &e) || e.Err != nil || e.Op != "" {
				t.Fatalf("error %+v", err)
			}
			if _, ok := in[e.Field]; !ok {
				t.Fatalf("error about %q, which was not given", e.Field)
			}
			if (e.Code == app.CodeTooLong) != (len(e.Args) == 1) || len(e.Args) > 1 {
				t.Fatalf("%s with args %d", e.Code, len(e.Args))
			}
			return
		}
		twice, err := registry.Complete(once, today)
		if err != nil || !maps.Equal(once, twice) {
			t.Fatalf("once %q\ntwice %q, %v", once, twice, err)
		}
	})
}

func TestErrorsNeverHoldTheValue(t *testing.T) {
	for column, value := range map[string]string{
		"id_number": wrongLast, "phone": "13800009999000", "name": "王某某\ufffd", "birth": "1949-02-31", "sex": "某性别",
		"address": strings.Repeat("某路九十九号", 20), "ethnic": "某族人", "employer": "某公司\x07", "shoe_size": "某尺码",
	} {
		_, err := registry.Clean(column, value)
		if err == nil {
			t.Errorf("%s: a bad value passed", column)
			continue
		}
		if said := err.Error(); strings.Contains(said, value) || strings.Contains(said, "某") || strings.Contains(said, "1949") || strings.Contains(said, "9999") {
			t.Errorf("%s: the error holds a part of the value", column)
		}
	}
	if _, err := registry.Complete(map[string]string{"id_number": woman, "birth": "1950-01-01"}, today); err == nil || strings.Contains(err.Error(), "19") {
		t.Error("the mismatch error is missing or holds a date")
	}
}

// TestMask is the table of what each role sees of an invented person.
func TestMask(t *testing.T) {
	values := map[string]string{
		"name": "张小三", "former_name": "张大三", "id_number": woman, "phone": "13800000000", "birth": "1949-12-31",
		"address": "南京市玄武区中山路18号3栋502室", "household_address": "南京市玄武区中山路19号",
		"employer": "某某厂", "religion": "无", "sex": "2", "grid": "g-1", "occupation": "木工",
	}
	hidden := map[string]string{
		"name": "张*三", "former_name": "张*三", "id_number": "1101**********002X", "phone": "138****0000", "birth": "1949-**-**",
		"address": "南京市玄武区中山路***", "household_address": "南京市玄武区中山路***",
		"employer": "****", "religion": "****",
	}
	full := map[app.Role][]string{
		app.RoleAdmin:      {"name", "former_name", "address", "birth"},
		app.RoleClerk:      {"name", "former_name", "address", "birth"},
		app.RoleGrid:       {"name", "address"},
		app.RoleSupervisor: nil,
		app.RoleKiosk:      nil,
		"unheard-of":       nil,
	}
	for role, open := range full {
		for column, value := range values {
			want, sealed := hidden[column]
			sealed = sealed && !slices.Contains(open, column)
			if !sealed {
				want = value
			}
			if got := registry.Mask(role, column, value); got != want {
				t.Errorf("%s sees of %s %q, want %q", role, column, got, want)
			}
			if got := registry.Masked(role, column); got != sealed {
				t.Errorf("%s masked for %s: %v, want %v", column, role, got, sealed)
			}
			if got := registry.Mask(role, column, ""); got != "" {
				t.Errorf("%s sees of an empty %s %q", role, column, got)
			}
		}
	}
	if got := registry.Mask(app.RoleKiosk, "birth", "194"); got != "****" {
		t.Errorf("a broken birth is shown as %q", got)
	}
}

func TestCodeTable(t *testing.T) {
	want := map[string]string{"sex": "GB/T 2261.1", "marital": "GB/T 2261.2", "ethnic": "GB/T 3304", "education": "GB/T 4658", "politics": "GB/T 4762"}
	for _, c := range app.ResidentColumns() {
		got := ""
		if table := registry.CodeTable(c); table != nil {
			got = table.Rule()
		}
		if got != want[c] {
			t.Errorf("%s: table %q, want %q", c, got, want[c])
		}
	}
}

func TestAge(t *testing.T) {
	for birth, want := range map[string]int{"1949-12-31": 76, "1956-03-02": 70, "1956-03-03": 69, "": 0, "no date": 0, "2030-01-01": 0} {
		if got := registry.Age(birth, today); got != want {
			t.Errorf("born %q: %d, want %d", birth, got, want)
		}
	}
}
