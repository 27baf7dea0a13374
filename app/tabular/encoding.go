package tabular

import (
	"bytes"
	"encoding/binary"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// decode turns the bytes of a text file into a string. UTF-8 is recognised by
// being valid, as texts in GB18030 practically never are; what is neither is
// damaged or no text.
func decode(data []byte) (string, error) {
	switch {
	case bytes.HasPrefix(data, []byte("\xff\xfe")):
		return decodeUTF16(data[2:], binary.LittleEndian)
	case bytes.HasPrefix(data, []byte("\xfe\xff")):
		return decodeUTF16(data[2:], binary.BigEndian)
	}
	if !text(data) {
		return "", &Error{Code: CodeBinary}
	}
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	if utf8.Valid(data) {
		return string(data), nil
	}
	if damagedUTF8(data) {
		// Read as GB18030 it would turn into wrong characters without an error.
		return "", &Error{Code: CodeDamaged}
	}
	out, ok := decodeGB18030(data)
	if !ok {
		return "", &Error{Code: CodeBinary}
	}
	return out, nil
}

// text reports whether data may be text: no text holds NUL, and nearly every
// other kind of file does. UTF-16 is told by its BOM before this is asked.
func text(data []byte) bool { return bytes.IndexByte(data, 0) < 0 }

// damagedUTF8 reports whether most of what is not ASCII forms three-byte UTF-8
// sequences, as Chinese does. Random GB18030 text forms few of them.
func damagedUTF8(data []byte) bool {
	high, good := 0, 0
	for i := 0; i < len(data); {
		if data[i] < 0x80 {
			i++
			continue
		}
		r, size := utf8.DecodeRune(data[i:])
		high += size
		if r != utf8.RuneError && size >= 3 {
			good += size
		}
		i += size
	}
	return good*10 >= high*8
}

func decodeUTF16(data []byte, order binary.ByteOrder) (string, error) {
	if len(data)%2 != 0 {
		return "", &Error{Code: CodeDamaged}
	}
	units := make([]uint16, len(data)/2)
	for i := range units {
		units[i] = order.Uint16(data[2*i:])
	}
	s := string(utf16.Decode(units))
	if strings.ContainsRune(s, 0) || strings.ContainsRune(s, utf8.RuneError) {
		return "", &Error{Code: CodeBinary}
	}
	return s, nil
}

// decodeGB18030 decodes by the 2022 edition; ok is false if data is not GB18030.
func decodeGB18030(data []byte) (s string, ok bool) {
	decoder := simplifiedchinese.GB18030.NewDecoder()
	out, err := decoder.Bytes(data)
	if err == nil && !bytes.Contains(out, []byte("\ufffd")) {
		return string(out), true
	}
	// The decoder does not know the codes of extraGB18030. Decode around them.
	var b strings.Builder
	start := 0
	flush := func(end int) bool {
		out, err := decoder.Bytes(data[start:end])
		b.Write(out)
		return err == nil && !bytes.Contains(out, []byte("\ufffd"))
	}
	for i := 0; i < len(data); {
		switch {
		case data[i] < 0x80:
			i++
		case i+1 < len(data) && data[i+1] >= '0' && data[i+1] <= '9':
			i += 4
		case i+1 < len(data):
			if r := extraGB18030(data[i], data[i+1]); r != 0 {
				if !flush(i) {
					return "", false
				}
				b.WriteRune(r)
				start = i + 2
			}
			i += 2
		default:
			return "", false // cut in the middle of a character
		}
	}
	if !flush(len(data)) {
		return "", false
	}
	return b.String(), true
}

// extraGB18030 decodes the two-byte codes that the library leaves out: the three
// user-defined areas, in which older systems keep rare characters of names, and
// the characters and signs that had private-use code points before GB18030-2022.
// It returns 0 for all others.
func extraGB18030(lead, trail byte) rune {
	if r, ok := moved[uint16(lead)<<8|uint16(trail)]; ok {
		return r
	}
	switch {
	case lead >= 0xaa && lead <= 0xaf && trail >= 0xa1 && trail <= 0xfe:
		return 0xe000 + rune(lead-0xaa)*94 + rune(trail-0xa1)
	case lead >= 0xf8 && lead <= 0xfe && trail >= 0xa1 && trail <= 0xfe:
		return 0xe234 + rune(lead-0xf8)*94 + rune(trail-0xa1)
	case lead >= 0xa1 && lead <= 0xa7 && trail >= 0x40 && trail <= 0xa0 && trail != 0x7f:
		r := 0xe4c6 + rune(lead-0xa1)*96 + rune(trail-0x40)
		if trail > 0x7f {
			r--
		}
		return r
	}
	return 0
}

var moved = map[uint16]rune{
	0xfe59: 0x9fb4, 0xfe61: 0x9fb5, 0xfe66: 0x9fb6, 0xfe67: 0x9fb7,
	0xfe6d: 0x9fb8, 0xfe7e: 0x9fb9, 0xfe90: 0x9fba, 0xfea0: 0x9fbb,
	0xa6d9: 0xfe10, 0xa6da: 0xfe12, 0xa6db: 0xfe11, 0xa6dc: 0xfe13,
	0xa6dd: 0xfe14, 0xa6de: 0xfe15, 0xa6df: 0xfe16, 0xa6ec: 0xfe17,
	0xa6ed: 0xfe18, 0xa6f3: 0xfe19, 0xa8bc: 0x1e3f, 0xa8bf: 0x01f9,
	0xfe51: 0x20087, 0xfe52: 0x20089, 0xfe53: 0x200cc,
	0xfe6c: 0x215d7, 0xfe76: 0x2298f, 0xfe91: 0x241fe,
}
