package threads

import (
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"unicode/utf8"

	"example.com/forum/session"
)

const (
	maxBody = 64 << 10
	maxText = 10_000
)

// Handler takes comments.
type Handler struct {
	store *Store
}

func NewHandler(store *Store) *Handler {
	return &Handler{store: store}
}

// ServeHTTP adds a comment: POST /threads/{thread}/comments.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	ctx, user := r.Context(), session.User(r)
	id, err := strconv.ParseInt(r.PathValue("thread"), 10, 64)
	if err != nil {
		http.NotFound(w, r)
		return
	}
	text, err := readText(w, r)
	if err != nil {
		http.Error(w, err.Error(), http.StatusUnprocessableEntity)
		return
	}
	thread, err := h.store.Find(ctx, id, user)
	if errors.Is(err, ErrNotFound) {
		http.NotFound(w, r)
		return
	}
	if err != nil {
		h.fail(w, "find", err)
		return
	}
	comment, err := h.store.Comment(ctx, thread.ID, user, text)
	if err != nil {
		h.fail(w, "comment", err)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusCreated)
	_ = json.NewEncoder(w).Encode(map[string]int64{"id": comment})
}

func (h *Handler) fail(w http.ResponseWriter, action string, err error) {
	slog.Error("threads", "action", action, "error", err)
	http.Error(w, "internal error", http.StatusInternalServerError)
}

func readText(w http.ResponseWriter, r *http.Request) (string, error) {
	var body struct{ Text string }
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxBody)).Decode(&body); err != nil {
		return "", errors.New("the body is not what was expected")
	}
	text := strings.TrimSpace(body.Text)
	if text == "" || utf8.RuneCountInString(text) > maxText {
		return "", errors.New("a comment has 1 to 10000 characters")
	}
	return text, nil
}
