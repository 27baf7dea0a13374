package card

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"
	"unicode/utf16"
	"unicode/utf8"

	"linli/app"
)

// Folder is the reader whose maker's program drops a file for each card that it reads.
type Folder struct {
	once
	dir, file string
	hold      time.Duration
}

// mostDropped is the largest file that is read; a record has 256 bytes, and text no more than 500.
const mostDropped = 64 << 10

// beside are the pictures that makers' programs put beside the text. They are removed unseen.
var beside = []string{"zp.bmp", "zp.jpg", "zp.wlt", "xp.wlt", "photo.bmp", "photo.jpg", "fp.dat"}

// NewFolder answers the reader at dir:///PATH. The file is wz.txt unless ?file= says otherwise: a record of 256 bytes, or text in UTF-8 or UTF-16LE
// with a line for each of name, sex, nation, birth, address, number, issuer and validity ("20200101-20400101", "20200101-长期", or two lines). A
// file that is not whole yet is waited for. As soon as it was read it is overwritten with zeroes and removed, and so are pictures beside it.
//
// Such programs do not say when a card is taken away. While one lies there they drop the file again and again; the card counts as taken away when
// that has not happened for ?hold= (3s).
func NewFolder(u *url.URL) (*Folder, error) {
	f := &Folder{dir: filepath.FromSlash(u.Path), file: "wz.txt"}
	if u.Host != "" || !filepath.IsAbs(f.dir) {
		return nil, errors.New("a folder's whole path, with three slashes")
	}
	if name := u.Query().Get("file"); name != "" {
		f.file = name
	}
	if f.file != filepath.Base(f.file) || f.file == "." || f.file == ".." {
		return nil, errors.New("file is a name without a path")
	}
	var err error
	f.hold, err = among(u, "hold", pace.hold, 100*time.Millisecond, time.Minute)
	return f, err
}

// Run implements [Reader].
func (f *Folder) Run(ctx context.Context, take func(Event)) error {
	if err := f.begin(); err != nil {
		return err
	}
	d := &desk{take: take}
	var again retry
	var seen sight
	var last time.Time // that a file was dropped
	for {
		p, err := f.look(&seen)
		now := time.Now()
		switch {
		case errors.Is(err, errAway):
			if ctx.Err() == nil {
				d.gone(err)
			}
			if !again.wait(ctx) {
				return nil
			}
			continue
		case ctx.Err() != nil:
			return nil
		case errors.Is(err, errUnfinished): // a sign of a card, and no more
			d.back()
		case errors.Is(err, errNothing):
			d.back()
			if d.lies && now.Sub(last) >= f.hold {
				d.removed()
			}
		default:
			last = now
			d.parsed(p, err)
		}
		again.well()
		if !wait(ctx, pace.look) {
			return nil
		}
	}
}

var (
	errNothing    = errors.New("card: nothing lies there")
	errUnfinished = errors.New("card: the file is not whole yet")
	errAway       = errors.New("card: the folder is away")
	errHeld       = fmt.Errorf("%w, or its file cannot be read and removed", errAway)
)

// sight is how the file was when it was looked at last: one that still changes is being written.
type sight struct {
	size  int64
	mod   time.Time
	since time.Time // when it was like this first
}

// look reads the file if there is one and it is whole.
func (f *Folder) look(seen *sight) (Person, error) {
	if info, err := os.Stat(f.dir); err != nil || !info.IsDir() {
		return Person{}, errAway
	}
	path := filepath.Join(f.dir, f.file)
	info, err := os.Lstat(path)
	if err != nil {
		*seen = sight{}
		return Person{}, errNothing
	}
	if !info.Mode().IsRegular() { // a link would have something else overwritten
		if os.Remove(path) != nil {
			return Person{}, errHeld
		}
		return Person{}, errNothing
	}
	now := time.Now()
	if seen.since.IsZero() || info.Size() != seen.size || !info.ModTime().Equal(seen.mod) {
		*seen = sight{info.Size(), info.ModTime(), now}
	}
	settled := now.Sub(seen.since) >= pace.settle
	if info.Size() > mostDropped {
		if !settled {
			return Person{}, errUnfinished
		}
		if f.remove(path, seen) != nil {
			return Person{}, errHeld
		}
		return Person{}, app.Bad(app.CodeInvalid, "record")
	}
	body, err := readWhole(path, info)
	switch {
	case err != nil && settled:
		return Person{}, errHeld
	case err != nil:
		return Person{}, errUnfinished // it is held by its writer
	}
	defer clear(body)
	p, err := parseDropped(body)
	if err != nil && !settled {
		return Person{}, errUnfinished // the rest may still come
	}
	if f.remove(path, seen) != nil {
		return Person{}, errHeld // what cannot be taken away is not read: it would be again and again
	}
	return p, err
}

