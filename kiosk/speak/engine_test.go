package speak_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"linli/assets"
	"linli/kiosk/speak"
)

// phonemes is how espeak-ng reads words.
func phonemes(t *testing.T, words string) string {
	t.Helper()
	out, err := exec.Command("espeak-ng", "-q", "-x", "-v", "cmn-latn-pinyin", words).Output()
	if err != nil {
		t.Fatalf("espeak-ng (scripts/install-deps.sh test installs it): %v", err)
	}
	return strings.NewReplacer("|", "", "_", "", "\n", "", " ", "", "'", "").Replace(string(out))
}

// Each word of the lexicon is one that the engine reads otherwise by itself, and its pinyin is pinyin.
func TestTheLexiconHoldsWhatIsReadWrong(t *testing.T) {
	words, err := assets.Lexicon()
	if err != nil || len(words) < 30 {
		t.Fatalf("%d words, %v", len(words), err)
	}
	for word, pinyin := range words {
		if n := len(strings.Fields(pinyin)); n != len([]rune(word)) {
			t.Errorf("%s has %d syllables: %s", word, n, pinyin)
		}
		if strings.Contains(phonemes(t, pinyin), "(en)") {
			t.Errorf("%s: %s is no pinyin", word, pinyin)
		}
		if phonemes(t, word) == phonemes(t, pinyin) {
			t.Errorf("%s is read right without the lexicon", word)
		}
	}
}

func TestARealEngineIsHeard(t *testing.T) {
	e := speak.NewESpeak()
	if e == nil {
		t.Fatal("no espeak-ng that knows Chinese (scripts/install-deps.sh test installs it)")
	}
	for lang, words := range map[string]string{"zh": "请到银行办理", "en": "Please go to window three"} {
		p, err := e.Render(t.Context(), lang, words)
		if err != nil || p.Duration() < 700*time.Millisecond || p.Duration() > 5*time.Second || p.Loudness() < 0.01 {
			t.Errorf("%s: %v, %v, loudness %.3f", lang, err, p.Duration(), p.Loudness())
		}
	}
	if _, err := e.Render(t.Context(), "fr", "bonjour"); err == nil {
		t.Error("it speaks what the kiosk does not")
	}
}

// What is heard of a word that the engine reads wrong by itself is the lexicon's reading.
func TestTheLexiconIsHeard(t *testing.T) {
	e := speak.NewESpeak()
	if e == nil {
		t.Fatal("no espeak-ng that knows Chinese (scripts/install-deps.sh test installs it)")
	}
	for word, pinyin := range map[string]string{"银行": "yin2 hang2", "各地": "ge4 di4"} {
		got, err := e.Render(t.Context(), "zh", word)
		want, errPinyin := e.Render(t.Context(), "zh", pinyin)
		if err != nil || errPinyin != nil || !slices.Equal(got.Samples, want.Samples) {
			t.Errorf("%s is not said %s: %v, %v", word, pinyin, err, errPinyin)
		}
	}
}

func TestAVoiceThatSpellsCharactersIsNoVoice(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "espeak-ng"), []byte("#!/bin/sh\necho '(en)h,eI'\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir)
	if speak.NewESpeak() != nil {
		t.Error("a voice that spells Chinese as English letters was taken")
	}
	t.Setenv("PATH", t.TempDir())
	if speak.NewESpeak() != nil {
		t.Error("a voice without a program")
	}
}

// A program and a service of the hall's own are asked alike, and what fails in either is an error within its time.
func TestAHallsOwnEngine(t *testing.T) {
	wav := filepath.Join(t.TempDir(), "a.wav")
	if err := os.WriteFile(wav, assets.Sound(assets.SoundBell), 0o600); err != nil {
		t.Fatal(err)
	}
	asked := ""
	answer := assets.Sound(assets.SoundBell)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		asked = r.Header.Get("Content-Language") + " " + string(body)
		_, _ = w.Write(answer)
	}))
	defer server.Close()
	for name, e := range map[string]speak.Engine{
		"program": speak.NewCommand([]string{"sh", "-c", "cat > " + wav + ".said; cat " + wav}),
		"service": speak.NewService(server.URL),
	} {
		if p, err := e.Render(t.Context(), "zh", "您好"); err != nil || p.Duration() < time.Second/2 {
			t.Errorf("%s: %v, %v", name, p.Duration(), err)
		}
	}
	said, _ := os.ReadFile(wav + ".said")
	if asked != "zh 您好" || string(said) != "您好" {
		t.Errorf("asked %q and %q", asked, said)
	}
	answer = []byte("<html>nothing here</html>")
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	for name, e := range map[string]speak.Engine{
		"a page in place of sound": speak.NewService(server.URL),
		"nobody there":             speak.NewService("http://127.0.0.1:1"),
		"a program that hangs":     speak.NewCommand([]string{"sleep", "60"}),
		"a program that fails":     speak.NewCommand([]string{"false"}),
		"no program":               speak.NewCommand([]string{filepath.Join(t.TempDir(), "none")}),
	} {
		if _, err := e.Render(ctx, "zh", "您好"); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
