package export

import (
	"encoding/csv"
	"fmt"
	"io"
	"strings"

	"example.org/meterd/internal/billing"
)

// Sheet is a table for spreadsheet programs.
type Sheet struct{}

// Export writes a row for each invoice.
func (Sheet) Export(out io.Writer, invoices []billing.Invoice) error {
	rows := csv.NewWriter(out)
	for _, invoice := range invoices {
		if err := rows.Write([]string{inert(invoice.Tenant), fmt.Sprint(invoice.Total())}); err != nil {
			return err
		}
	}
	rows.Flush()
	return rows.Error()
}

// inert keeps spreadsheets from computing a name that begins like a formula.
func inert(text string) string {
	if strings.HasPrefix(text, "=") || strings.HasPrefix(text, "@") {
		return "'" + text
	}
	return text
}
