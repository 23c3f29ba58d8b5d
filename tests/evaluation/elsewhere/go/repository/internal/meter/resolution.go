package meter

import (
	"fmt"
	"time"
)

// Resolution is the distance of two readings.
type Resolution time.Duration

const (
	Quarter = Resolution(15 * time.Minute)
	Hour    = Resolution(time.Hour)
	Day     = Resolution(24 * time.Hour)
)

var names = map[Resolution]string{Quarter: "quarter", Hour: "hour", Day: "day"}

// ParseResolution reads "quarter", "hour" or "day".
func ParseResolution(text string) (Resolution, error) {
	for resolution, name := range names {
		if name == text {
			return resolution, nil
		}
	}
	return 0, fmt.Errorf("no such resolution: %q", text)
}

// MarshalText writes the name.
func (r Resolution) MarshalText() ([]byte, error) {
	return []byte(names[r]), nil
}

// Steps is how many readings fit into a period.
func (r Resolution) Steps(p Period) int {
	return int(p.End.Sub(p.Start) / time.Duration(r))
}
