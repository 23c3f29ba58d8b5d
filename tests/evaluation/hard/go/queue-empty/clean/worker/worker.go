package worker

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"example.com/tasks/queue"
)

// Handler does the work of a task.
type Handler func(ctx context.Context, payload []byte) error

// Source is where the tasks come from.
type Source interface {
	Pop(ctx context.Context) (*queue.Task, error)
	Done(ctx context.Context, task *queue.Task) error
}

// Worker does tasks, one after the other.
type Worker struct {
	Source   Source
	Handlers map[string]Handler
	Idle     time.Duration
}

// Run does tasks until the context ends or the source fails.
func (w *Worker) Run(ctx context.Context) error {
	for {
		task, err := w.Source.Pop(ctx)
		if err != nil && !errors.Is(err, queue.ErrEmpty) {
			return err
		}
		if err != nil {
			select {
			case <-time.After(w.Idle):
				continue
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		handle, ok := w.Handlers[task.Kind]
		if !ok {
			slog.Error("unknown task", "kind", task.Kind, "id", task.ID)
			continue
		}
		if err := handle(ctx, task.Payload); err != nil {
			slog.Warn("task failed", "kind", task.Kind, "id", task.ID, "error", err)
			continue
		}
		if err := w.Source.Done(ctx, task); err != nil {
			return err
		}
	}
}
