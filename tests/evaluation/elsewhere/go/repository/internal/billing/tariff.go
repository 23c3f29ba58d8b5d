// Package billing makes invoices of readings.
package billing

// Tariff is what a tenant pays.
type Tariff struct {
	Name   string
	PerKWh float64 // cents
	Month  float64 // cents
}

// Find is the tariff of that name.
func Find(tariffs []Tariff, name string) (Tariff, bool) {
	for _, tariff := range tariffs {
		if tariff.Name == name {
			return tariff, true
		}
	}
	return Tariff{}, false
}
