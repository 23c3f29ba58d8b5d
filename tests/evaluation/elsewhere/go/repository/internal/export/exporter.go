// Package export writes invoices for other programs.
package export

import (
	"io"

	"example.org/meterd/internal/billing"
	"example.org/meterd/internal/meter"
)

const day = "2006-01-02"

// Exporter writes invoices in one format.
type Exporter interface {
	Export(out io.Writer, invoices []billing.Invoice) error
}

// Title is the period as tenants read it.
func Title(p meter.Period) string {
	return p.Start.Format(day) + " to " + p.End.Format(day)
}
