package prices

import (
	"bufio"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"strings"
)

// maxBad is the number of lines that may be something else than prices.
const maxBad = 10

// ErrNotAList is returned for files that hold hardly any prices.
var ErrNotAList = errors.New("not a price list")

// Importer imports the price lists of suppliers: lines of an article, a tab and a price.
type Importer struct {
	db *sql.DB
}

func NewImporter(db *sql.DB) *Importer {
	return &Importer{db: db}
}

// Result says what an import has done.
type Result struct {
	Set     int
	Removed int64
	Bad     []int // the numbers of the lines that were left out
}

// Import replaces the prices of a supplier: all of them, or none if it fails.
func (i *Importer) Import(ctx context.Context, supplier int, list io.Reader) (Result, error) {
	tx, err := i.db.BeginTx(ctx, nil)
	if err != nil {
		return Result{}, err
	}
	defer tx.Rollback() // does nothing after a commit

	result, err := replace(ctx, tx, supplier, list)
	if err != nil {
		return Result{}, err
	}
	return result, tx.Commit()
}

func replace(ctx context.Context, tx *sql.Tx, supplier int, list io.Reader) (Result, error) {
	var number int64
	if err := tx.QueryRowContext(ctx, `SELECT nextval('import_numbers')`).Scan(&number); err != nil {
		return Result{}, err
	}
	// A later line replaces an earlier one with the same article.
	upsert, err := tx.PrepareContext(ctx, `
		INSERT INTO prices (supplier, sku, cents, import) VALUES ($1, $2, $3, $4)
		ON CONFLICT (supplier, sku) DO UPDATE SET cents = excluded.cents, import = excluded.import`)
	if err != nil {
		return Result{}, err
	}
	defer upsert.Close()

	var result Result
	scanner := bufio.NewScanner(list)
	for line := 1; scanner.Scan(); line++ {
		text := strings.TrimSpace(scanner.Text())
		if text == "" {
			continue
		}
		sku, cents, err := parseLine(text)
		if err != nil {
			if result.Bad = append(result.Bad, line); len(result.Bad) > maxBad {
				return Result{}, fmt.Errorf("%w: line %d: %w", ErrNotAList, line, err)
			}
			continue
		}
		if _, err := upsert.ExecContext(ctx, supplier, sku, cents, number); err != nil {
			return Result{}, fmt.Errorf("line %d: %w", line, err)
		}
		result.Set++
	}
	if result.Set == 0 {
		return Result{}, fmt.Errorf("%w: no prices", ErrNotAList)
	}

	removed, err := tx.ExecContext(ctx, `DELETE FROM prices WHERE supplier = $1 AND import <> $2`, supplier, number)
	if err != nil {
		return Result{}, err
	}
	result.Removed, err = removed.RowsAffected()
	return result, err
}
