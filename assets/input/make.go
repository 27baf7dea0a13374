//go:build ignore

// Make writes pinyin.txt.gz, the words that the on-screen keyboard knows and how they are read, from the files of two
// Debian packages:
//
//	go run input/make.go -dict pinyin_simp.dict.yaml -unihan Unihan_Readings.txt.bz2 -out input/pinyin.txt.gz
//
// README.md says where they come from and what the lines look like.
package main

import (
	"bufio"
	"bytes"
	"cmp"
	"compress/bzip2"
	"compress/gzip"
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"slices"
	"strconv"
	"strings"
)

// A word is one text with one reading and how often it was met.
type word struct {
	reading, text string
	weight        int
}

// standard is how many characters 通用规范汉字表 has.
const standard = 8105

// obscene are words that nobody wants to be offered in a public room because the keys of something harmless are the same. Their
// characters are known, so whoever has to report such a thing can write it.
var obscene = strings.Fields(`傻逼 牛逼 鸡巴 狗日 贱人 婊子 滚蛋 混蛋 王八蛋 他妈的 杂种 畜生 白痴 去死 去死吧 淫荡 淫水 淫乱 手淫 意淫 做爱
	性交 阴茎 轮奸 强奸了 裸聊 裸照 裸女 卵子 变态`)

// rare is what is in neither source and still in names: a way to write 吉.
var rare = word{"ji", "𠮷", 0}

func main() {
	log.SetFlags(0)
	dict := flag.String("dict", "/usr/share/rime-data/pinyin_simp.dict.yaml", "file of Debian's rime-data-pinyin-simp")
	unihan := flag.String("unihan", "/usr/share/unicode/Unihan_Readings.txt.bz2", "file of Debian's unicode-data")
	out := flag.String("out", "input/pinyin.txt.gz", "file to write")
	flag.Parse()

	words, err := rime(*dict)
	if err != nil {
		log.Fatal(err)
	}
	readings, err := characters(*unihan)
	if err != nil {
		log.Fatal(err)
	}
	known := make(map[word]bool, len(words))
	for _, w := range words {
		known[word{w.reading, w.text, 0}] = true
	}
	for _, w := range append(readings, rare) {
		if !known[w] {
			known[w] = true
			words = append(words, w)
		}
	}
	data, err := pack(lines(words))
	if err != nil {
		log.Fatal(err)
	}
	if err := os.WriteFile(*out, data, 0o644); err != nil {
		log.Fatal(err)
	}
	fmt.Println(len(words), "words,", len(data), "bytes")
}

// rime reads the dictionary: text, reading and weight, parted by tabs, below a head in YAML that ends with "...".
func rime(name string) (words []word, err error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	scan := bufio.NewScanner(file)
	body := false
	for scan.Scan() {
		line := scan.Text()
		if !body || line == "" || line[0] == '#' {
			body = body || line == "..."
			continue
		}
		field := strings.Split(line, "\t")
		if len(field) != 3 {
			return nil, fmt.Errorf("%s: %q has not three fields", name, line)
		}
		weight, err := strconv.Atoi(field[2])
		if err != nil {
			return nil, fmt.Errorf("%s: %q: %w", name, line, err)
		}
		if len([]rune(field[0])) != len(strings.Fields(field[1])) {
			return nil, fmt.Errorf("%s: %q has not a syllable for each character", name, line)
		}
		if !slices.Contains(obscene, field[0]) {
			words = append(words, word{field[1], field[0], weight})
		}
	}
	return words, scan.Err()
}

// characters reads how the characters of the standard's table are read, and the rare ones of names.
func characters(name string) (words []word, err error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	scan := bufio.NewScanner(bzip2.NewReader(file))
	found := 0
	for scan.Scan() {
		field := strings.Split(scan.Text(), "\t")
		if len(field) != 3 || field[1] != "kTGHZ2013" || !strings.HasPrefix(field[0], "U+") {
			continue
		}
		found++
		code, err := strconv.ParseUint(field[0][2:], 16, 32)
		if err != nil {
			return nil, err
		}
		text := string(rune(code))
		var marked []string
		// 101.180:fǔ 102.010,103.020:fù
		for _, place := range strings.Fields(field[2]) {
			_, reading, _ := strings.Cut(place, ":")
			marked = append(marked, strings.Split(reading, ",")...)
		}
		for _, m := range marked {
			plain := toneless.Replace(m)
			if strings.Trim(plain, "abcdefghijklmnopqrstuvwxyz") != "" {
				return nil, fmt.Errorf("%s: %s is read %q", name, field[0], m)
			}
			words = append(words, word{plain, text, 0})
		}
	}
	if found != standard {
		return nil, fmt.Errorf("%s: %d characters of the standard's table, not %d", name, found, standard)
	}
	return words, scan.Err()
}

// toneless takes the tone marks off a syllable and writes it as the dictionary does: ü is v after l and n, but üe is ue.
var toneless = strings.NewReplacer(
	"ā", "a", "á", "a", "ǎ", "a", "à", "a", "ē", "e", "é", "e", "ě", "e", "è", "e",
	"ō", "o", "ó", "o", "ǒ", "o", "ò", "o", "ī", "i", "í", "i", "ǐ", "i", "ì", "i",
	"ū", "u", "ú", "u", "ǔ", "u", "ù", "u", "üē", "ue", "üé", "ue", "üě", "ue", "üè", "ue",
	"ü", "v", "ǖ", "v", "ǘ", "v", "ǚ", "v", "ǜ", "v",
	"ń", "n", "ň", "n", "ǹ", "n", "ḿ", "m", "m̀", "m", "ê̄", "ei", "ế", "ei", "ê̌", "ei", "ề", "ei", "ê", "ei",
)

// lines brings the words into the order of their readings, syllable by syllable, the most frequent of a reading first.
func lines(words []word) []byte {
	slices.SortFunc(words, func(a, b word) int {
		return cmp.Or(
			slices.Compare(strings.Fields(a.reading), strings.Fields(b.reading)),
			cmp.Compare(b.weight, a.weight),
			strings.Compare(a.text, b.text),
		)
	})
	var b bytes.Buffer
	for i, w := range words {
		if i == 0 || w.reading != words[i-1].reading {
			if i > 0 {
				b.WriteByte('\n')
			}
			b.WriteString(w.reading)
		}
		fmt.Fprintf(&b, "\t%s", w.text)
		if w.weight > 0 {
			fmt.Fprintf(&b, "%d", w.weight)
		}
	}
	b.WriteByte('\n')
	return b.Bytes()
}

// pack compresses without a name or a time, so that the same words give the same file.
func pack(data []byte) ([]byte, error) {
	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := io.Copy(w, bytes.NewReader(data)); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}
