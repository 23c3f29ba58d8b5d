// Package meter holds what meters report.
package meter

import (
	"errors"
	"time"
)

// ErrUnknown is the error of a meter that was never installed.
var ErrUnknown = errors.New("unknown meter")

// Reading is what a meter showed at a moment.
type Reading struct {
	Meter  string
	At     time.Time
	Energy int64 // watt hours since the meter was installed
	Faults int   // of the meter, since the last reading
}

// Before tells whether the reading was taken earlier than the other one.
func (r Reading) Before(other Reading) bool {
	return r.At.Before(other.At)
}

// Plausible tells whether no meter ran backwards between the readings.
func Plausible(first, last Reading) bool {
	return !last.Before(first) && last.Energy >= first.Energy
}
