package store_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"linli/app"
	"linli/app/tabular"
	"linli/store"

	"pgregory.net/rapid"
)

// inventedID makes a valid ID number of an area that does not exist.
func inventedID(birth string, serial int) string {
	s := "320099" + strings.ReplaceAll(birth, "-", "") + fmt.Sprintf("%03d", serial)
	sum, weight := 0, 1
	for i := 16; i >= 0; i-- {
		weight = weight * 2 % 11
		sum += int(s[i]-'0') * weight
	}
	return s + "10X98765432"[sum%11:sum%11+1]
}

// readTable reads a CSV text as an import does.
func readTable(tb testing.TB, text string) *tabular.Sheet {
	tb.Helper()
	s, err := tabular.Read("t.csv", strings.NewReader(text), int64(len(text)))
	if err != nil {
		tb.Fatalf("table: %v", err)
	}
	return s
}

func (h *hallAt) imports(tb testing.TB, kind store.Kind, text string) store.ImportReport {
	tb.Helper()
	r, err := h.store.Import(context.Background(), h.admin, kind, readTable(tb, text), false)
	if err != nil {
		tb.Fatalf("import %s: %v", kind, err)
	}
	return r
}

func (h *hallAt) entries(tb testing.TB) int64 {
	tb.Helper()
	health, err := h.Upkeep.Health(context.Background())
	if err != nil {
		tb.Fatal(err)
	}
	return health.Entries
}

func (h *hallAt) exports(tb testing.TB, kind store.Kind, reveal bool) [][]string {
	tb.Helper()
	var b bytes.Buffer
	if err := h.store.Export(context.Background(), h.admin, kind, &b, store.FormatCSV, reveal); err != nil {
		tb.Fatalf("export %s: %v", kind, err)
	}
	rows, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(b.Bytes(), []byte("\ufeff")))).ReadAll()
	if err != nil {
		tb.Fatal(err)
	}
	return rows
}

// cellsUnder answers the cells of one column below the header.
func cellsUnder(tb testing.TB, rows [][]string, header string) []string {
	tb.Helper()
	i := slices.Index(rows[0], header)
	if i < 0 {
		tb.Fatalf("no column %q in %q", header, rows[0])
	}
	var out []string
	for _, r := range rows[1:] {
		out = append(out, r[i])
	}
	return out
}

func landed(r store.ImportReport) [4]int {
	return [4]int{r.Added, r.Updated, r.Unchanged, len(r.Rejected)}
}

func (h *hallAt) mustVerify(tb testing.TB) {
	tb.Helper()
	if r, err := h.store.Verify(context.Background()); err != nil || !r.OK {
		tb.Fatalf("verify: %v %v", r.Problems, err)
	}
}

func TestGoodRowsLandAndBadOnesAreNamed(t *testing.T) {
	h := mustHall(t)
	good := inventedID("1950-02-03", 11)
	wrong := good[:17] + map[bool]string{true: "2", false: "1"}[good[17] == '1']
	for name, c := range map[string]struct {
		row    string
		column string
		code   app.Code
	}{
		"wrong checksum":         {"样例甲," + wrong + ",,,,", "身份证号", "id_checksum"},
		"no such birthday":       {"样例甲,320099195002310019,,,,", "身份证号", "id_date"},
		"impossible date":        {"样例甲,,2001-02-30,,,", "出生日期", "date_none"},
		"unknown code":           {"样例甲,,,77,,", "民族", "code_unknown"},
		"no phone":               {"样例甲,,,,12,", "手机号", "phone_format"},
		"long name":              {strings.Repeat("长", 51) + ",,,,,", "姓名", "name_long"},
		"no name":                {"," + inventedID("1950-02-03", 13) + ",,,,", "姓名", "required"},
		"born in the future":     {"样例甲," + inventedID("2027-01-01", 13) + ",,,,", "身份证号", "id_future"},
		"birth against the ID":   {"样例甲," + good + ",1950-02-04,,,", "出生日期", "mismatch"},
		"unknown grid":           {"样例甲,,,,,没有的网格", "网格编码", "grid_unknown"},
		"masked value":           {"样*甲,,,,,", "姓名", "masked"},
		"lost characters":        {"样\ufffd,,,,,", "姓名", "name_char"},
		"masked ID of an export": {"样例甲,3200**********0019,,,,", "身份证号", "masked"},
	} {
		t.Run(name, func(t *testing.T) {
			before := h.entries(t)
			r := h.imports(t, store.KindResidents, "姓名,身份证号,出生日期,民族,手机号,网格编码\n"+c.row+"\n")
			if len(r.Rejected) != 1 || r.Added != 0 {
				t.Fatalf("report %+v", r)
			}
			if x := r.Rejected[0]; x.Line != 2 || x.Column != c.column || x.Code != c.code {
				t.Errorf("rejected %+v, want line 2, %s, %s", x, c.column, c.code)
			}
			if h.entries(t) != before {
				t.Error("a rejected row wrote an entry")
			}
		})
	}
	r := h.imports(t, store.KindResidents, "姓名,身份证号\n样例甲,"+good+"\n坏,123\n阿依古丽·"+strings.Repeat("买", 45)+",\n䶮㛃𠮷,\n")
	if landed(r) != [4]int{3, 0, 0, 1} || r.Rejected[0].Line != 3 {
		t.Errorf("report %+v", r)
	}
	names := cellsUnder(t, h.exports(t, store.KindResidents, true), "姓名")
	if !slices.Contains(names, "䶮㛃𠮷") {
		t.Errorf("rare characters did not survive: %q", names)
	}
	h.mustVerify(t)
}

