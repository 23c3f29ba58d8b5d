package audit

import (
	"errors"
	"testing"
)

func TestTokensKeepTheirID(t *testing.T) {
	tokens := NewTokens([]byte("key"))
	for _, id := range []int64{1, 255, 1 << 40} {
		got, err := tokens.Open(Filter{Actor: "ada"}, tokens.Seal(Filter{Actor: "ada"}, id))
		if err != nil || got != id {
			t.Errorf("got %d, %v, want %d", got, err, id)
		}
	}
}

func TestTokensAreBoundToTheirFilter(t *testing.T) {
	tokens := NewTokens([]byte("key"))
	token := tokens.Seal(Filter{Actor: "ab", Action: "c"}, 7)
	for _, filter := range []Filter{{}, {Actor: "a", Action: "bc"}, {Actor: "abc"}} {
		if _, err := tokens.Open(filter, token); !errors.Is(err, ErrToken) {
			t.Errorf("%+v: got %v", filter, err)
		}
	}
}

func TestForeignTokensAreRefused(t *testing.T) {
	token := NewTokens([]byte("another key")).Seal(Filter{}, 7)
	for _, text := range []string{token, token[1:], "", "!"} {
		if _, err := NewTokens([]byte("key")).Open(Filter{}, text); !errors.Is(err, ErrToken) {
			t.Errorf("%q: got %v", text, err)
		}
	}
}
