package store

import "errors"

const (
	// MaxKey is the longest key. Keys are paths of objects, which some clients nest deeply.
	MaxKey = 1 << 17
	// MaxValue is the largest value.
	MaxValue = 64 << 20
)

// ErrTooLarge is returned for keys and values beyond their limits.
var ErrTooLarge = errors.New("key or value is too large")

func checkSizes(key string, value []byte) error {
	if len(key) > MaxKey || len(value) > MaxValue {
		return ErrTooLarge
	}
	return nil
}
