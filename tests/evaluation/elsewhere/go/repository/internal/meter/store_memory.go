package meter

import (
	"sort"
	"sync"
)

// Memory is a store for tests and for the demonstration.
type Memory struct {
	mu       sync.Mutex
	readings map[string][]Reading
}

// NewMemory is an empty store.
func NewMemory() *Memory {
	return &Memory{readings: map[string][]Reading{}}
}

// Add stores a reading.
func (m *Memory) Add(reading Reading) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.readings[reading.Meter] = append(m.readings[reading.Meter], reading)
	return nil
}

// Latest is the last reading of a meter.
func (m *Memory) Latest(meter string) (*Reading, error) {
	found, err := m.Between(meter, Period{})
	if err != nil || len(found) == 0 {
		return nil, ErrUnknown
	}
	return &found[len(found)-1], nil
}

// Between are the readings of a period, the earliest first; of an empty period, all.
func (m *Memory) Between(meter string, period Period) ([]Reading, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var found []Reading
	for _, reading := range m.readings[meter] {
		if period.End.IsZero() || period.Contains(reading.At) {
			found = append(found, reading)
		}
	}
	sort.Slice(found, func(a, b int) bool { return found[a].Before(found[b]) })
	return found, nil
}

// Len is how many readings there are of a meter that the caller has just read.
func (m *Memory) Len(readings []Reading) int {
	return len(readings)
}
