package admin

import (
	"encoding/json"
	"net/http"

	"example.com/tasks/queue"
)

// API lets administrators look at the queue.
type API struct {
	Queue *queue.Queue
}

// Take hands out the next task, so that it can be done by hand.
func (a *API) Take(w http.ResponseWriter, r *http.Request) {
	task, err := a.Queue.Pop(r.Context())
	if err != nil {
		http.Error(w, "queue is not available", http.StatusServiceUnavailable)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(map[string]any{"id": task.ID, "kind": task.Kind, "payload": task.Payload})
}
