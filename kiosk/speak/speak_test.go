package speak_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"linli/kiosk/speak"
)

// engine is a stand-in for espeak-ng that writes what it is asked to say into a
// file, and answers the probe with the given phonemes.
func engine(t *testing.T, phonemes string) (said string) {
	t.Helper()
	dir := t.TempDir()
	said = filepath.Join(dir, "said")
	script := "#!/bin/sh\nif [ \"$1\" = -q ]; then echo '" + phonemes + "'; exit; fi\ntext=$(cat)\necho \"$2 $6 $text\" >> '" + said + "'\n"
	if err := os.WriteFile(filepath.Join(dir, "espeak-ng"), []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir+string(os.PathListSeparator)+os.Getenv("PATH"))
	return said
}

func waitFor(t *testing.T, file, want string) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		if b, _ := os.ReadFile(file); strings.Contains(string(b), want) {
			return
		}
	}
	t.Fatalf("%q was not said", want)
}

func TestSpeaksInThePagesLanguage(t *testing.T) {
	said := engine(t, "xAu2")
	v := speak.New()
	if v == nil {
		t.Fatal("the engine is there and no voice was found")
	}
	v.Say("zh", 2, "您要办什么")
	waitFor(t, said, "cmn-latn-pinyin 200 您要办什么")
	v.Say("en", 0, "What would you like to do")
	waitFor(t, said, "en 50 What would you like to do")
	v.Say("zh", 1, "") // silence
}

func TestAVoiceThatSpellsCharactersIsNoVoice(t *testing.T) {
	engine(t, "(en)h,eI")
	if speak.New() != nil {
		t.Error("a voice that spells Chinese as English letters was taken")
	}
}

func TestWithoutAnEngineThereIsNoVoice(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	v := speak.New()
	if v != nil {
		t.Fatal("a voice without an engine")
	}
	v.Say("zh", 1, "没有声音") // must not panic
}
