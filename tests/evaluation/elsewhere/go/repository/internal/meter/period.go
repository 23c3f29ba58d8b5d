package meter

import "time"

// Period is a range of days.
type Period struct {
	Start time.Time
	End   time.Time // the last second
}

// Month is the period of a month.
func Month(year int, month time.Month) Period {
	start := time.Date(year, month, 1, 0, 0, 0, 0, time.UTC)
	return Period{Start: start, End: start.AddDate(0, 1, 0).Add(-time.Second)}
}

// Contains tells whether the moment is within the period.
func (p Period) Contains(at time.Time) bool {
	return !at.Before(p.Start) && !at.After(p.End)
}
