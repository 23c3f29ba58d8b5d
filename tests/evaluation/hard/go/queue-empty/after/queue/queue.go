package queue

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
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

// ErrEmpty is returned when there is no task to take.
var ErrEmpty = errors.New("queue is empty")

const (
	visibility = 5 * time.Minute
	maxBatch   = 1000
)

// Pop takes the oldest task. Unless Done is called, it can be taken again after some minutes. Pop returns ErrEmpty
// if there is none.
func (q *Queue) Pop(ctx context.Context) (*Task, error) {
	tasks, err := q.take(ctx, 1)
	if err != nil {
		return nil, err
	}
	if len(tasks) == 0 {
		return nil, ErrEmpty
	}
	return &tasks[0], nil
}

// PopBatch takes up to count of the oldest tasks, in their order. It returns ErrEmpty if there is none.
func (q *Queue) PopBatch(ctx context.Context, count int) ([]Task, error) {
	if count < 1 || count > maxBatch {
		return nil, fmt.Errorf("a batch has 1 to %d tasks, not %d", maxBatch, count)
	}
	tasks, err := q.take(ctx, count)
	if err == nil && len(tasks) == 0 {
		err = ErrEmpty
	}
	return tasks, err
}

func (q *Queue) take(ctx context.Context, count int) ([]Task, error) {
	const query = `
		UPDATE tasks SET taken_until = now() + $1 * interval '1 second'
		WHERE id IN (
			SELECT id FROM tasks WHERE taken_until IS NULL OR taken_until < now()
			ORDER BY id FOR UPDATE SKIP LOCKED LIMIT $2
		)
		RETURNING id, kind, payload`
	rows, err := q.db.QueryContext(ctx, query, visibility.Seconds(), count)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var tasks []Task
	for rows.Next() {
		var task Task
		if err := rows.Scan(&task.ID, &task.Kind, &task.Payload); err != nil {
			return nil, err
		}
		tasks = append(tasks, task)
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	// RETURNING gives the rows in no particular order.
	slices.SortFunc(tasks, func(a, b Task) int { return cmp.Compare(a.ID, b.ID) })
	return tasks, nil
}

// Done removes a task.
func (q *Queue) Done(ctx context.Context, task *Task) error {
	_, err := q.db.ExecContext(ctx, `DELETE FROM tasks WHERE id = $1`, task.ID)
	return err
}
