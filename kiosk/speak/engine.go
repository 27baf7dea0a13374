package speak

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"time"

	"linli/assets"
	"linli/kiosk/sound"
)

// Engine makes speech of words. Render may take as long as ctx allows and may be called from any goroutine.
type Engine interface {
	Render(ctx context.Context, lang, words string) (sound.PCM, error)
}

// longest is how long one text may take to be rendered; a hanging engine is ended after it.
const longest = 10 * time.Second

// most is the largest sound that an engine is believed, in bytes: five minutes.
const most = 16 << 20

// espeak is espeak-ng, which speaks many languages like a machine.
type espeak struct {
	program string
	lexicon []reading
}

// reading is a word that it reads wrong, and how it is read.
type reading struct{ word, pinyin string }

// voices are espeak-ng's names. The Mandarin voice of version 1.51 that is called
// "cmn" spells characters as Latin letters; this one speaks them.
var voices = map[string]string{"zh": "cmn-latn-pinyin", "en": "en"}

// wordsPerMinute is slower than the program's own 175: older listeners want a
// machine to speak slower than they do.
const wordsPerMinute = "150"

// NewESpeak answers espeak-ng, nil where it is not installed or does not know Chinese.
func NewESpeak() Engine {
	program, err := exec.LookPath("espeak-ng")
	if err != nil || !Speaks(program, voices["zh"]) {
		return nil
	}
	return &espeak{program, readings()}
}

// readings are the lexicon's words, the longest first.
func readings() (list []reading) {
	words, err := assets.Lexicon()
	if err != nil {
		return nil // a fault of the build, which a test finds
	}
	for w, p := range words {
		list = append(list, reading{w, p})
	}
	slices.SortFunc(list, func(a, b reading) int {
		if d := len(b.word) - len(a.word); d != 0 {
			return d
		}
		return strings.Compare(a.word, b.word)
	})
	return list
}

// read puts the right reading in place of words that are read wrong.
func read(list []reading, words string) string {
	for _, r := range list {
		words = strings.ReplaceAll(words, r.word, " "+r.pinyin+" ")
	}
	return words
}

// Speaks answers whether a voice of the program speaks Chinese characters. A voice
// that does not know them switches to English within the phonemes, "(en)".
func Speaks(program, voice string) bool {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	// #nosec G204 -- the speech program and a voice of our own table
	out, err := exec.CommandContext(ctx, program, "-q", "-x", "-v", voice, "好").Output()
	phonemes := strings.TrimSpace(string(out))
	return err == nil && phonemes != "" && !strings.Contains(phonemes, "(en)")
}

// Render implements [Engine].
func (e *espeak) Render(ctx context.Context, lang, words string) (sound.PCM, error) {
	voice := voices[lang]
	if voice == "" {
		return sound.PCM{}, errNoVoice
	}
	if lang == assets.LangChinese {
		words = read(e.lexicon, words)
	}
	// The text goes in by the program's input: arguments can be read by others.
	return run(ctx, words, e.program, "-v", voice, "-s", wordsPerMinute, "--stdin", "--stdout")
}

var errNoVoice = errors.New("speak: no voice for the language")

// run has a program turn the words on its input into WAV on its output.
func run(ctx context.Context, words, program string, args ...string) (sound.PCM, error) {
	cmd := exec.CommandContext(ctx, program, args...) // #nosec G204 -- espeak-ng, or what the hall set up
	cmd.Stdin = strings.NewReader(words)
	cmd.WaitDelay = time.Second
	out := &capped{}
	cmd.Stdout = out
	if err := cmd.Run(); err != nil {
		return sound.PCM{}, fmt.Errorf("speak: the speech program: %w", err)
	}
	return sound.ParseWAV(out.Bytes())
}

// capped holds so much and refuses the rest.
type capped struct{ bytes.Buffer }

// Write implements io.Writer.
func (c *capped) Write(b []byte) (int, error) {
	if c.Len()+len(b) > most {
		return 0, io.ErrShortBuffer
	}
	return c.Buffer.Write(b)
}

// command is any program that reads words and writes WAV. In its arguments {lang} stands for the language.
type command []string

// NewCommand answers an engine that a hall has of its own: a program and its arguments.
func NewCommand(line []string) Engine {
	if len(line) == 0 {
		return nil
	}
	return command(line)
}

// Render implements [Engine].
func (c command) Render(ctx context.Context, lang, words string) (sound.PCM, error) {
	args := make([]string, len(c)-1)
	for i, a := range c[1:] {
		args[i] = strings.ReplaceAll(a, "{lang}", lang)
	}
	return run(ctx, words, c[0], args...)
}

// service is a speech program that answers HTTP on this machine or in the hall: the words are posted as text, with the
// language in Content-Language, and WAV comes back.
type service string

// NewService answers an engine at an address.
func NewService(url string) Engine { return service(url) }

// Render implements [Engine].
func (s service) Render(ctx context.Context, lang, words string) (p sound.PCM, err error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, string(s), strings.NewReader(words))
	if err != nil {
		return p, err
	}
	r.Header.Set("Content-Type", "text/plain; charset=utf-8")
	r.Header.Set("Content-Language", lang)
	a, err := http.DefaultClient.Do(r)
	if err != nil {
		return p, fmt.Errorf("speak: the speech service: %w", err)
	}
	defer func() { _ = a.Body.Close() }()
	if a.StatusCode != http.StatusOK {
		return p, fmt.Errorf("speak: the speech service answers %s", a.Status)
	}
	body, err := io.ReadAll(io.LimitReader(a.Body, most))
	if err != nil {
		return p, err
	}
	return sound.ParseWAV(body)
}

// sapi is the speech of Windows, asked through PowerShell.
const sapi = `Add-Type -AssemblyName System.Speech
$s = New-Object System.Speech.Synthesis.SpeechSynthesizer
$s.SelectVoiceByHints('NotSet', 'NotSet', 0, [System.Globalization.CultureInfo]('{lang}' -replace '^zh$', 'zh-CN' -replace '^en$', 'en-US'))
$s.Rate = -1
$m = New-Object System.IO.MemoryStream
$f = New-Object System.Speech.AudioFormat.SpeechAudioFormatInfo(22050, 'Sixteen', 'Mono')
$s.SetOutputToAudioStream($m, $f)
$s.Speak([Console]::In.ReadToEnd())
$w = New-Object System.IO.MemoryStream
$b = New-Object System.IO.BinaryWriter($w)
$d = $m.ToArray()
$b.Write([Text.Encoding]::ASCII.GetBytes('RIFF')); $b.Write(36 + $d.Length); $b.Write([Text.Encoding]::ASCII.GetBytes('WAVEfmt '))
$b.Write(16); $b.Write([int16]1); $b.Write([int16]1); $b.Write(22050); $b.Write(44100); $b.Write([int16]2); $b.Write([int16]16)
$b.Write([Text.Encoding]::ASCII.GetBytes('data')); $b.Write($d.Length); $b.Write($d)
$o = [Console]::OpenStandardOutput(); $o.Write($w.ToArray(), 0, $w.Length)`

// Engines answers the speech programs of this machine, the best first. None may be there.
func Engines() (list []Engine) {
	if e := NewESpeak(); e != nil {
		list = append(list, e)
	}
	if runtime.GOOS == "windows" {
		list = append([]Engine{NewCommand([]string{"powershell", "-NoProfile", "-NonInteractive", "-WindowStyle", "Hidden", "-Command", sapi})}, list...)
	}
	return list
}
