package export

import (
	"encoding/csv"
	"fmt"
	"io"

	"example.org/meterd/internal/billing"
)

// Ledger is the format of the accountants' program.
type Ledger struct {
	Account int
}

// Export writes a row for each invoice.
func (l Ledger) Export(out io.Writer, invoices []billing.Invoice) error {
	rows := csv.NewWriter(out)
	rows.Comma = ';'
	for number, invoice := range invoices {
		row := []string{fmt.Sprint(l.Account), fmt.Sprint(number + 1), fmt.Sprint(invoice.Total())}
		if err := rows.Write(row); err != nil {
			return err
		}
	}
	rows.Flush()
	return rows.Error()
}
