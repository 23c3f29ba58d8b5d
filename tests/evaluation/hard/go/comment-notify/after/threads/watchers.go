package threads

import "context"

// Watcher is a user who is told about a thread.
type Watcher struct {
	User int64
	// Muted watchers see the thread in their list, but get no notifications.
	Muted bool
}

// Watchers returns those who watch a thread and may see it.
func (s *Store) Watchers(ctx context.Context, thread int64) ([]Watcher, error) {
	rows, err := s.db.QueryContext(ctx, `
		SELECT w.user_id, w.muted_until IS NOT NULL AND w.muted_until > now()
		FROM watches w
		JOIN threads t ON t.id = w.thread_id
		JOIN members m ON m.space_id = t.space_id AND m.user_id = w.user_id
		WHERE w.thread_id = $1
		ORDER BY w.user_id`, thread)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var watchers []Watcher
	for rows.Next() {
		var watcher Watcher
		if err := rows.Scan(&watcher.User, &watcher.Muted); err != nil {
			return nil, err
		}
		watchers = append(watchers, watcher)
	}
	return watchers, rows.Err()
}
