package standard_test

import (
	"testing"

	"linli/app/standard"
)

var tables = []*standard.Table{
	standard.Sex, standard.Marital, standard.Ethnic, standard.Education, standard.Relation, standard.Politics,
	standard.IDDocument, standard.Satisfaction, standard.Applicant, standard.CaseKind, standard.Channel,
}

func TestTableRowsFindThemselves(t *testing.T) {
	seen := map[string]bool{}
	for _, table := range tables {
		if seen[table.Name()] || table.Rule() == "" {
			t.Errorf("table %q: name taken or no standard", table.Name())
		}
		seen[table.Name()] = true
		for _, it := range table.Items() {
			if it.Code == "" || it.Zh == "" || it.En == "" {
				t.Errorf("%s: incomplete row %+v", table.Name(), it)
			}
			if table.Zh(it.Code) != it.Zh || table.En(it.Code) != it.En {
				t.Errorf("%s %s: names by code differ", table.Name(), it.Code)
			}
			for _, word := range append([]string{it.Code, it.Zh, it.En, " " + it.Zh + "　"}, it.Aliases...) {
				if got, err := table.Parse(word); err != nil || got.Code != it.Code {
					t.Errorf("%s: Parse(%q) = %q, %v; want %q", table.Name(), word, got.Code, err, it.Code)
				}
			}
		}
	}
}

func TestTableParse(t *testing.T) {
	for _, tc := range []struct {
		table      *standard.Table
		in, want   string
		wantReason string
	}{
		{standard.Ethnic, "汉", "01", ""},
		{standard.Ethnic, "汉族", "01", ""},
		{standard.Ethnic, "1", "01", ""},
		{standard.Ethnic, "１", "01", ""},
		{standard.Ethnic, "han", "01", ""},
		{standard.Ethnic, "维吾尔", "05", ""},
		{standard.Ethnic, "基诺族", "56", ""},
		{standard.Ethnic, "57", "", "code_unknown"},
		{standard.Ethnic, "族", "", "code_unknown"},
		{standard.Ethnic, "  ", "", "code_empty"},
		{standard.Sex, "女", "2", ""},
		{standard.Sex, "3", "", "code_unknown"},
		{standard.Education, "本科", "20", ""},
		{standard.Education, "初中", "70", ""},
		{standard.Politics, "中共党员", "01", ""},
		{standard.Politics, "13", "13", ""},
		{standard.Relation, "女儿", "30", ""},
		{standard.IDDocument, "身份证", "111", ""},
		{standard.Satisfaction, "非常不满意", "5", ""},
		{standard.CaseKind, "投诉", "complaint", ""},
		{standard.Channel, "自助机", "kiosk", ""},
	} {
		got, err := tc.table.Parse(tc.in)
		if c := code(t, err); c != tc.wantReason || got.Code != tc.want {
			t.Errorf("%s.Parse(%q) = %q, code %q", tc.table.Name(), tc.in, got.Code, c)
		}
	}
}

func TestEthnicIsComplete(t *testing.T) {
	if n := len(standard.Ethnic.Items()); n != 58 {
		t.Errorf("%d rows, want the 56 peoples and codes 97 and 98", n)
	}
}

func TestByCodeIsExact(t *testing.T) {
	if _, ok := standard.Ethnic.ByCode("1"); ok {
		t.Error("ByCode accepts a code without its zero")
	}
	if _, ok := standard.Ethnic.ByCode("汉族"); ok {
		t.Error("ByCode accepts a name")
	}
}

func TestItemsIsACopy(t *testing.T) {
	standard.Sex.Items()[1].Zh = "changed"
	if standard.Sex.Zh("1") != "男" {
		t.Error("a caller changed the table")
	}
}
