package prices

import (
	"errors"
	"strconv"
	"strings"
)

var (
	errNoTab = errors.New("no tab")
	errPrice = errors.New("not a price")
)

// maxCents keeps prices below a hundred million, whatever a supplier's program writes.
const maxCents = 10_000_000_000

// parseLine reads an article and its price: "1.234,50", "12,5" or "7".
func parseLine(line string) (sku string, cents int64, err error) {
	sku, price, ok := strings.Cut(line, "\t")
	if !ok || sku == "" {
		return "", 0, errNoTab
	}
	euros, rest, _ := strings.Cut(strings.TrimSpace(price), ",")
	if euros == "" || len(rest) > 2 {
		return "", 0, errPrice
	}
	digits := strings.ReplaceAll(euros, ".", "") + (rest + "00")[:2]
	// Unsigned, so that signs are refused.
	value, err := strconv.ParseUint(digits, 10, 63)
	if err != nil || value >= maxCents {
		return "", 0, errPrice
	}
	return sku, int64(value), nil
}
