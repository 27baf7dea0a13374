package pinyin_test

import (
	"bufio"
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	"linli/kiosk/input/pinyin"
)

// at answers the place of a text among candidates, or -1, and how many keys it takes.
func at(all []pinyin.Candidate, text string) (place, keys int) {
	i := slices.IndexFunc(all, func(c pinyin.Candidate) bool { return c.Text == text })
	if i < 0 {
		return -1, 0
	}
	return i, all[i].Keys
}

func TestKeysMeanWhatAPersonMeans(t *testing.T) {
	d := open(t)
	for _, c := range []struct {
		name, keys string
		o          pinyin.Options
		text       string
		place      int // at most
		takes      int
	}{
		{"whole syllables", "nihao", pinyin.Options{}, "你好", 0, 5},
		{"an unfinished one", "nih", pinyin.Options{}, "你好", 2, 3},
		{"one that nothing else can be", "pinqio", pinyin.Options{}, "贫穷", 0, 6},
		{"first letters", "nh", pinyin.Options{}, "你好", 0, 2},
		{"first letters of more", "jwh", pinyin.Options{}, "居委会", 0, 3},
		{"zh as one letter", "zg", pinyin.Options{}, "中国", 2, 2},
		{"zh as two", "zhg", pinyin.Options{}, "中国", 4, 3},
		{"a mixture", "nhao", pinyin.Options{}, "你好", 0, 4},
		{"a mixture the other way", "shuigloule", pinyin.Options{}, "水管漏了", 4, 10},
		{"a sentence", "shuiguanloule", pinyin.Options{}, "水管漏了", 0, 13},
		{"a part of the sentence", "shuiguanloule", pinyin.Options{}, "水管", 8, 8},
		{"a character of it", "shuiguanloule", pinyin.Options{}, "水", 40, 4},
		{"one syllable or two", "xian", pinyin.Options{}, "西安", 5, 4},
		{"an apostrophe", "xi'an", pinyin.Options{}, "西安", 0, 5},
		{"an apostrophe goes with what is before it", "xi'an", pinyin.Options{}, "西", 40, 3},
		{"capital letters", "NiHao", pinyin.Options{}, "你好", 0, 5},
		{"ü as v", "nver", pinyin.Options{}, "女儿", 0, 4},
		{"lüe", "lve", pinyin.Options{}, "略", 0, 3},
		{"lue", "lue", pinyin.Options{}, "略", 0, 3},
		{"ü as itself, two bytes", "lüse", pinyin.Options{}, "绿色", 0, 5},
		{"ju as jv", "jvzhu", pinyin.Options{}, "居住", 2, 5},
		{"zh for z", "zidao", pinyin.Options{Fuzzy: pinyin.ZhZ}, "知道", 4, 5},
		{"s for sh", "sehui", pinyin.Options{Fuzzy: pinyin.ShS}, "社会", 2, 5},
		{"c for ch", "cifan", pinyin.Options{Fuzzy: pinyin.ChC}, "吃饭", 2, 5},
		{"l for n", "lainai", pinyin.Options{Fuzzy: pinyin.NL}, "奶奶", 4, 6},
		{"h for f", "hangzi", pinyin.Options{Fuzzy: pinyin.FH}, "房子", 4, 6},
		{"in for ing", "linjv", pinyin.Options{Fuzzy: pinyin.IngIn}, "邻居", 0, 5},
		{"ing for in", "lingju", pinyin.Options{Fuzzy: pinyin.IngIn}, "邻居", 4, 6},
		{"an for ang", "shanwu", pinyin.Options{Fuzzy: pinyin.AngAn}, "上午", 4, 6},
		{"en for eng", "yisen", pinyin.Options{Fuzzy: pinyin.EngEn | pinyin.ShS}, "医生", 4, 5},
		{"eng for en", "shengti", pinyin.Options{Fuzzy: pinyin.EngEn}, "身体", 4, 7},
		{"two at once", "sengti", pinyin.Options{Fuzzy: pinyin.AllFuzzy}, "身体", 4, 6},
		{"no fuzzy sounds unasked", "zidao", pinyin.Options{}, "知道", -1, 0},
		{"nine keys", "64426", pinyin.Options{Layout: pinyin.Nine}, "你好", 0, 5},
		{"nine keys, parted", "94126", pinyin.Options{Layout: pinyin.Nine}, "西安", 4, 5},
		{"nine keys, first letters", "64", pinyin.Options{Layout: pinyin.Nine}, "你", 2, 2},
		{"a sentence on nine keys", digits("diantihuaile"), pinyin.Options{Layout: pinyin.Nine}, "电梯坏了", 0, 12},
		{"a person", "wangxiuying", pinyin.Options{}, "王秀英", 0, 11},
		{"a person whose surname has its own reading", "zengqinghua", pinyin.Options{}, "曾庆华", 4, 11},
		{"a person and more", "wangxiuyinghuilaile", pinyin.Options{}, "王秀英", 30, 11},
		{"a surname of two", "zhugeming", pinyin.Options{}, "诸葛明", 2, 9},
		{"what cannot be read ends it", "nihaoiii", pinyin.Options{}, "你好", 0, 5},
	} {
		all := d.Candidates(c.keys, c.o)
		place, takes := at(all, c.text)
		if place > c.place || (place < 0) != (c.place < 0) || takes != c.takes {
			t.Errorf("%s: %q is %s at %d with %d keys; want %d, %d; %v", c.name, c.keys, c.text, place, takes, c.place, c.takes, all[:min(len(all), 8)])
		}
	}
}

