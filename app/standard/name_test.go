package standard_test

import (
	"strings"
	"testing"

	"linli/app/standard"

	"pgregory.net/rapid"
)

// The people named here are invented.

func TestNormalizeName(t *testing.T) {
	for _, tc := range []struct{ in, want, code string }{
		{"张三", "张三", ""},
		{" 张　三 ", "张三", ""},
		{"买买提•艾山", "买买提·艾山", ""},
		{"买买提・艾山", "买买提·艾山", ""},
		{"买买提.艾山", "买买提·艾山", ""},
		{"买买提．艾山", "买买提·艾山", ""},
		{"买买提。艾山", "买买提·艾山", ""},
		{"买买提‧艾山", "买买提·艾山", ""},
		{"买买提 · 艾山", "买买提·艾山", ""},
		{"买买提··艾山", "买买提·艾山", ""},
		{"J. Smith", "J. Smith", ""},
		{"Anna  Maria", "Anna Maria", ""},
		{"e\u0301a", "éa", ""},
		{"䶮㛃𠮷", "䶮㛃𠮷", ""},
		{"张\ue863", "张\ue863", ""},
		{strings.Repeat("阿", 24) + "·" + strings.Repeat("依", 25), strings.Repeat("阿", 24) + "·" + strings.Repeat("依", 25), ""},
		{strings.Repeat("𠮷", 50), strings.Repeat("𠮷", 50), ""},
		{strings.Repeat("阿", 51), "", "name_long"},
		{"", "", "name_empty"},
		{" \u200b ", "", "name_empty"},
		{"张\ufffd", "", "name_char"},
		{"张\x00三", "", "name_char"},
		{"·张三", "", "name_char"},
		{"张三·", "", "name_char"},
		{"张三· ", "", "name_char"},
	} {
		got, err := standard.NormalizeName(tc.in)
		if c := code(t, err); c != tc.code || got != tc.want {
			t.Errorf("NormalizeName(%q) = %q, code %q", tc.in, got, c)
		}
	}
}

func TestNormalizeNameIsStable(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		s := rapid.StringOf(rapid.SampledFrom([]rune("张三𠮷a .·•・ 　\u0301。é"))).Draw(rt, "s")
		once, err := standard.NormalizeName(s)
		if err != nil {
			return
		}
		if twice, err := standard.NormalizeName(once); err != nil || twice != once {
			rt.Fatalf("%q became %q and then %q, %v", s, once, twice, err)
		}
	})
}

func TestMasks(t *testing.T) {
	for _, tc := range []struct {
		name     string
		mask     func(string) string
		in, want string
	}{
		{"name", standard.MaskName, "", ""},
		{"name", standard.MaskName, "张", "*"},
		{"name", standard.MaskName, "张三", "张*"},
		{"name", standard.MaskName, "张小三", "张*三"},
		{"name", standard.MaskName, "𠮷小三", "𠮷*三"},
		{"name", standard.MaskName, "欧阳娜娜", "欧**娜"},
		{"name", standard.MaskName, "阿依·古丽", "阿*·**"},
		{"id", standard.MaskID, "320102194912311234", "3201**********1234"},
		{"id", standard.MaskID, "320102491231123", "3201*******1123"},
		{"id", standard.MaskID, "E12345678", "*********"},
		{"id", standard.MaskID, "", ""},
		{"id", standard.MaskID, "张三张三张三", "******"},
		{"phone", standard.MaskPhone, "13800000000", "138****0000"},
		{"phone", standard.MaskPhone, "010-62345678", "010-****5678"},
		{"phone", standard.MaskPhone, "0512-6123456-801", "0512-***3456"},
		{"phone", standard.MaskPhone, "1234567", "*******"},
		{"phone", standard.MaskPhone, "", ""},
		{"address", standard.MaskAddress, "江苏省南京市玄武区中山路18号3栋502室", "江苏省南京市玄武区中山路***"},
		{"address", standard.MaskAddress, "幸福小区５栋", "幸福小区***"},
		{"address", standard.MaskAddress, "五一路十八号", "五一路***"},
		{"address", standard.MaskAddress, "幸福家园A座302", "幸福家园***"},
		{"address", standard.MaskAddress, "李家村三组", "李家村***"},
		{"address", standard.MaskAddress, "江苏省南京市玄武区", "江苏省南京市玄武区"},
		{"address", standard.MaskAddress, "老王家", "***"},
		{"address", standard.MaskAddress, "12 Main St", "***"},
		{"address", standard.MaskAddress, "", ""},
	} {
		if got := tc.mask(tc.in); got != tc.want {
			t.Errorf("%s: %q → %q, want %q", tc.name, tc.in, got, tc.want)
		}
	}
}