func TestTheSameFileTwiceChangesNothing(t *testing.T) {
	h := mustHall(t)
	number := func(i int) string { return inventedID("1960-01-01", 100+i) }
	rapid.Check(t, func(rt *rapid.T) {
		cell := func(label string, values ...string) string {
			return rapid.SampledFrom(values).Draw(rt, label)
		}
		var b strings.Builder
		b.WriteString("姓名,公民身份号码,出生日期,联系方式,现住门(楼)详址,学历\n")
		for range rapid.IntRange(1, 12).Draw(rt, "rows") {
			fmt.Fprintf(&b, "%s,%s,%s,%s,%s,%s\n", cell("name", "样例甲", "样例乙", ""), cell("id", "", "", number(1), number(2), "123"),
				cell("birth", "", "1960-01-01", "1961-05-05"), cell("phone", "", "19900000001", "19900000002"),
				cell("address", "", "样例路1号", "样例路2号"), cell("education", "", "大学本科", "20"))
		}
		first := h.imports(t, store.KindResidents, b.String())
		before := h.entries(t)
		again := h.imports(t, store.KindResidents, b.String())
		if again.Added+again.Updated != 0 || again.Unchanged != first.Added+first.Updated+first.Unchanged {
			rt.Fatalf("first %v, again %v of\n%s", landed(first), landed(again), b.String())
		}
		if !reflect.DeepEqual(first.Rejected, again.Rejected) {
			rt.Fatalf("rejected %+v, then %+v", first.Rejected, again.Rejected)
		}
		if h.entries(t) != before {
			rt.Fatal("the second import wrote an entry")
		}
	})
	h.mustVerify(t)
}

func TestARowWithoutANameDoesNotWaitForOne(t *testing.T) {
	// The second import would otherwise find whom the first one added, and change them.
	h := mustHall(t)
	id := inventedID("1948-07-01", 25)
	file := "姓名,公民身份号码,联系方式\n," + id + ",19900000001\n样例甲," + id + ",19900000002\n"
	for _, want := range [][4]int{{1, 0, 0, 1}, {0, 0, 1, 1}} {
		r := h.imports(t, store.KindResidents, file)
		if landed(r) != want || r.Rejected[0].Line != 2 || r.Rejected[0].Code != store.CodeRowRepeated {
			t.Errorf("report %+v, want %v", r, want)
		}
	}
}

func TestOnlyWhatDiffersIsWritten(t *testing.T) {
	h := mustHall(t)
	ctx := context.Background()
	id := inventedID("1948-07-01", 21)
	h.imports(t, store.KindResidents, "姓名,公民身份号码,联系方式,现住址\n样例甲,"+id+",19900000001,样例路1号\n")
	r := h.imports(t, store.KindResidents, "公民身份号码,姓名,联系方式,现住址\n"+id+",样例甲,199 0000 0002,\n")
	if landed(r) != [4]int{0, 1, 0, 0} {
		t.Fatalf("report %+v", r)
	}
	found, err := h.Registry.Find(ctx, h.admin, "样例甲", "", 5)
	if err != nil || len(found) != 1 {
		t.Fatalf("found %v, %v", found, err)
	}
	if found[0].Address != "样例路1号" {
		t.Error("an empty cell cleared the address")
	}
	var last store.LogEntry
	if err := h.store.Log(ctx, h.admin, found[0].ID, 1, func(e store.LogEntry) error { last = e; return nil }); err != nil {
		t.Fatal(err)
	}
	if want := []string{"phone", "deleted"}; len(last.Changes) != 1 || !reflect.DeepEqual(last.Changes[0].Columns, want) {
		t.Errorf("changes %+v, want columns %v", last.Changes, want)
	}
	if v := last.Changes[0].Values["phone"]; v != "199****0002" {
		t.Errorf("the log shows the phone as %q", v)
	}
}