func TestCandidatesGoFromAllKeysToOneSyllable(t *testing.T) {
	all := open(t).Candidates("shenqingdibao", pinyin.Options{})
	seen := map[string]bool{}
	for i, c := range all {
		if seen[c.Text] {
			t.Errorf("%s stands twice", c.Text)
		}
		seen[c.Text] = true
		if i > 0 && c.Keys > all[i-1].Keys {
			t.Errorf("%v after %v", c, all[i-1])
		}
	}
	if all[0].Text != "申请低保" || all[len(all)-1].Keys != len("shen") {
		t.Errorf("from %v to %v", all[0], all[len(all)-1])
	}
}

func TestLimit(t *testing.T) {
	d := open(t)
	all := d.Candidates("shi", pinyin.Options{})
	if few := d.Candidates("shi", pinyin.Options{Limit: 7}); !slices.Equal(few, all[:7]) {
		t.Errorf("%v instead of the first of %v", few, all[:10])
	}
}

func TestWhatWasUsedComesFirst(t *testing.T) {
	d := open(t)
	for _, c := range []struct {
		keys, text string
		times      int
		layout     pinyin.Layout
	}{
		{"shishi", "时事", 5, pinyin.TwentySix},
		{"shi", "石", 30, pinyin.TwentySix},
		{"lsdlw", "楼上的漏完", 1, pinyin.TwentySix}, // a sentence that was picked as a whole becomes a word
		{digits("meiyuan"), "梅园", 3, pinyin.Nine},
	} {
		o := pinyin.Options{Layout: c.layout}
		before, _ := at(d.Candidates(c.keys, o), c.text)
		o.Used = map[string]int{c.text: c.times, "": 3, "Latin": 2, "㐀㐀㐀㐀㐀㐀㐀㐀㐀㐀㐀㐀㐀㐀㐀㐀㐀㐀㐀㐀": 1}
		after, keys := at(d.Candidates(c.keys, o), c.text)
		if after < 0 || after > 2 || keys != len(c.keys) || before >= 0 && after >= before && after > 0 {
			t.Errorf("%s: %s moved from %d to %d", c.keys, c.text, before, after)
		}
	}
}

func TestNamesWithSeveralReadings(t *testing.T) {
	d := open(t)
	o := pinyin.Options{Names: []pinyin.Name{{Text: "单家桥"}, {Text: "重庆里"}, {Text: "赵"}}}
	for keys, text := range map[string]string{"shanjiaqiao": "单家桥", "danjiaqiao": "单家桥", "chongqingli": "重庆里", "sjq": "单家桥", "zhao": "赵"} {
		if place, _ := at(d.Candidates(keys, o), text); place < 0 || place > 1 {
			t.Errorf("%s: %s stands at %d", keys, text, place)
		}
	}
	if place, _ := at(d.Candidates("shanjiaqiao", pinyin.Options{}), "单家桥"); place == 0 {
		t.Error("a name of another call is remembered")
	}
}

func TestSpelling(t *testing.T) {
	d := open(t)
	nine := pinyin.Options{Layout: pinyin.Nine}
	for _, c := range []struct {
		keys, want string
		o          pinyin.Options
	}{
		{"", "", pinyin.Options{}},
		{"nihao", "ni hao", pinyin.Options{}},
		{"nih", "ni h", pinyin.Options{}},
		{"nh", "n h", pinyin.Options{}},
		{"xi'an", "xi an", pinyin.Options{}},
		{"nver", "nü er", pinyin.Options{}},
		{"zidao", "zi dao", pinyin.Options{Fuzzy: pinyin.ZhZ}},
		{"nihaoii", "ni hao ii", pinyin.Options{}},
		{"uuu", "uuu", pinyin.Options{}},
		{"wangxiuying", "wang xiu ying", pinyin.Options{}},
		{"64426", "ni hao", nine},
		{digits("diantihuaile"), "dian ti huai le", nine},
		{digits("dianti") + "4", "dian ti h", nine},
	} {
		if got := d.Spelling(c.keys, c.o); got != c.want {
			t.Errorf("%q is spelled %q, want %q", c.keys, got, c.want)
		}
	}
}

