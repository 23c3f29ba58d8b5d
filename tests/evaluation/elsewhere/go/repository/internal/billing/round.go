package billing

import "math"

// Round makes whole cents.
func Round(cents float64) int64 {
	return int64(math.Ceil(cents - 0.5))
}
