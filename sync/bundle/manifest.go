package bundle

import (
	"crypto/ed25519"
	"crypto/sha256"
	"fmt"
	"slices"

	"linli/sync/exchange"
	"linli/sync/oplog"
)

// manifest is what a bundle's writer says of itself.
type manifest struct {
	log         string
	certificate []byte // encoded
	answer      []byte // the key to which a bundle for this machine alone is sealed
	heads       map[oplog.Scope]*oplog.Heads
}

// tagManifest begins what is signed.
const tagManifest = "linli bundle 1\x00"

// maxAnswer bounds the key for answers, whose kind is not this package's.
const maxAnswer = 4 << 10

func (m manifest) fields() map[string]any {
	scopes := make([]oplog.Scope, 0, len(m.heads))
	for scope := range m.heads {
		scopes = append(scopes, scope)
	}
	slices.Sort(scopes)
	heads := make([]any, 0, len(scopes))
	for _, scope := range scopes {
		heads = append(heads, []any{string(scope), m.heads[scope].Encode()})
	}
	return map[string]any{"log": m.log, "certificate": m.certificate, "answer": m.answer, "heads": heads}
}

// message is what the writer signs: the header in clear and the fields.
func (m manifest) message(header []byte) ([]byte, error) {
	body, err := oplog.Marshal(m.fields())
	if err != nil {
		return nil, fmt.Errorf("bundle: manifest: %w", err)
	}
	sum := sha256.Sum256(header)
	return append(append([]byte(tagManifest), sum[:]...), body...), nil
}

func (m manifest) encode(header []byte, key ed25519.PrivateKey) ([]byte, error) {
	message, err := m.message(header)
	if err != nil {
		return nil, err
	}
	return oplog.Marshal([]any{m.fields(), ed25519.Sign(key, message)})
}

// decodeManifest reads a manifest and checks whose it is: a machine that the hall's authority certified, and which signed
// this file.
func decodeManifest(b, header []byte, hall string, authority ed25519.PublicKey) (m manifest, writer oplog.Certificate, err error) {
	v, err := oplog.Unmarshal(b)
	pair, _ := v.([]any)
	if err != nil || len(pair) != 2 {
		return m, writer, ErrBroken
	}
	fields, _ := pair[0].(map[string]any)
	sig, _ := pair[1].([]byte)
	list, ok := fields["heads"].([]any)
	m.log, _ = fields["log"].(string)
	m.certificate, _ = fields["certificate"].([]byte)
	m.answer, _ = fields["answer"].([]byte)
	if !ok || len(fields) != 4 || m.log == "" || len(m.log) > maxID || len(m.answer) > maxAnswer || len(list) > 16 {
		return m, writer, ErrBroken
	}
	m.heads = make(map[oplog.Scope]*oplog.Heads, len(list))
	for _, item := range list {
		one, _ := item.([]any)
		if len(one) != 2 {
			return m, writer, ErrBroken
		}
		scope, _ := one[0].(string)
		body, _ := one[1].([]byte)
		heads, err := oplog.DecodeHeads(body)
		if err != nil || len(heads.List()) > exchange.MaxHeads || oplog.Scope(scope).Check() != nil {
			return m, writer, ErrBroken
		}
		m.heads[oplog.Scope(scope)] = heads
	}
	message, err := m.message(header)
	if err != nil {
		return m, writer, ErrBroken
	}
	writer, err = oplog.DecodeCertificate(m.certificate)
	if err != nil || writer.Hall != hall || writer.Verify(authority) != nil || !ed25519.Verify(writer.PublicKey, message, sig) {
		return m, writer, ErrRefused
	}
	return m, writer, nil
}
