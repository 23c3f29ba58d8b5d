package export

import (
	"bytes"
	"os"
	"testing"

	"example.org/meterd/internal/billing"
)

func TestFiles(t *testing.T) {
	invoices := []billing.Invoice{
		{Tenant: "=ana", Lines: []billing.Line{{Cents: 2380}}},
		{Tenant: "ben", Lines: []billing.Line{{Cents: 11900}}},
	}
	for name, exporter := range map[string]Exporter{"ledger": Ledger{Account: 8400}} {
		want, err := os.ReadFile("testdata/" + name + ".golden")
		if err != nil {
			t.Fatal(err)
		}
		var got bytes.Buffer
		if err := exporter.Export(&got, invoices); err != nil || got.String() != string(want) {
			t.Errorf("%s: %v\n%s", name, err, got.String())
		}
	}
}
