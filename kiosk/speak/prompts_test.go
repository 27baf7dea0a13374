package speak_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"maps"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode"

	"linli/assets"
	"linli/kiosk/flow"
	"linli/kiosk/flow/flowtest"
	"linli/kiosk/sound"
	"linli/kiosk/speak"
)

// pages are all pages of a language.
var pages = map[string]func() []flow.Page{
	assets.LangChinese: walked(assets.LangChinese),
	assets.LangEnglish: walked(assets.LangEnglish),
}

func walked(lang string) func() []flow.Page {
	return sync.OnceValue(func() []flow.Page { return slices.Collect(flowtest.Walk(flowtest.Facts(lang))) })
}

// promptsOf answers all clauses that any page of a language says, and the calls of the board, each once. Without full the
// hall's own long texts are left out, but for the first of each page.
func promptsOf(lang string, full bool) []string {
	number, window := "A1 零零五", "十二"
	if lang == assets.LangEnglish {
		number, window = "A1 0 0 5", "12"
	}
	all, read := map[string]bool{}, map[string]bool{}
	say := func(text string) {
		for _, c := range speak.Clauses(text) {
			all[c.Words] = true
		}
	}
	for _, page := range pages[lang]() {
		if full || page.Kind != flow.Read || !read[page.ID] {
			say(page.Spoken.In(lang))
		}
		read[page.ID] = true
	}
	say(assets.Format(lang, "board.say", number, window))
	say(assets.Format(lang, "board.say.nowhere", number))
	return slices.Sorted(maps.Keys(all))
}

// lines is how espeak-ng reads lines, one after the other: the sounds of each without their tones, syllable by syllable.
func lines(t *testing.T, text []string) [][]string {
	t.Helper()
	cmd := exec.Command("espeak-ng", "-q", "-x", "-v", "cmn-latn-pinyin", "--stdin")
	cmd.Stdin = strings.NewReader(strings.Join(text, "。\n") + "。\n")
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("espeak-ng (scripts/install-deps.sh test installs it): %v", err)
	}
	var all [][]string
	for line := range strings.Lines(string(out)) {
		var sounds []string
		for _, s := range strings.Split(line, "_|") {
			if s = strings.ReplaceAll(tones.ReplaceAllString(s, ""), "A", "a"); s != "" {
				sounds = append(sounds, s)
			}
		}
		all = append(all, sounds)
	}
	if len(all) != len(text) {
		t.Fatalf("%d lines are read as %d", len(text), len(all))
	}
	return all
}

var tones = regexp.MustCompile(`[0-9'\s_|]`)

// keyboard is how the on-screen keyboard's words are read, where they are read in one way.
func keyboard(t *testing.T) map[string]string {
	t.Helper()
	z, err := gzip.NewReader(bytes.NewReader(assets.PinyinWords()))
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	words := map[string]string{}
	for line := range strings.Lines(string(body)) {
		reading, list, _ := strings.Cut(strings.TrimSpace(line), "\t")
		for _, word := range strings.Split(list, "\t") {
			word = strings.TrimRight(word, "0123456789")
			if len([]rune(word)) < 2 {
				continue
			}
			if _, twice := words[word]; twice {
				reading = ""
			}
			words[word] = reading
		}
	}
	return words
}

// parted are words only where a sentence is cut in the wrong place: 下面的, 人民调解.
var parted = []string{"面的", "民调"}

// Whatever a page says in Chinese is read, with the lexicon's help, as the keyboard's words are read: no word of it in another way
// than its only one, and no character in more or fewer syllables than one.
func TestNoPromptIsReadWrong(t *testing.T) {
	words := keyboard(t)
	var runs []string
	for _, p := range promptsOf(assets.LangChinese, true) {
		runs = append(runs, strings.FieldsFunc(p, func(r rune) bool { return !unicode.Is(unicode.Han, r) })...)
	}
	runs = slices.Compact(slices.Sorted(slices.Values(runs)))
	var read []string
	for _, run := range runs {
		read = append(read, speak.Read(run))
	}
	heard := lines(t, read)
	want := map[string]string{} // the sound of a syllable
	var syllables []string
	for _, r := range words {
		syllables = append(syllables, strings.Fields(r)...)
	}
	syllables = slices.Compact(slices.Sorted(slices.Values(syllables)))
	var first []string
	for _, s := range syllables {
		first = append(first, s+"1")
	}
	for i, s := range lines(t, first) {
		want[syllables[i]] = strings.Join(s, "")
	}
	for i, run := range runs {
		runes := []rune(run)
		if len(heard[i]) != len(runes) {
			t.Errorf("%q (%q) is read in %d syllables: %v", run, read[i], len(heard[i]), heard[i])
			continue
		}
		for at := 0; at < len(runes); {
			n := min(4, len(runes)-at)
			for ; n > 1; n-- {
				word := string(runes[at : at+n])
				if _, ok := words[word]; ok && !slices.Contains(parted, word) {
					break
				}
			}
			for k, s := range strings.Fields(words[string(runes[at:at+n])]) {
				if n > 1 && heard[i][at+k] != want[s] {
					t.Errorf("%s in %q: %s is read %s, want %s (%s)", string(runes[at:at+n]), run, string(runes[at+k]), heard[i][at+k], s, want[s])
				}
			}
			at += n
		}
	}
	if len(runs) < 500 {
		t.Errorf("only %d runs of characters", len(runs))
	}
}

// Every prompt is made into sound by the machine's own speech program: one that is heard, as long as its words take.
func TestEveryPromptIsHeard(t *testing.T) {
	engine := speak.NewESpeak()
	if engine == nil {
		t.Fatal("no espeak-ng that knows Chinese (scripts/install-deps.sh test installs it)")
	}
	voice := speak.New(&sound.Recorder{}, nil, engine)
	for _, lang := range assets.Languages() {
		t.Run(lang, func(t *testing.T) {
			clauses := promptsOf(lang, false)
			if len(clauses) < 150 {
				t.Errorf("only %d clauses", len(clauses))
			}
			next := make(chan string)
			var all sync.WaitGroup
			for range 4 {
				all.Go(func() {
					for words := range next {
						heard(t, voice, lang, words)
					}
				})
			}
			for _, words := range clauses {
				next <- words
			}
			close(next)
			all.Wait()
		})
	}
}

// heard fails the test unless words become sound that is neither silent nor cut off nor of another length than theirs.
func heard(t *testing.T, voice *speak.Voice, lang, words string) {
	t.Helper()
	lang = speak.LanguageOf(lang, words)
	pcm, ok := voice.Render(t.Context(), lang, words)
	if !ok {
		t.Errorf("%q becomes no sound", words)
		return
	}
	if pcm.Loudness() < 0.01 || pcm.Peak() < 0.1 || pcm.Rate < 16_000 {
		t.Errorf("%q: loudness %.3f, peak %.2f at %d", words, pcm.Loudness(), pcm.Peak(), pcm.Rate)
	}
	least, most := 40*time.Millisecond, 160*time.Millisecond // a letter
	if lang == assets.LangChinese {
		least, most = 120*time.Millisecond, 600*time.Millisecond // a character, a digit
	}
	n := time.Duration(0)
	for _, r := range words {
		if unicode.IsLetter(r) {
			n++
		}
		if unicode.IsDigit(r) {
			if n++; lang == assets.LangEnglish {
				n += 3 // it is a word
			}
		}
	}
	if d := pcm.Duration(); d < n*least || d > n*most+300*time.Millisecond {
		t.Errorf("%q is said in %v", words, d)
	}
}