func TestTwoRowsOfOnePersonThatDisagree(t *testing.T) {
	h := mustHall(t)
	id := inventedID("1948-07-01", 23)
	r := h.imports(t, store.KindResidents, "姓名,公民身份号码,联系方式\n样例甲,"+id+",19900000001\n样例甲,"+id+",\n样例乙,"+id+",19900000002\n")
	if landed(r) != [4]int{1, 0, 1, 1} {
		t.Fatalf("report %+v", r)
	}
	if x := r.Rejected[0]; x.Line != 4 || x.Code != store.CodeRowRepeated || !reflect.DeepEqual(x.Args, []string{"2"}) {
		t.Errorf("rejected %+v", x)
	}
}

func TestRowsWithoutNumberMatchOnePersonOrNobody(t *testing.T) {
	h := mustHall(t)
	h.imports(t, store.KindResidents, "姓名,出生日期,联系方式\n样例甲,1950-01-01,19900000001\n样例甲,1980-01-01,19900000001\n样例乙,,19900000003\n")
	for _, c := range []struct {
		row  string
		want [4]int
	}{
		{"样例乙,,19900000003,样例路3号", [4]int{0, 1, 0, 0}},           // one of that name and phone
		{"样例甲,,19900000001,样例路1号", [4]int{1, 0, 0, 0}},           // two: nobody is joined by guess
		{"样例甲,1950-01-01,19900000001,样例路1号", [4]int{0, 1, 0, 0}}, // the birth date tells them apart
		{"样例丙,,19900000003,样例路3号", [4]int{1, 0, 0, 0}},           // another name
	} {
		if r := h.imports(t, store.KindResidents, "姓名,出生日期,联系方式,现住址\n"+c.row+"\n"); landed(r) != c.want {
			t.Errorf("%s: %v, want %v", c.row, landed(r), c.want)
		}
	}
}

func TestHeaders(t *testing.T) {
	h := mustHall(t)
	ctx := context.Background()
	r := h.imports(t, store.KindResidents, "备注, 现住门（楼）详址 ,姓名*,身份证号码,phone\n记一笔,样例路1号,样例甲,"+inventedID("1950-01-01", 31)+",19900000001\n")
	if landed(r) != [4]int{1, 0, 0, 0} || !reflect.DeepEqual(r.Unknown, []string{"备注"}) {
		t.Errorf("report %+v", r)
	}
	for header, code := range map[string]app.Code{"姓名,手机号,联系电话": store.CodeHeaderRepeated, "甲,乙,丙": store.CodeHeaderMissing} {
		if _, err := h.store.Import(ctx, h.admin, store.KindResidents, readTable(t, header+"\na,b,c\n"), false); app.CodeOf(err) != code {
			t.Errorf("%s: %v, want %s", header, err, code)
		}
	}
	for _, kind := range store.ImportKinds() {
		text := strings.Join(store.Template(kind), ",") + "\n" + strings.Repeat(",", len(store.Template(kind))-1) + "x\n"
		if r, err := h.store.Import(ctx, h.admin, kind, readTable(t, text), true); err != nil || len(r.Unknown) > 0 {
			t.Errorf("template of %s: %+v, %v", kind, r.Unknown, err)
		}
	}
	kiosk := app.KioskActor()
	if _, err := h.store.Import(ctx, kiosk, store.KindResidents, readTable(t, "姓名\n样例甲\n"), false); app.CodeOf(err) != app.CodeForbidden {
		t.Errorf("a kiosk may import: %v", err)
	}
	if _, err := h.store.Import(ctx, h.admin, store.KindVisits, readTable(t, "姓名\n样例甲\n"), false); app.CodeOf(err) != app.CodeInvalid {
		t.Errorf("visits were imported: %v", err)
	}
}