func TestEveryCharacterOfTheStandardCanBeTyped(t *testing.T) {
	d := open(t)
	file, err := os.Open("testdata/standard.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	typed := map[rune]bool{}
	scan := bufio.NewScanner(file)
	for scan.Scan() {
		syllable, characters, ok := strings.Cut(scan.Text(), " ")
		if !ok || syllable == "#" {
			continue
		}
		for _, layout := range []pinyin.Layout{pinyin.TwentySix, pinyin.Nine} {
			found := map[string]bool{}
			for _, c := range d.Candidates(keysOf(syllable, layout), pinyin.Options{Layout: layout}) {
				found[c.Text] = c.Keys == len(syllable)
			}
			for _, r := range characters {
				typed[r] = true
				if !found[string(r)] {
					t.Errorf("layout %d: %c is not found by %s", layout, r, syllable)
				}
			}
		}
	}
	if len(typed) != 8105 {
		t.Errorf("%d characters", len(typed))
	}
	for text, syllable := range map[string]string{"䶮": "yan", "㛃": "jie", "𠮷": "ji"} {
		if place, _ := at(d.Candidates(syllable, pinyin.Options{}), text); place < 0 {
			t.Errorf("%s, of names, is not found by %s", text, syllable)
		}
	}
}

func TestNothingFromNothing(t *testing.T) {
	d := open(t)
	for _, keys := range []string{"", "'", "'''", "u", "i", "v", "123", "你好", "\xff\xfe", " "} {
		if got := d.Candidates(keys, pinyin.Options{}); len(got) > 0 {
			t.Errorf("%q means %v", keys, got[0])
		}
	}
	if got := d.Candidates("11abc", pinyin.Options{Layout: pinyin.Nine}); len(got) > 0 {
		t.Errorf("no key of nine means %v", got[0])
	}
}

func TestLongInputIsReadAsFarAsItIsRead(t *testing.T) {
	all := open(t).Candidates(strings.Repeat("nihao", 100), pinyin.Options{Limit: 1})
	if len(all) != 1 || all[0].Keys != 60 {
		t.Errorf("%v", all)
	}
}

// The dictionary is one for all, and answers alike whatever was asked before and by whom.
func TestTheSameAnswerToManyAtOnce(t *testing.T) {
	d := open(t)
	ask := func(i int) []pinyin.Candidate {
		o := pinyin.Options{Layout: pinyin.Layout(i % 2), Fuzzy: pinyin.Fuzzy(i % 5), Limit: 20}
		o.Names = []pinyin.Name{{Text: []string{"梅园新村", "平江路", "桃花坞"}[i%3]}}
		return d.Candidates(keysOf("meiyuanxincunpingjianglutaohuawu", o.Layout), o)
	}
	const kinds = 30
	want := make([][]pinyin.Candidate, kinds)
	for i := range want {
		want[i] = ask(i)
	}
	var all sync.WaitGroup
	for worker := range 4 {
		all.Go(func() {
			for i := range kinds {
				n := (i*7 + worker) % kinds
				if got := ask(n); !reflect.DeepEqual(got, want[n]) {
					t.Errorf("question %d: %v, and before %v", n, got, want[n])
				}
			}
		})
	}
	all.Wait()
}

// Whatever is typed, a candidate takes some of the keys, no text stands twice, and the next answer is the same.
func FuzzKeys(f *testing.F) {
	for _, keys := range []string{"nihao", "xi'an", "lsdlw", "zzzzzzzzzzzzzzzzzzz", "64426", "99999999999999", "9'9'1'2", "uvi", "\xff", "ü"} {
		f.Add(keys, uint(0), false)
		f.Add(keys, uint(pinyin.AllFuzzy), true)
	}
	d := open(f)
	f.Fuzz(func(t *testing.T, keys string, fuzzy uint, nine bool) {
		o := pinyin.Options{Fuzzy: pinyin.Fuzzy(fuzzy), Names: []pinyin.Name{{Text: "幸福里"}, {Text: keys}}, Limit: 200}
		if nine {
			o.Layout = pinyin.Nine
		}
		all := d.Candidates(keys, o)
		seen := map[string]bool{}
		for _, c := range all {
			if c.Text == "" || c.Keys <= 0 || c.Keys > len(keys) || seen[c.Text] {
				t.Errorf("%q has the candidate %q with %d keys", keys, c.Text, c.Keys)
			}
			seen[c.Text] = true
		}
		if again := d.Candidates(keys, o); !slices.Equal(all, again) {
			t.Errorf("%q is answered by %v and by %v", keys, all, again)
		}
		if d.Spelling(keys, o) == "" && len(all) > 0 {
			t.Errorf("%q means %v and is not spelled", keys, all[0])
		}
	})
}

func ExampleDictionary_Candidates() {
	d, err := pinyin.Open()
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, c := range d.Candidates("shuiguanloule", pinyin.Options{Limit: 1}) {
		fmt.Println(c.Text, c.Keys)
	}
	fmt.Println(d.Spelling("shuiguanloule", pinyin.Options{}))
	// Output:
	// 水管漏了 13
	// shui guan lou le
}
