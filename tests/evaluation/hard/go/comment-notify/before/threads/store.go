package threads

import (
	"context"
	"database/sql"
	"errors"
)

// ErrNotFound is returned for threads that do not exist or that the user may not see.
var ErrNotFound = errors.New("thread not found")

// Thread is a discussion.
type Thread struct {
	ID    int64
	Title string
}

// Store keeps threads.
type Store struct {
	db *sql.DB
}

func NewStore(db *sql.DB) *Store {
	return &Store{db: db}
}

// Find returns a thread if the user may see it.
func (s *Store) Find(ctx context.Context, id, user int64) (Thread, error) {
	var thread Thread
	err := s.db.QueryRowContext(ctx, `
		SELECT t.id, t.title FROM threads t JOIN members m ON m.space_id = t.space_id
		WHERE t.id = $1 AND m.user_id = $2`, id, user,
	).Scan(&thread.ID, &thread.Title)
	if errors.Is(err, sql.ErrNoRows) {
		return Thread{}, ErrNotFound
	}
	return thread, err
}

// Comment adds a comment to a thread and returns its ID.
func (s *Store) Comment(ctx context.Context, thread, user int64, text string) (int64, error) {
	var id int64
	err := s.db.QueryRowContext(ctx, `
		INSERT INTO comments (thread_id, user_id, text) VALUES ($1, $2, $3) RETURNING id`, thread, user, text,
	).Scan(&id)
	return id, err
}
