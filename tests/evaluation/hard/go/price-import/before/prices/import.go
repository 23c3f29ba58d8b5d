package prices

import (
	"context"
	"database/sql"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// Importer imports the price lists of suppliers: lines of an article, a tab and a price.
type Importer struct {
	db *sql.DB
}

func NewImporter(db *sql.DB) *Importer {
	return &Importer{db: db}
}

// Import replaces the prices of a supplier.
func (i *Importer) Import(ctx context.Context, supplier int, list io.Reader) error {
	text, err := io.ReadAll(list)
	if err != nil {
		return err
	}
	if _, err := i.db.ExecContext(ctx, `DELETE FROM prices WHERE supplier = $1`, supplier); err != nil {
		return err
	}
	for number, line := range strings.Split(strings.TrimSpace(string(text)), "\n") {
		sku, cents, err := parseLine(line)
		if err != nil {
			return fmt.Errorf("line %d: %w", number+1, err)
		}
		const insert = `INSERT INTO prices (supplier, sku, cents) VALUES ($1, $2, $3)`
		if _, err := i.db.ExecContext(ctx, insert, supplier, sku, cents); err != nil {
			return err
		}
	}
	return nil
}

func parseLine(line string) (sku string, cents int64, err error) {
	sku, price, ok := strings.Cut(strings.TrimSpace(line), "\t")
	if !ok {
		return "", 0, fmt.Errorf("no tab")
	}
	euros, rest, _ := strings.Cut(price, ",")
	cents, err = strconv.ParseInt(euros+(rest + "00")[:2], 10, 64)
	return sku, cents, err
}
