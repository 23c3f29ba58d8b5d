package audit

import (
	"encoding/json"
	"math"
	"net/http"
	"strconv"
)

const (
	defaultLimit = 50
	maxLimit     = 500
)

// Handler serves the audit log to administrators.
type Handler struct {
	store  *Store
	tokens *Tokens
}

func NewHandler(store *Store, tokens *Tokens) *Handler {
	return &Handler{store: store, tokens: tokens}
}

func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	filter := Filter{Actor: query.Get("actor"), Action: query.Get("action")}
	limit := number(query.Get("limit"), defaultLimit, maxLimit)
	id := int64(math.MaxInt64)
	if text := query.Get("page_token"); text != "" {
		var err error
		if id, err = h.tokens.Open(filter, text); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
	}
	entries, err := h.store.After(r.Context(), filter, id, limit+1)
	if err != nil {
		http.Error(w, "cannot read the audit log", http.StatusInternalServerError)
		return
	}
	next := ""
	if len(entries) > limit {
		next = h.tokens.Seal(filter, entries[limit].ID)
		entries = entries[:limit]
	}
	if entries == nil {
		entries = []Entry{} // null in JSON otherwise
	}
	answer(w, map[string]any{"entries": entries, "next_page_token": next})
}

// number reads a positive number that is at most max.
func number(text string, fallback, max int) int {
	value, err := strconv.Atoi(text)
	if err != nil || value < 1 {
		return fallback
	}
	return min(value, max)
}

func answer(w http.ResponseWriter, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	_ = json.NewEncoder(w).Encode(body)
}
