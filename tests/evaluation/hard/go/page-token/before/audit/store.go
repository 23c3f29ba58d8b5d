package audit

import (
	"context"
	"database/sql"
	"time"
)

// Entry is one thing that somebody did.
type Entry struct {
	ID     int64     `json:"id"`
	Actor  string    `json:"actor"`
	Action string    `json:"action"`
	At     time.Time `json:"at"`
}

// Filter says which entries are wanted; empty fields mean all.
type Filter struct {
	Actor  string
	Action string
}

// Store reads the audit log. Entries are never changed or deleted.
type Store struct {
	db *sql.DB
}

func NewStore(db *sql.DB) *Store {
	return &Store{db: db}
}

const selectEntries = `
	SELECT id, actor, action, at FROM audit
	WHERE ($1 = '' OR actor = $1) AND ($2 = '' OR action = $2)`

// Page returns the newest entries after an offset.
func (s *Store) Page(ctx context.Context, filter Filter, offset, limit int) ([]Entry, error) {
	return s.query(ctx, selectEntries+` ORDER BY id DESC LIMIT $3 OFFSET $4`, filter.Actor, filter.Action, limit, offset)
}

// After returns the entries that are older than the one with this ID, the newest first.
func (s *Store) After(ctx context.Context, filter Filter, id int64, limit int) ([]Entry, error) {
	return s.query(ctx, selectEntries+` AND id < $3 ORDER BY id DESC LIMIT $4`, filter.Actor, filter.Action, id, limit)
}

func (s *Store) query(ctx context.Context, query string, values ...any) ([]Entry, error) {
	rows, err := s.db.QueryContext(ctx, query, values...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var entries []Entry
	for rows.Next() {
		var entry Entry
		if err := rows.Scan(&entry.ID, &entry.Actor, &entry.Action, &entry.At); err != nil {
			return nil, err
		}
		entries = append(entries, entry)
	}
	return entries, rows.Err()
}
