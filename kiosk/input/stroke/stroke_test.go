package stroke

import (
	"slices"
	"strings"
	"testing"

	"linli/kiosk/input/hanzi"
)

// known lists characters with their keys by the national order of strokes (GF 3003).
var known = strings.Fields(`
一=1 二=11 三=111 十=12 人=34 八=34 大=134 天=1134 王=1121 木=1234 土=121 工=121 口=251 日=2511 月=3511 目=25111
中=2512 水=5534 火=4334 山=252 石=13251 田=25121 心=4544 手=3112 小=234 少=2343 子=521 女=531 好=531521 李=1234521
上=211 下=124 左=13121 右=13251 不=1324 生=31121 年=311212 本=12341 白=32511 百=132511 千=312 万=153 五=1251 六=4134
七=15 九=35 四=25351 了=52 力=53 刀=53 又=54 文=4134 方=4153 门=425 家=4451353334 国=25112141 民=51515 王=1121 张=5154131
刘=413422 陈=5215234 杨=1234533 赵=1212134 黄=12212512134 周=35121251 吴=2511134 老=121335 医=1311345 社=4524121 区=1345
居=5131225 会=341154 他=32525 我=3121534 你=3235234 的=32511354 是=251112134 在=132121 有=132511 这=4134454 和=31234251
地=121525 来=1431234 到=15412122 时=2511124 学=44345521 忙=442415 狗=35335251 男=2512153 安=445531 东=15234 长=3154 车=1512
马=551 鸟=35451 心=4544 必=45434 买=544134 卖=12544134 电=25115 话=45312251 证=4512121 书=5524 米=431234 羊=431112
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
	right, wrong := 0, []string(nil)
	for _, k := range known {
		text, want, _ := strings.Cut(k, "=")
		if keys[text] == want {
			right++
		} else {
			wrong = append(wrong, k+" "+keys[text])
		}
	}
	t.Logf("%d of %d right, wrong: %q", right, len(known), wrong)
	if len(wrong) > 4 {
		t.Errorf("wrong: %q", wrong)
	}
}

func TestCandidates(t *testing.T) {
	table, err := Open()
	if err != nil {
		t.Fatal(err)
	}
	for _, keys := range []string{"1234", "1234521", "34", "12", "31", "25115", "4334", "531521", "35335"} {
		t.Logf("%s %v", keys, table.Candidates(keys, 12))
	}
	_ = slices.Index[[]string]
}
