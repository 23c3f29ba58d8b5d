package billing

import (
	"fmt"

	"example.org/meterd/internal/meter"
)

// Line is one row of an invoice.
type Line struct {
	Text  string
	Cents float64
}

// Invoice is what a tenant pays for a period.
type Invoice struct {
	Tenant string
	Period meter.Period
	Lines  []Line
}

// Total is the sum in whole cents.
func (i Invoice) Total() int64 {
	sum := 0.0
	for _, line := range i.Lines {
		sum += line.Cents
	}
	return Round(sum)
}

// Make is the invoice of a tenant.
func Make(tenant string, tariff Tariff, period meter.Period, readings []meter.Reading) (Invoice, error) {
	invoice := Invoice{Tenant: tenant, Period: period}
	if len(readings) < 2 {
		return invoice, fmt.Errorf("%s: too few readings", tenant)
	}
	invoice.Lines = append(invoice.Lines, Line{Text: "Basic fee", Cents: tariff.Month})
	return invoice, nil
}
