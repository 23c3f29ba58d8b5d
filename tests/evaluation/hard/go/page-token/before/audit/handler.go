package audit

import (
	"encoding/json"
	"net/http"
	"strconv"
)

const (
	defaultLimit = 50
	maxLimit     = 500
)

// Handler serves the audit log to administrators.
type Handler struct {
	store *Store
}

func NewHandler(store *Store) *Handler {
	return &Handler{store: store}
}

func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	filter := Filter{Actor: query.Get("actor"), Action: query.Get("action")}
	limit := number(query.Get("limit"), defaultLimit, maxLimit)
	offset := number(query.Get("offset"), 0, 1<<30)
	entries, err := h.store.Page(r.Context(), filter, offset, limit)
	if err != nil {
		http.Error(w, "cannot read the audit log", http.StatusInternalServerError)
		return
	}
	answer(w, map[string]any{"entries": entries, "offset": offset})
}

// number reads a number that is not negative and at most max.
func number(text string, fallback, max int) int {
	value, err := strconv.Atoi(text)
	if err != nil || value < 0 {
		return fallback
	}
	return min(value, max)
}

func answer(w http.ResponseWriter, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	_ = json.NewEncoder(w).Encode(body)
}
