package billing

import "testing"

func TestRound(t *testing.T) {
	for _, c := range []struct {
		name  string
		cents float64
		want  int64
	}{
		{"nothing", 0, 0},
		{"less than half", 7.4, 7},
		{"half a cent is the tenant's", 10.5, 10},
		{"more than half", 10.6, 11},
	} {
		if got := Round(c.cents); got != c.want {
			t.Errorf("%s: %d", c.name, got)
		}
	}
}