func TestManyRowsAreManyEntriesOfOneAction(t *testing.T) {
	h := mustHall(t)
	var b strings.Builder
	b.WriteString("姓名,公民身份号码\n")
	for i := range 1201 {
		fmt.Fprintf(&b, "样例甲,%s\n", inventedID(time.Date(1950, 1, 1+i, 0, 0, 0, 0, time.UTC).Format(time.DateOnly), 41))
	}
	dry, err := h.store.Import(context.Background(), h.admin, store.KindResidents, readTable(t, b.String()), true)
	if err != nil || landed(dry) != [4]int{1201, 0, 0, 0} {
		t.Fatalf("dry run %+v, %v", dry, err)
	}
	before := h.entries(t)
	if health, err := h.Upkeep.Health(context.Background()); err != nil || health.Residents != 0 {
		t.Fatalf("the dry run left %d residents, %v", health.Residents, err)
	}
	if r := h.imports(t, store.KindResidents, b.String()); landed(r) != [4]int{1201, 0, 0, 0} {
		t.Fatalf("report %+v", r)
	}
	if n := h.entries(t) - before; n < 3 {
		t.Errorf("%d entries for 1201 rows", n)
	}
	actions := map[string]bool{}
	_ = h.store.Log(context.Background(), h.admin, "", int(h.entries(t)-before), func(e store.LogEntry) error { actions[e.Action] = true; return nil })
	if len(actions) != 1 {
		t.Errorf("%d actions", len(actions))
	}
	h.mustVerify(t)
}

