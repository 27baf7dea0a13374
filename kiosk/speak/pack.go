package speak

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"linli/kiosk/sound"
)

// PackFile is the file of a pack that says what its clips say.
const PackFile = "pack.json"

// ErrPack reports a pack, or a clip of one, that cannot be used; the text names the file.
var ErrPack = errors.New("speak: the voice pack")

// About is what a pack says of itself.
type About struct {
	Name    string `json:"name"` // 南京话, 普通话（王阿姨）
	Lang    string `json:"lang"` // zh or en: the language of the pages that it speaks
	Speaker string `json:"speaker"`
	Licence string `json:"licence"`
	// Clips are words and the file that says them, beside this one.
	Clips map[string]string `json:"clips"`
}

// Pack is a folder of recordings by one person: whole sentences, and words of which others are joined. WAV, 16 bit, mono.
type Pack struct {
	About
	dir   string
	words []string // of all clips, the longest first
}

// OpenPack reads what a pack has. Clips that are not there, or are no sound, are named in faults, and the pack does without.
func OpenPack(dir string) (p *Pack, faults []error) {
	p = &Pack{dir: dir}
	body, err := os.ReadFile(filepath.Join(filepath.Clean(dir), PackFile))
	if err == nil {
		err = json.Unmarshal(body, &p.About)
	}
	if err != nil {
		return nil, []error{fmt.Errorf("%w: %s: %w", ErrPack, PackFile, err)}
	}
	for _, words := range sorted(p.Clips) {
		if _, err := p.clip(words); err != nil {
			faults = append(faults, err)
			continue
		}
		p.words = append(p.words, words)
	}
	return p, faults
}

// sorted are the words of clips, the longest first.
func sorted(clips map[string]string) (words []string) {
	for w := range clips {
		words = append(words, w)
	}
	slices.SortFunc(words, func(a, b string) int {
		if d := utf8.RuneCountInString(b) - utf8.RuneCountInString(a); d != 0 {
			return d
		}
		return strings.Compare(a, b)
	})
	return words
}

// clip reads one recording.
func (p *Pack) clip(words string) (sound.PCM, error) {
	name := p.Clips[words]
	if name == "" || !fs.ValidPath(name) {
		return sound.PCM{}, fmt.Errorf("%w: clip %q", ErrPack, name)
	}
	root, err := os.OpenRoot(p.dir)
	if err != nil {
		return sound.PCM{}, fmt.Errorf("%w: %w", ErrPack, err)
	}
	defer func() { _ = root.Close() }()
	body, err := root.ReadFile(filepath.FromSlash(name))
	if err != nil {
		return sound.PCM{}, fmt.Errorf("%w: clip %s: %w", ErrPack, name, err)
	}
	pcm, err := sound.ParseWAV(body)
	if err != nil {
		return sound.PCM{}, fmt.Errorf("%w: clip %s: %w", ErrPack, name, err)
	}
	return pcm.Trimmed(), nil
}

// Say joins words of the pack's clips, the longest first; false where one of the words is in none.
func (p *Pack) Say(words string) (sound.PCM, bool) {
	if p == nil {
		return sound.PCM{}, false
	}
	parts, ok := p.parts(words)
	if !ok {
		return sound.PCM{}, false
	}
	var sounds []sound.PCM
	for _, part := range parts {
		pcm, err := p.clip(part)
		if err != nil {
			return sound.PCM{}, false // it was there when the pack was opened
		}
		sounds = append(sounds, pcm)
	}
	return sound.Join(sounds...), len(sounds) > 0
}

// parts answers the clips of which words are joined.
func (p *Pack) parts(words string) (parts []string, ok bool) {
	for rest := words; rest != ""; {
		if r, size := utf8.DecodeRuneInString(rest); unicode.IsSpace(r) || r == '-' {
			rest = rest[size:]
			continue
		}
		i := slices.IndexFunc(p.words, func(w string) bool { return strings.HasPrefix(rest, w) })
		if i < 0 {
			return nil, false
		}
		parts, rest = append(parts, p.words[i]), rest[len(p.words[i]):]
	}
	return parts, true
}

// Bounds of a recording that can be used.
const (
	leastPeak     = 0.1  // of full scale: below it somebody spoke away from the microphone
	mostPeak      = 0.99 // at it the sound was cut off
	leastLoudness = 0.01
)

// Faults of a recording, for the words that tell a person what to do.
var (
	ErrTooQuiet = errors.New("speak: the recording is too quiet")
	ErrTooLoud  = errors.New("speak: the recording is too loud")
	ErrEmpty    = errors.New("speak: nothing was recorded")
)

// Record keeps a recording of words in the pack in dir, which is made when there is none: trimmed, as loud as the others.
// [ErrTooQuiet], [ErrTooLoud], [ErrEmpty] and sound.ErrWAV are for whoever records; after an error the pack is as it was.
func Record(dir string, about About, words string, wav []byte) error {
	pcm, err := sound.ParseWAV(wav)
	if err != nil {
		return err
	}
	pcm = pcm.Trimmed()
	switch {
	case len(pcm.Samples) == 0:
		return ErrEmpty
	case pcm.Peak() >= mostPeak:
		return ErrTooLoud
	case pcm.Peak() < leastPeak || pcm.Loudness() < leastLoudness:
		return ErrTooQuiet
	}
	if body, err := os.ReadFile(filepath.Join(filepath.Clean(dir), PackFile)); err == nil {
		if err := json.Unmarshal(body, &about); err != nil {
			return fmt.Errorf("%w: %s: %w", ErrPack, PackFile, err)
		}
	} else if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if about.Clips == nil {
		about.Clips = make(map[string]string)
	}
	name := about.Clips[words]
	if name == "" {
		name = fmt.Sprintf("%04d.wav", len(about.Clips)+1)
	}
	about.Clips[words] = name
	body, err := json.MarshalIndent(about, "", "  ")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	// The clip first: a name without its clip would be a fault of the pack.
	if err := place(filepath.Join(dir, name), level(pcm).WAV()); err != nil {
		return err
	}
	return place(filepath.Join(dir, PackFile), append(body, '\n'))
}

// place puts a file in its place, whole or not at all.
func place(path string, body []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".new-*")
	if err != nil {
		return err
	}
	_, err = bytes.NewReader(body).WriteTo(f)
	err = errors.Join(err, f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		_ = os.Remove(f.Name())
	}
	return err
}
