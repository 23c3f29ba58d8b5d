package meter

// Store keeps readings.
type Store interface {
	Add(reading Reading) error
	Latest(meter string) (*Reading, error)
	Between(meter string, period Period) ([]Reading, error)
}
