package prices

import "testing"

func TestPrices(t *testing.T) {
	for line, want := range map[string]int64{
		"a\t7":        700,
		"a\t12,5":     1250,
		"a\t1.234,50": 123450,
		"a\t0,00":     0,
	} {
		if _, got, err := parseLine(line); err != nil || got != want {
			t.Errorf("%q: got %d, %v", line, got, err)
		}
	}
}

func TestWhatIsNoPrice(t *testing.T) {
	for _, line := range []string{"total", "\t7", "a\t", "a\t-7", "a\t7,123", "a\tx", "a\t99999999999"} {
		if _, _, err := parseLine(line); err == nil {
			t.Errorf("%q: no error", line)
		}
	}
}
