package queue

import (
	"context"
	"database/sql"
	"errors"
	"time"
)

// Task is a piece of work.
type Task struct {
	ID      int64
	Kind    string
	Payload []byte
}

// Queue is a queue of tasks in a table.
type Queue struct {
	db *sql.DB
}

func New(db *sql.DB) *Queue {
	return &Queue{db: db}
}

const visibility = 5 * time.Minute

// Pop takes the oldest task. Unless Done is called, it can be taken again after some minutes. Pop returns nil if
// the queue is empty.
func (q *Queue) Pop(ctx context.Context) (*Task, error) {
	const query = `
		UPDATE tasks SET taken_until = now() + $1 * interval '1 second'
		WHERE id = (
			SELECT id FROM tasks WHERE taken_until IS NULL OR taken_until < now()
			ORDER BY id FOR UPDATE SKIP LOCKED LIMIT 1
		)
		RETURNING id, kind, payload`
	var task Task
	row := q.db.QueryRowContext(ctx, query, visibility.Seconds())
	err := row.Scan(&task.ID, &task.Kind, &task.Payload)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return &task, nil
}

// Done removes a task.
func (q *Queue) Done(ctx context.Context, task *Task) error {
	_, err := q.db.ExecContext(ctx, `DELETE FROM tasks WHERE id = $1`, task.ID)
	return err
}