func TestMaskIDShowsAtMostEight(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		s := rapid.String().Draw(rt, "s")
		if got := standard.MaskID(s); len([]rune(strings.ReplaceAll(got, "*", ""))) > 8 {
			rt.Fatalf("%q shows too much", got)
		}
	})
}

func TestPinyin(t *testing.T) {
	for name, want := range map[string]string{
		"张三":      "zhangsan/zs",
		"吕小妹":     "lvxiaomei/lxm",
		"单小明":     "shanxiaoming/sxm danxiaoming/dxm",
		"曾小明":     "zengxiaoming/zxm cengxiaoming/cxm",
		"解小明":     "xiexiaoming/xxm jiexiaoming/jxm",
		"仇小明":     "qiuxiaoming/qxm chouxiaoming/cxm",
		"区小明":     "ouxiaoming/oxm quxiaoming/qxm",
		"查小明":     "zhaxiaoming/zxm chaxiaoming/cxm",
		"尉迟明":     "yuchiming/ycm weichiming/wcm",
		"万俟明":     "moqiming/mqm wansiming/wsm wanqiming/wqm",
		"欧阳娜":     "ouyangna/oyn ouyangnuo/oyn",
		"王乐":      "wangle/wl wangyue/wy",
		"沈明":      "shenming/sm",
		"阿依·古丽":   "ayiguli/aygl",
		"Anna Li": "annali/al",
		"张㛃":      "zhangjie/zj",
		"张䶮":      "zhangyan/zy",
		"张𠮷":      "zhangji/zj",
		"":        "",
		"···":     "",
	} {
		var got []string
		for _, r := range standard.Pinyin(name) {
			got = append(got, r.Full+"/"+r.Initials)
		}
		if s := strings.Join(got, " "); s != want {
			t.Errorf("Pinyin(%q) = %q, want %q", name, s, want)
		}
	}
}

func TestPinyinKeysAreTypable(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		name := string(rapid.SliceOfN(rapid.Int32Range(0x3400, 0x2ffff), 0, 60).Draw(rt, "runes"))
		all := standard.Pinyin(name)
		if len(all) > 8 {
			rt.Fatalf("%d readings", len(all))
		}
		for _, r := range all {
			if r.Full == "" || r.Initials == "" || standard.PinyinKey(r.Full) != r.Full || standard.PinyinKey(r.Initials) != r.Initials {
				rt.Fatalf("%q has reading %+v", name, r)
			}
		}
	})
	if n := len(standard.Pinyin(strings.Repeat("乐", 50))); n != 8 {
		t.Errorf("fifty polyphones: %d readings, want 8", n)
	}
}

func TestEveryCommonCharacterHasAReading(t *testing.T) {
	for r := rune(0x4e00); r <= 0x9fa5; r++ {
		for _, reading := range standard.Pinyin(string(r)) {
			if standard.PinyinKey(reading.Full) != reading.Full {
				t.Errorf("%c has reading %q", r, reading.Full)
			}
		}
	}
	for _, r := range "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高" {
		if len(standard.Pinyin(string(r))) == 0 {
			t.Errorf("%c has no reading", r)
		}
	}
}

func TestPinyinKey(t *testing.T) {
	for in, want := range map[string]string{" Zhang San ": "zhangsan", "Lü": "lv", "xi'an": "xian", "ＺＳ": "zs", "张": ""} {
		if got := standard.PinyinKey(in); got != want {
			t.Errorf("PinyinKey(%q) = %q, want %q", in, got, want)
		}
	}
}

func BenchmarkPinyin(b *testing.B) {
	names := []string{"张三", "王小明", "单小明", "欧阳娜娜", "李建国", "刘桂英", "陈𠮷", "买买提·艾山"}
	standard.Pinyin("暖")
	b.ReportAllocs()
	b.ResetTimer()
	for i := 0; b.Loop(); i++ {
		standard.Pinyin(names[i%len(names)])
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "names/s")
}