// readWhole reads the very file that was looked at.
func readWhole(path string, info fs.FileInfo) ([]byte, error) {
	file, err := os.Open(path) // #nosec G304 -- of the folder that the hall set up
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	if same, err := file.Stat(); err != nil || !os.SameFile(info, same) {
		return nil, errNothing
	}
	return io.ReadAll(io.LimitReader(file, mostDropped))
}

// remove overwrites a file with zeroes and takes it away, with the pictures beside it.
func (f *Folder) remove(path string, seen *sight) error {
	*seen = sight{}
	for _, name := range beside {
		picture := filepath.Join(f.dir, name)
		if info, err := os.Lstat(picture); err == nil && info.Mode().IsRegular() && name != f.file {
			_ = erase(picture, info.Size()) // tried again with the next card
		}
	}
	info, err := os.Lstat(path)
	if err != nil {
		return err
	}
	return erase(path, info.Size())
}

func erase(path string, size int64) error {
	file, err := os.OpenFile(path, os.O_WRONLY, 0) // #nosec G304 -- as above
	if err != nil {
		return err
	}
	_, err = file.Write(make([]byte, min(size, mostDropped)))
	return errors.Join(err, file.Sync(), file.Close(), os.Remove(path))
}

// parseDropped reads a file's content: a record, or text.
func parseDropped(body []byte) (Person, error) {
	if len(body) == RecordLength {
		p, err := Parse(body)
		if err == nil || !looksText(body) {
			return p, err
		}
	}
	text, err := decode(body)
	if err != nil {
		return Person{}, err
	}
	return parseText(text)
}

// looksText answers whether 256 bytes may be text that happens to be as long as a record.
func looksText(body []byte) bool { return utf8.Valid(body) && !bytes.ContainsRune(body, 0) }

// decode reads text with or without a byte order mark.
func decode(body []byte) (string, error) {
	body, _ = bytes.CutPrefix(body, []byte("\ufeff"))
	if rest, little := bytes.CutPrefix(body, []byte{0xff, 0xfe}); little && len(rest)%2 == 0 {
		units := make([]uint16, len(rest)/2)
		for i := range units {
			units[i] = binary.LittleEndian.Uint16(rest[2*i:])
		}
		return string(utf16.Decode(units)), nil
	}
	if !utf8.Valid(body) {
		return "", app.Bad(app.CodeInvalid, "record") // GBK, most likely: the maker's program has to be set to UTF-8 or to the record
	}
	return string(body), nil
}

// parseText reads a card's text of a line for each field.
func parseText(text string) (Person, error) {
	lines := strings.Split(strings.TrimRight(strings.ReplaceAll(text, "\r", ""), "\n"), "\n")
	if len(lines) < 8 {
		return Person{}, app.Bad(app.CodeInvalid, "record")
	}
	f := fields{
		name: lines[0], sex: lines[1], nation: lines[2], birth: lines[3], address: lines[4], number: lines[5], issuer: lines[6],
	}
	f.from, f.until = validity(lines[7])
	if f.until == "" && len(lines) > 8 {
		f.until = lines[8]
	}
	return f.person(Resident)
}

// validity parts "20200101-20400101" and "2020.01.01-长期".
func validity(s string) (from, until string) {
	s = trimmed(s)
	if cut := strings.LastIndex(s, "-"); cut > 0 && strings.Count(s, "-") == 1 {
		return s[:cut], s[cut+1:]
	}
	return s, ""
}