func TestGridsInAnyOrder(t *testing.T) {
	h := mustHall(t)
	text := "网格编码,网格名称,上级网格\nB1,一号楼,G1\nG1,第一网格,320199001001\nX1,迷路,没有\nX2,迷路的孩子,X1\nC1,转圈,C2\nC2,转圈,C1\n,无码,\n"
	r := h.imports(t, store.KindGrids, text)
	if landed(r) != [4]int{2, 0, 0, 5} {
		t.Fatalf("report %+v", r)
	}
	want := map[int]app.Code{4: store.CodeGridUnknown, 5: store.CodeGridUnknown, 6: store.CodeGridCycle, 7: store.CodeGridCycle, 8: app.CodeRequired}
	for _, x := range r.Rejected {
		if want[x.Line] != x.Code {
			t.Errorf("line %d: %s, want %s", x.Line, x.Code, want[x.Line])
		}
	}
	grids, err := h.Settings.Grids(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	level := map[string]int{}
	for _, g := range grids {
		level[g.Code] = g.Level
	}
	if level["G1"] != 2 || level["B1"] != 3 {
		t.Errorf("levels %v", level)
	}
	if r := h.imports(t, store.KindGrids, text); landed(r) != [4]int{0, 0, 2, 5} {
		t.Errorf("again %+v", r)
	}
	if r := h.imports(t, store.KindGrids, "网格编码,上级网格\nG1,B1\n"); landed(r) != [4]int{0, 0, 0, 1} || r.Rejected[0].Code != store.CodeGridCycle {
		t.Errorf("a grid was put below itself: %+v", r)
	}
	// Residents name their grid by code or name.
	if r := h.imports(t, store.KindResidents, "姓名,网格\n样例甲,B1\n样例乙,一号楼\n"); landed(r) != [4]int{2, 0, 0, 0} {
		t.Errorf("residents %+v", r)
	}
	if got := cellsUnder(t, h.exports(t, store.KindResidents, false), "网格"); !reflect.DeepEqual(got, []string{"B1", "B1"}) {
		t.Errorf("grids in the export %v", got)
	}
}

func TestServicesKeepWhatTheFileDoesNotKnow(t *testing.T) {
	h := mustHall(t)
	ctx := context.Background()
	services, err := h.Public.Services(ctx, "")
	if err != nil || len(services) == 0 {
		t.Fatal(err)
	}
	var sample app.Service
	for _, s := range services {
		if len(s.Materials) > 1 && s.Code != "" {
			sample = s
		}
	}
	text := fmt.Sprintf("实施编码,事项名称,实施主体,材料,法定办结时限,承诺办结时限,示例\n%s,%s,某区民政局,%s;新的材料,20个工作日,即办,否\nZZ-001,样例事项,某区民政局,身份证；户口簿,60,5,\n",
		sample.Code, sample.Name.ZH, sample.Materials[0].Name.ZH)
	if r := h.imports(t, store.KindServices, text); landed(r) != [4]int{1, 1, 0, 0} {
		t.Fatalf("report %+v", r)
	}
	got, err := h.Public.Service(ctx, sample.ID)
	if err != nil {
		t.Fatal(err)
	}
	if got.Sample || got.LegalDays != 20 || got.PromisedDays != 0 || len(got.Materials) != 2 {
		t.Errorf("service %+v", got)
	}
	if !reflect.DeepEqual(got.Materials[0], sample.Materials[0]) || !reflect.DeepEqual(got.Steps, sample.Steps) || got.Name != sample.Name {
		t.Error("the import lost what the file does not hold")
	}
	if r := h.imports(t, store.KindServices, text); landed(r) != [4]int{0, 0, 2, 0} {
		t.Errorf("again %+v", r)
	}
	r := h.imports(t, store.KindServices, "事项名称,服务门类,法定办结时限\n样例,没有的,\n样例,,很久\n")
	if len(r.Rejected) != 2 || r.Rejected[0].Code != app.CodeUnknownCode || r.Rejected[1].Column != "法定办结时限" {
		t.Errorf("rejected %+v", r.Rejected)
	}
}

func TestNoticesAreToldByTitleAndDay(t *testing.T) {
	h := mustHall(t)
	text := "标题,公示类别,内容,生效日期,截止日期\n样例停水通知,通知,样例路停水,2026-11-23,2026/11/24\n样例停水通知,通知,样例路又停水,2026年12月1日,\n样例停电通知,通知,样例路停电,2026-11-25,2026-11-24\n没有内容,通知,,,\n"
	r := h.imports(t, store.KindNotices, text)
	if landed(r) != [4]int{2, 0, 0, 2} || r.Rejected[0].Field != "valid_to" || r.Rejected[1].Code != app.CodeRequired {
		t.Fatalf("report %+v", r)
	}
	if r := h.imports(t, store.KindNotices, text); landed(r) != [4]int{0, 0, 2, 2} {
		t.Errorf("again %+v", r)
	}
}

func TestExportsComeBackUnchanged(t *testing.T) {
	h := mustHall(t)
	h.imports(t, store.KindResidents, "姓名,公民身份号码,联系方式,现住址,婚姻状况\n样例甲,"+inventedID("1950-01-01", 51)+",19900000001,样例路1号502室,丧偶\n=样例,,010-61234567,,\n")
	for _, format := range []store.Format{store.FormatCSV, store.FormatXLSX} {
		for _, kind := range store.ImportKinds() {
			path := filepath.Join(t.TempDir(), "out."+string(format))
			if err := h.store.ExportFile(context.Background(), h.admin, kind, path, true); err != nil {
				t.Fatalf("%s %s: %v", kind, format, err)
			}
			sheet, err := tabular.Open(path)
			if err != nil {
				t.Fatal(err)
			}
			r, err := h.store.Import(context.Background(), h.admin, kind, sheet, false)
			if err != nil || r.Unchanged != r.Read || r.Read == 0 {
				t.Errorf("%s %s: %+v, %v", kind, format, r, err)
			}
			if left, _ := filepath.Glob(filepath.Join(filepath.Dir(path), ".linli-*")); len(left) > 0 {
				t.Errorf("temporary files left: %v", left)
			}
		}
	}
}

func TestExportsMaskUnlessRevealed(t *testing.T) {
	h := mustHall(t)
	ctx := context.Background()
	id := inventedID("1950-01-01", 61)
	h.imports(t, store.KindResidents, "姓名,公民身份号码,联系方式,现住址,服务处所\n样例甲乙,"+id+",19900000001,样例路1号502室,样例公司\n")
	access := func() (n int) {
		err := h.store.Log(ctx, h.admin, "", 0, func(e store.LogEntry) error {
			if e.Verb == "access.reveal" {
				n++
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	masked := h.exports(t, store.KindResidents, false)
	if access() != 0 {
		t.Error("a masked export wrote an access entry")
	}
	row := strings.Join(masked[1], "|")
	for _, secret := range []string{"样例甲乙", id, id[6:14], "1950-01-01", "19900000001", "502室", "样例公司"} {
		if strings.Contains(row, secret) {
			t.Errorf("the masked export shows %q: %s", secret, row)
		}
	}
	revealed := h.exports(t, store.KindResidents, true)
	if access() != 1 {
		t.Errorf("%d access entries for one revealed export", access())
	}
	if got := cellsUnder(t, revealed, "公民身份号码")[0]; got != id {
		t.Errorf("revealed ID %q", got)
	}
	var a, b bytes.Buffer
	for _, w := range []*bytes.Buffer{&a, &b} {
		if err := h.store.Export(ctx, h.admin, store.KindResidents, w, store.FormatXLSX, false); err != nil {
			t.Fatal(err)
		}
		h.clock.t = h.clock.t.Add(24 * time.Hour)
	}
	if !bytes.Equal(a.Bytes(), b.Bytes()) {
		t.Error("two exports of the same data differ")
	}
	grid := app.Actor{ID: "g", Role: app.RoleGrid}
	if err := h.store.Export(ctx, grid, store.KindResidents, &bytes.Buffer{}, store.FormatCSV, true); app.CodeOf(err) != app.CodeForbidden {
		t.Errorf("a grid worker may reveal: %v", err)
	}
	// A masked export carries the records' ids, and must not come back as values.
	text := strings.Join(masked[0], ",") + "\n" + strings.Join(masked[1], ",") + "\n"
	if r := h.imports(t, store.KindResidents, text); landed(r) != [4]int{0, 0, 0, 1} || r.Rejected[0].Code != store.CodeMasked {
		t.Errorf("masked values were imported: %+v", r)
	}
}

func TestAFailedExportLeavesTheOldFile(t *testing.T) {
	h := mustHall(t)
	path := filepath.Join(t.TempDir(), "out.csv")
	if err := os.WriteFile(path, []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := h.store.ExportFile(ctx, h.admin, store.KindServices, path, false); err == nil {
		t.Fatal("no error")
	}
	if b, _ := os.ReadFile(path); string(b) != "old" {
		t.Errorf("the file now holds %q", b)
	}
	if left, _ := filepath.Glob(filepath.Join(filepath.Dir(path), ".linli-*")); len(left) > 0 {
		t.Errorf("temporary files left: %v", left)
	}
}

func TestEdit(t *testing.T) {
	h := mustHall(t)
	ctx := context.Background()
	a, b := inventedID("1950-01-01", 71), inventedID("1950-01-01", 73)
	h.imports(t, store.KindResidents, "姓名,公民身份号码,联系方式\n样例甲,"+a+",19900000001\n样例乙,"+b+",\n")
	found, err := h.Registry.Find(ctx, h.admin, "样例甲", "", 1)
	if err != nil || len(found) != 1 {
		t.Fatal(err)
	}
	id := found[0].ID
	if err := h.store.Edit(ctx, h.admin, store.KindResidents, id, map[string]string{"联系方式": "", "occupation": "退休"}); err != nil {
		t.Fatal(err)
	}
	r, _, err := h.Registry.Resident(ctx, h.admin, id)
	if err != nil || r.Phone != "" || r.Occupation != "退休" {
		t.Errorf("resident %+v, %v", r, err)
	}
	before := h.entries(t)
	for name, c := range map[string]struct {
		columns map[string]string
		code    app.Code
	}{
		"no name":         {map[string]string{"name": " "}, app.CodeRequired},
		"unknown column":  {map[string]string{"shoe": "42"}, app.CodeInvalid},
		"other's number":  {map[string]string{"id_number": b}, app.CodeDuplicate},
		"bad phone":       {map[string]string{"phone": "1"}, "phone_format"},
		"wrong birthday":  {map[string]string{"birth": "1951-01-01"}, app.CodeMismatch},
		"the same column": {map[string]string{"phone": "19900000001", "联系方式": "19900000002"}, store.CodeHeaderRepeated},
	} {
		if err := h.store.Edit(ctx, h.admin, store.KindResidents, id, c.columns); app.CodeOf(err) != c.code {
			t.Errorf("%s: %v, want %s", name, err, c.code)
		}
	}
	if err := h.store.Edit(ctx, h.admin, store.KindResidents, "nobody", map[string]string{"name": "样例"}); app.CodeOf(err) != app.CodeNotFound {
		t.Errorf("nobody was edited: %v", err)
	}
	if h.entries(t) != before {
		t.Error("a refused edit wrote an entry")
	}
	services, err := h.Public.Services(ctx, "")
	if err != nil {
		t.Fatal(err)
	}
	if err := h.store.Edit(ctx, h.admin, store.KindServices, services[0].ID, map[string]string{"sample": "否", "法定办结时限": "15"}); err != nil {
		t.Fatal(err)
	}
	if v, err := h.Public.Service(ctx, services[0].ID); err != nil || v.Sample || v.LegalDays != 15 || v.Name != services[0].Name {
		t.Errorf("service %+v, %v", v, err)
	}
	h.mustVerify(t)
}
