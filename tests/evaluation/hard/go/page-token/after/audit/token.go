package audit

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
)

// ErrToken is returned for tokens that were not made here, or for another filter.
var ErrToken = errors.New("invalid page token")

const (
	idSize  = 8
	macSize = 16 // half of a SHA-256 MAC is enough, and keeps addresses short
)

// Tokens makes and reads page tokens: an ID and a MAC over it and the filter.
type Tokens struct {
	key []byte
}

func NewTokens(key []byte) *Tokens {
	return &Tokens{key: key}
}

// Seal makes a token for a filter and an ID.
func (t *Tokens) Seal(filter Filter, id int64) string {
	token := binary.BigEndian.AppendUint64(make([]byte, 0, idSize+macSize), uint64(id))
	token = append(token, t.mac(filter, token)...)
	return base64.RawURLEncoding.EncodeToString(token)
}

// Open returns the ID of a token that was made for this filter.
func (t *Tokens) Open(filter Filter, text string) (int64, error) {
	token, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || len(token) != idSize+macSize {
		return 0, ErrToken
	}
	if !hmac.Equal(token[idSize:], t.mac(filter, token[:idSize])) {
		return 0, ErrToken
	}
	return int64(binary.BigEndian.Uint64(token)), nil
}

func (t *Tokens) mac(filter Filter, id []byte) []byte {
	mac := hmac.New(sha256.New, t.key)
	mac.Write(id)
	for _, field := range []string{filter.Actor, filter.Action} {
		// With its length first: "ab", "c" and "a", "bc" must not give the same MAC.
		mac.Write(binary.AppendUvarint(nil, uint64(len(field))))
		mac.Write([]byte(field))
	}
	return mac.Sum(nil)[:macSize]
}
