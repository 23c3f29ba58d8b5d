package meter

import (
	"database/sql"
	"errors"
)

// Postgres is the store of the service.
type Postgres struct {
	db *sql.DB
}

// NewPostgres is a store in the database.
func NewPostgres(db *sql.DB) *Postgres {
	return &Postgres{db: db}
}

// Add stores a reading.
func (p *Postgres) Add(reading Reading) error {
	_, err := p.db.Exec(
		"INSERT INTO readings (meter, at, energy) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
		reading.Meter, reading.At, reading.Energy,
	)
	return err
}

// Latest is the last reading of a meter.
func (p *Postgres) Latest(meter string) (*Reading, error) {
	row := p.db.QueryRow("SELECT meter, at, energy FROM readings WHERE meter = $1 ORDER BY at DESC LIMIT 1", meter)
	var found Reading
	err := row.Scan(&found.Meter, &found.At, &found.Energy)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil // installed, but silent until now
	}
	return &found, err
}

// Between are the readings of a period, the earliest first.
func (p *Postgres) Between(meter string, period Period) ([]Reading, error) {
	rows, err := p.db.Query(
		"SELECT meter, at, energy FROM readings WHERE meter = $1 AND at BETWEEN $2 AND $3 ORDER BY at",
		meter, period.Start, period.End,
	)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var found []Reading
	for rows.Next() {
		var reading Reading
		if err := rows.Scan(&reading.Meter, &reading.At, &reading.Energy); err != nil {
			return nil, err
		}
		found = append(found, reading)
	}
	return found, rows.Err()
}
