package standard

// surnames lists single-character surnames whose reading is not the character's
// usual one, or which families read in two ways: the surname's reading first,
// then what people who do not know it would type.
var surnames = map[rune]string{
	'单': "shan dan", '曾': "zeng ceng", '解': "xie jie", '仇': "qiu chou",
	'区': "ou qu", '查': "zha cha", '盖': "ge gai", '朴': "piao pu",
	'翟': "zhai di", '种': "chong zhong", '冼': "xian", '洗': "xian xi",
	'乐': "yue le", '员': "yun yuan", '尉': "wei yu", '覃': "qin tan",
	'缪': "miao mou", '宓': "mi fu", '折': "she zhe", '黑': "he hei",
	'秘': "bi mi", '繁': "po fan", '召': "shao zhao", '佴': "nai er",
	'贾': "jia gu", '牟': "mu mou", '隗': "wei kui", '郗': "xi chi",
	'谌': "chen shen", '柏': "bai bo", '都': "du dou", '角': "jue jiao",
	'能': "nai neng", '祭': "zhai ji", '幺': "yao", '沈': "shen",
	'朱': "zhu", '眭': "sui", '郇': "xun huan", '於': "yu", '行': "xing hang",
	'臧': "zang", '藏': "zang cang", '乜': "nie mie", '句': "gou ju",
	'费': "fei bi", '贲': "ben bi", '莘': "shen xin", '呙': "guo wo",
	'盛': "sheng cheng", '粘': "nian zhan", '曲': "qu", '任': "ren",
	'华': "hua", '纪': "ji", '葛': "ge", '宁': "ning", '燕': "yan",
	'应': "ying", '车': "che ju", '卜': "bu", '石': "shi", '万': "wan",
	'俞': "yu", '余': "yu", '强': "qiang", '勾': "gou", '殷': "yin",
	'谷': "gu", '相': "xiang", '佘': "she", '哈': "ha", '那': "na",
	'阚': "kan", '晁': "chao", '瞿': "qu", '褚': "chu", '过': "guo",
	'长': "chang zhang", '重': "chong zhong", '会': "gui hui", '甯': "ning",
	'逄': "pang", '訾': "zi", '撒': "sa", '郝': "hao", '薄': "bo bao",
	'叶': "ye", '茹': "ru", '阴': "yin", '尹': "yin", '戚': "qi", '莫': "mo",
	'宿': "su", '占': "zhan", '降': "jiang xiang", '奇': "qi ji", '洪': "hong",
}

// compounds lists two-character surnames with readings of their own, each as
// syllables; a bar parts alternatives. Other compound surnames (欧阳, 上官) are
// read character by character.
var compounds = map[string]string{
	"尉迟": "yu chi|wei chi",
	"万俟": "mo qi|wan si|wan qi",
	"长孙": "zhang sun|chang sun",
	"澹台": "tan tai|dan tai",
	"单于": "chan yu|shan yu|dan yu",
	"乐正": "yue zheng|le zheng",
	"鲜于": "xian yu",
	"宰父": "zai fu",
	"亓官": "qi guan",
	"夹谷": "jia gu",
	"区阳": "ou yang|qu yang",
	"令狐": "ling hu",
	"呼延": "hu yan",
	"百里": "bai li",
}

// givens lists characters of given names that are read in two ways, or whose
// first dictionary reading is not the one in names.
var givens = map[rune]string{
	'乐': "le yue", '长': "chang zhang", '行': "xing hang", '重': "zhong chong",
	'茜': "qian xi", '晟': "sheng cheng", '朝': "chao zhao", '柏': "bai bo",
	'盛': "sheng cheng", '藏': "cang zang", '传': "chuan", '降': "jiang xiang",
	'都': "du dou", '娜': "na nuo", '薄': "bo", '禅': "chan shan", '曾': "zeng ceng",
	'单': "dan shan", '蔚': "wei yu", '莞': "wan guan", '莘': "xin shen",
	'炅': "jiong gui", '朴': "pu piao", '兴': "xing", '为': "wei", '少': "shao",
	'会': "hui", '强': "qiang", '华': "hua", '叶': "ye", '沈': "shen", '朱': "zhu",
	'翟': "zhai di", '解': "jie xie", '仇': "chou qiu", '区': "qu ou", '查': "cha zha",
	'盖': "gai ge", '万': "wan", '石': "shi", '俞': "yu", '女': "nv", '妮': "ni",
	'卜': "bu", '车': "che", '宁': "ning", '燕': "yan", '应': "ying", '弹': "tan dan",
	'拓': "tuo ta", '泊': "bo po", '厦': "xia sha", '屏': "ping bing", '遂': "sui",
	'庄': "zhuang", '奇': "qi", '洗': "xi xian", '蓉': "rong", '还': "huan hai",
	'𠮷': "ji", '㛃': "jie", '䶮': "yan",
}
