package stroke

import (
	"slices"
	"strings"
	"testing"

	"linli/kiosk/input/hanzi"
)

// known lists characters with their keys by the national order of strokes (GF 3003), in which 竖钩 is 竖 and 提 is 横.
var known = strings.Fields(`
一=1 二=11 三=111 十=12 人=34 八=34 大=134 天=1134 王=1121 木=1234 土=121 工=121 口=251 日=2511 月=3511 目=25111
中=2512 水=2534 火=4334 山=252 石=13251 田=25121 心=4544 手=3112 小=234 少=2343 子=521 女=531 好=531521 李=1234521
上=211 下=124 左=13121 右=13251 不=1324 生=31121 年=311212 本=12341 白=32511 百=132511 千=312 万=153 五=1251 六=4134
七=15 九=35 四=25351 了=52 力=53 刀=53 又=54 文=4134 方=4153 门=425 家=4451353334 国=25112141 民=51515 张=5153154
刘=413422 陈=5215234 杨=1234533 赵=121213434 黄=12212512134 周=35121251 吴=2511134 老=121335 医=1311345 社=4524121 区=1345
居=51312251 会=341154 他=32525 我=3121534 你=3235234 的=32511354 是=251112134 在=132121 有=132511 这=4134454 和=31234251
地=121525 来=1431234 到=15412122 时=2511124 学=44345521 忙=442415 狗=35335251 男=2512153 安=445531 东=15234 长=3154 车=1512
马=551 鸟=35451 必=45434 买=544134 卖=12544134 电=25115 话=45312251 证=4512121 书=5524 米=431234 羊=431112
`)

func TestKnownCharacters(t *testing.T) {
	characters, err := hanzi.Read()
	if err != nil {
		t.Fatal(err)
	}
	keys := make(map[string]string)
	for _, c := range characters {
		keys[string(c.Rune)] = c.Keys
	}
	for _, k := range known {
		text, want, _ := strings.Cut(k, "=")
		if keys[text] != want {
			t.Errorf("%s is %s, the table says %q", text, want, keys[text])
		}
	}
}

func openTable(t *testing.T) *Table {
	t.Helper()
	table, err := Open()
	if err != nil {
		t.Fatal(err)
	}
	return table
}

func TestAllStrokesOfACharacterBringItFirst(t *testing.T) {
	table := openTable(t)
	for _, k := range known {
		text, keys, _ := strings.Cut(k, "=")
		at := slices.Index(table.Candidates(keys, 10), text)
		// Some share their strokes with others: 人 and 八, 土 and 工, 石 and 右.
		if at < 0 || at > 3 {
			t.Errorf("%s after %s is number %d", text, keys, at)
		}
	}
}

func TestTheFirstStrokesAreEnough(t *testing.T) {
	table := openTable(t)
	for _, test := range []struct{ keys, text string }{
		{"1", "一"}, {"31", "我"}, {"1234", "木"}, {"1234", "想"}, {"12345", "李"}, {"4451", "家"}, {"5215", "陈"}, {"4434", "学"}, {"53152", "好"},
	} {
		if got := table.Candidates(test.keys, 60); !slices.Contains(got, test.text) {
			t.Errorf("%s is not among the first %d after %s", test.text, len(got), test.keys)
		}
	}
}

// What fits comes first: without further strokes, then with; and each of these the commonest first.
func TestTheOrderOfCandidates(t *testing.T) {
	table := openTable(t)
	about := make(map[string]entry)
	for _, e := range table.sorted {
		about[e.text] = e
	}
	for _, keys := range []string{"1", "34", "251", "4451", "25112", "1234521"} {
		class := func(e entry) int {
			switch {
			case e.keys == keys:
				return 0
			case strings.HasPrefix(e.keys, keys):
				return 1
			}
			return 2
		}
		got := table.Candidates(keys, 2000)
		for i := 1; i < len(got); i++ {
			a, b := about[got[i-1]], about[got[i]]
			if class(a) > class(b) {
				t.Errorf("after %s %s (%s) comes before %s (%s)", keys, a.text, a.keys, b.text, b.keys)
			}
			if class(a) < 2 && class(a) == class(b) && a.rare == b.rare && a.weight < b.weight {
				t.Errorf("after %s the rare %s comes before %s", keys, a.text, b.text)
			}
		}
		sorted := slices.Sorted(slices.Values(got))
		if len(slices.Compact(sorted)) != len(got) {
			t.Errorf("after %s a character is offered twice", keys)
		}
	}
}

func TestOneWrongKeyIsForgiven(t *testing.T) {
	table := openTable(t)
	for _, k := range known {
		text, keys, _ := strings.Cut(k, "=")
		if len(keys) < 5 {
			continue // too short to be found among so many
		}
		for i := range keys {
			wrong := []byte(keys)
			wrong[i] = '1' + (wrong[i]-'1'+1)%5
			if !slices.Contains(table.Candidates(string(wrong), 2000), text) {
				t.Errorf("%s (%s) is not found after %s", text, keys, wrong)
			}
		}
	}
	for _, two := range []string{"11", "5"} {
		for _, text := range table.Candidates(two, 20000) {
			if i := slices.IndexFunc(table.sorted, func(e entry) bool { return e.text == text }); !strings.HasPrefix(table.sorted[i].keys, two) {
				t.Errorf("%s was forgiven after only %s", text, two)
			}
		}
	}
}

func TestNoKeysNoCandidates(t *testing.T) {
	table := openTable(t)
	for _, keys := range []string{"", "0", "6", "12a", "1 2", "一", "\x00", strings.Repeat("5", 1000)} {
		if got := table.Candidates(keys, 10); len(got) != 0 {
			t.Errorf("after %q: %q", keys, got)
		}
	}
	for _, limit := range []int{0, -1} {
		if got := table.Candidates("1", limit); len(got) != 0 {
			t.Errorf("at most %d: %q", limit, got)
		}
	}
	if got := table.Candidates("1", 3); len(got) != 3 {
		t.Errorf("at most 3: %q", got)
	}
}

func BenchmarkCandidates(b *testing.B) {
	table, err := Open()
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		table.Candidates("1234521", 30)
	}
}
