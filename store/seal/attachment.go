package seal

import (
	"bytes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"fmt"
	"io"
)

// A sealed attachment is, in bytes:
//
//	"LINLIAT1" 8 | domain 1 | key id 4 | salt 16 | chunks
//
// The salt is an HMAC of place and content, and with HKDF-SHA256 it makes the file's
// key of the domain's data key. So the same content at the same record is always the
// same bytes, on every desk: attached twice, or at two desks apart, it is kept and
// sent once. At another record it is other bytes: whoever keeps sealed attachments
// without a key, such as a hub, cannot see that two people handed in the same form, and not test
// whether somebody's attachment is a file that they have themselves. Little is lost by it,
// because hardly anything is attached to two records. The place is bound to the chunks: moved to another
// record an attachment does not open. What shows is its length, as with a backup.
const (
	attachmentMagic  = "LINLIAT1"
	attachmentSalt   = 16
	attachmentHeader = len(attachmentMagic) + 1 + len(KeyID{}) + attachmentSalt
	purposeContent   = "linli/1/attachment"
)

// SealedSize is the size of a sealed attachment by that of its content.
func SealedSize(plain int64) int64 {
	return int64(attachmentHeader) + plain + tagSize*max(1, (plain+backupChunk-1)/backupChunk)
}

// SealAttachment seals the content of an attachment at a place into dst.
func (r *Ring) SealAttachment(domain Domain, place Place, content []byte, dst io.Writer) error {
	if domain != Desk && domain != Care || !r.Opens(domain) {
		panic(fmt.Sprintf("seal: no key of domain %d", domain)) // as Seal does
	}
	m := r.k.cells[domain-1].nonces.get()
	m.buf = r.appendPlace(append(m.buf[:0], "linli attachment 1\x00"...), place)
	salt := bytes.Clone(m.nonceOf(content, attachmentSalt))
	r.k.cells[domain-1].nonces.put(m)

	header := append([]byte(attachmentMagic), byte(domain))
	header = append(append(header, r.k.id[:]...), salt...)
	aead, err := r.attachmentKey(domain, salt)
	if err != nil {
		return err
	}
	if _, err := dst.Write(header); err != nil {
		return fmt.Errorf("seal: write an attachment: %w", err)
	}
	s := newSealer(dst, aead, r.appendPlace(header, place))
	if _, err := s.Write(content); err != nil {
		return err
	}
	return s.Close()
}

// OpenAttachment opens what [Ring.SealAttachment] sealed for that place. What it hands out is as it was
// sealed; only io.EOF says that it was all. The errors are [ErrNotSealed], [ErrUnknownDomain],
// [ErrUnknownKey], [ErrTruncated], [ErrAltered], and those of src.
func (r *Ring) OpenAttachment(place Place, src io.Reader) (io.Reader, error) {
	header := make([]byte, attachmentHeader)
	if err := fillFrom(src, header); err != nil {
		return nil, err
	}
	rest, ok := bytes.CutPrefix(header, []byte(attachmentMagic))
	domain := Domain(rest[0])
	switch {
	case !ok:
		return nil, ErrNotSealed
	case domain != Desk && domain != Care:
		return nil, ErrUnknownDomain
	case KeyID(rest[1:5]) != r.k.id || !r.Opens(domain):
		return nil, ErrUnknownKey
	}
	aead, err := r.attachmentKey(domain, rest[5:])
	if err != nil {
		return nil, err
	}
	return newOpener(src, aead, r.appendPlace(bytes.Clone(header), place)), nil
}

func (r *Ring) attachmentKey(domain Domain, salt []byte) (cipher.AEAD, error) {
	key, err := hkdf.Key(sha256.New, r.k.secrets[domainNames[domain-1]+"-data"], salt, purposeContent, 32)
	if err != nil {
		return nil, fmt.Errorf("seal: derive an attachment's key: %w", err)
	}
	return newGCM(key)
}
