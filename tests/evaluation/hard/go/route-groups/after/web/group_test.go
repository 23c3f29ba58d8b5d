package web

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

func tag(name string) Middleware {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Add("Seen", name)
			next.ServeHTTP(w, r)
		})
	}
}

func seen(mux *http.ServeMux, path string) string {
	answer := httptest.NewRecorder()
	mux.ServeHTTP(answer, httptest.NewRequest(http.MethodGet, path, nil))
	text := ""
	for _, name := range answer.Header().Values("Seen") {
		text += name
	}
	return text
}

func TestTheOutermostMiddlewareRunsFirst(t *testing.T) {
	mux := http.NewServeMux()
	root := NewGroup(mux)
	root.Use(tag("a"))
	inner := root.Group("/x", tag("b")).Group("/y", tag("c"))
	inner.Handle("GET /z", http.NotFoundHandler())

	if got := seen(mux, "/x/y/z"); got != "abc" {
		t.Errorf("got %q", got)
	}
}

func TestMiddlewareOfAGroupStaysInIt(t *testing.T) {
	mux := http.NewServeMux()
	root := NewGroup(mux)
	root.Group("/x", tag("a")).Handle("GET /z", http.NotFoundHandler())
	root.Group("/y", tag("b")).Handle("GET /z", http.NotFoundHandler())

	if x, y := seen(mux, "/x/z"), seen(mux, "/y/z"); x != "a" || y != "b" {
		t.Errorf("got %q and %q", x, y)
	}
}

func TestUseIsForLaterRoutes(t *testing.T) {
	mux := http.NewServeMux()
	root := NewGroup(mux)
	root.Handle("GET /early", http.NotFoundHandler())
	root.Use(tag("a"))
	root.Handle("GET /late", http.NotFoundHandler())

	if early, late := seen(mux, "/early"), seen(mux, "/late"); early != "" || late != "a" {
		t.Errorf("got %q and %q", early, late)
	}
}
