package threads

import "testing"

func TestShorten(t *testing.T) {
	for _, test := range []struct{ text, want string }{
		{"short", "short"},
		{"exactly ten", "exactly t…"},
		{"übergroße Öfen", "übergroße…"},
		{"日本語の長い題名です。ね", "日本語の長い題名で…"},
	} {
		if got := shorten(test.text, 10); got != test.want {
			t.Errorf("%q: got %q, want %q", test.text, got, test.want)
		}
	}
}
