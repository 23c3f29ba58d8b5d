package threads

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"unicode/utf8"

	"example.com/forum/notify"
	"example.com/forum/session"
)

const (
	maxBody  = 64 << 10
	maxText  = 10_000
	maxTitle = 60
)

// Handler takes comments.
type Handler struct {
	store    *Store
	notifier *notify.Notifier
	baseURL  string
}

func NewHandler(store *Store, notifier *notify.Notifier, baseURL string) *Handler {
	return &Handler{store: store, notifier: notifier, baseURL: strings.TrimSuffix(baseURL, "/")}
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
	h.notify(ctx, thread, comment, user)
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusCreated)
	_ = json.NewEncoder(w).Encode(map[string]int64{"id": comment})
}

// notify tells the watchers of a thread about a comment.
func (h *Handler) notify(ctx context.Context, thread Thread, comment, author int64) {
	watchers, err := h.store.Watchers(ctx, thread.ID)
	if err != nil {
		slog.Error("threads", "action", "watchers", "error", err)
		return
	}
	title := shorten(thread.Title, maxTitle)
	for _, watcher := range watchers {
		if watcher.User == author || watcher.Muted {
			continue
		}
		h.notifier.Send(ctx, notify.Message{
			User:  watcher.User,
			Title: fmt.Sprintf("New comment in “%s”", title),
			Link:  fmt.Sprintf("%s/threads/%d#comment-%d", h.baseURL, thread.ID, comment),
		})
	}
}

// shorten cuts a text after a number of characters, of which the last is an ellipsis.
func shorten(text string, length int) string {
	if utf8.RuneCountInString(text) <= length {
		return text
	}
	return strings.TrimRight(string([]rune(text)[:length-1]), " ") + "…"
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
