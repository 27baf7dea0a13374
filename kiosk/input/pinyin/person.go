package pinyin

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// Ranks of a person's name where the keys are nothing else, and where something follows it.
const (
	rankPersonAlone = -1.0
	rankPersonFirst = -6.0
	rankOneGiven    = -5.0 // 张伟 beside 张建国: nearly every word of two syllables would be a name as well
	mostAlike       = 5    // surnames or given characters of one syllable that are looked at
)

// surnames are those of nine in ten people, the most frequent groups first. What is not read as usual has its reading.
var surnames = []string{
	"王李张刘陈杨黄赵吴周",
	"徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹",
	"彭曾:zeng肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯" +
		"龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤",
	"常温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单:shan季" +
		"裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳管柴蒙鲍华喻祁蒲房滕屈饶解:xie牟艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦戚" +
		"岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇:qiu栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池查:zha" +
		"麻苑迟邝官封谈匡鞠惠荆乐冀郁胥南班储原栗燕楚鄢劳谌奚皮粟冼蔺楼盘满闻位厉伊仝区:ou郜海阚花权强帅屠豆朴盖:ge" +
		"练廉禹井祖漆巴丰支卿国狄平计索宣晋相初门云容敬来扈晁芮都普阙浦戈伏鹿薄邸雍辜羊阿乌母裘亓修邰赫杭况那宿鲜印逯隆" +
		"茹诺战慕危玉银亢嵇公哈湛宾戎勾茅利於呼居揭干但尉冶斯元束檀衣信展阴昝智幸奉植衡富尧闭由",
}

// doubles are the surnames of two characters.
var doubles = map[string]string{
	"欧阳": "ou yang", "上官": "shang guan", "皇甫": "huang fu", "令狐": "ling hu", "诸葛": "zhu ge", "司徒": "si tu",
	"司马": "si ma", "申屠": "shen tu", "夏侯": "xia hou", "尉迟": "yu chi", "慕容": "mu rong", "东方": "dong fang",
	"端木": "duan mu", "公孙": "gong sun", "轩辕": "xuan yuan", "宇文": "yu wen", "长孙": "zhang sun", "司空": "si kong",
	"闻人": "wen ren", "淳于": "chun yu", "南宫": "nan gong",
}

// givens are characters of given names, the most frequent groups first: those of the generations that come to the hall.
var givens = []string{
	"英华玉秀明珍国文兰芳建志平红桂春凤丽军林海金德小云生",
	"荣梅永成福祥香新光俊琴美东宝雪霞伟清龙燕忠艳义庆爱学梓兴敏江玲强良洪素淑辉子芬立杰宏正家长世昌贵波全喜莲元胜安" +
		"民根才飞振艾萍嘉雅勇静亚晓慧佳思培娟娥花月巧翠银桃菊凯鹏洋涛斌刚超",
	"水大有发木土火山天和友仁礼智信康健富财顺利来运吉星宇浩然轩涵琪怡欣悦婷婕倩莉蓉莹颖瑞雨雷露霜冰川河湖泉源泽润田" +
		"禾苗松柏竹青石磊岩峰岭崇维卫保守护邦本业勤俭孝廉贤善行道远达通亮景秋冬夏阳朝晨旭日升南西北中心一二三四五双连书" +
		"诗画琳珊珠璐瑶瑛瑾璇环佩锦绣纹彩虹丹紫蓝白凡士先进步克勉治启敬恒彦少伯仲叔季孟阿妹娣招弟男官茂盛繁芝芹菁菲萱薇" +
		"蕾蓓惠慈仙佛圣灵万千百兆多定宁娜妮姣姗姝娇媛嫦婵娅妍会巍魁首冠群越奇开基铁钢铭锋钧铎鑫鸿鹤鹰雁鸣虎豹骏骥麟坤乾" +
		"震巽离权衡炳炎焕耀煌灿烨煜熙照昭晖曙映晶力功勋劲加增益添满足丰年登岁寿延昆仑城垣坚固厚均堂殿楼阁亭台辕宗祖承继" +
		"绍续传代式法则典章范模楷标帆航舟帅将武战旋",
}

// ranks of the groups, for each of their characters.
var (
	rankSurname = []float32{-3.2, -4.5, -6, -8.5}
	rankGiven   = []float32{-4, -5.2, -7}
)

const rankDouble = -8 // of each surname of two characters

// people is what names of people are made of.
type people struct{ surnames, givens *tree }

func (d *Dictionary) makePeople() *people {
	var family, given []entry
	for i, group := range surnames {
		for _, m := range surnameAndReading.FindAllStringSubmatch(group, -1) {
			family = d.appendPart(family, m[1], m[2], rankSurname[i])
		}
	}
	for text, reading := range doubles {
		family = d.appendPart(family, text, reading, rankDouble)
	}
	for i, group := range givens {
		for _, r := range group {
			given = d.appendPart(given, string(r), "", rankGiven[i])
		}
	}
	slices.SortFunc(family, byReading)
	slices.SortFunc(given, byReading)
	return &people{newTree(family), newTree(given)}
}

// surnameAndReading is a surname, and how it is read if not as usual.
var surnameAndReading = regexp.MustCompile(`([^a-z:])(?::([a-z]+))?`)

// appendPart adds a part of names, with its most frequent reading if none is given.
func (d *Dictionary) appendPart(entries []entry, text, reading string, rank float32) []entry {
	var syllables []uint16
	for s := range strings.FieldsSeq(reading) {
		if n, ok := slices.BinarySearch(d.syllables, s); ok {
			syllables = append(syllables, uint16(n))
		}
	}
	if reading == "" {
		r, _ := utf8.DecodeRuneInString(text)
		if of := d.readings[r]; of != nil {
			syllables = []uint16{of[0].syllable}
		}
	}
	if syllables == nil {
		return entries
	}
	return append(entries, entry{syllables, word{text, rank}})
}

// person answers the names of people that the keys can begin with: a surname and one or two characters of given names.
func (d *Dictionary) person(l *lattice) (all []span) {
	p := d.people
	best := make([][]span, l.goal+1)
	name := func(s span, rank float64) {
		s.score += rank + rankPersonFirst
		if s.end == l.goal {
			s.score += rankPersonAlone - rankPersonFirst
		}
		hold(&best[s.end], s)
	}
	l.steps = max(l.steps, fewSteps)
	for _, surname := range l.parts(p.surnames, span{}) {
		for _, one := range l.parts(p.givens, surname) {
			name(one, rankOneGiven)
			for _, two := range l.parts(p.givens, one) {
				name(two, 0)
			}
		}
	}
	for _, of := range best {
		all = append(all, of...)
	}
	return all
}

// parts answers what a name can go on with after what is before. Whoever writes a name writes its syllables, so first letters alone
// are not read as one.
func (l *lattice) parts(t *tree, before span) (all []span) {
	if before.end == l.goal {
		return nil
	}
	cost := l.cost[0]
	for _, m := range before.marks {
		cost += m.cost
	}
	l.walk(t, 0, before.end, cost, cost, func(t *tree, n *node, end int, more float32) {
		if cost+more+l.rest[end] > l.rest[0]+costOpen+costNine {
			return
		}
		marks := append(slices.Clone(before.marks), l.trail...)
		if marks[len(marks)-1].cost >= costFirst && end < l.goal || marks[0].cost >= costFirst {
			return
		}
		for _, w := range t.words[n.wordStart:min(n.wordsEnd, n.wordStart+mostAlike)] {
			all = append(all, span{word{before.text + w.text, 0}, end, before.score + float64(w.rank-more), before.cost + more, marks})
		}
	})
	return all
}
