package proxy

import (
	"io"
	"log/slog"
	"maps"
	"net/http"
)

// Route finds the backend of a request.
type Route func(*http.Request) (address string, ok bool)

// Proxy forwards requests to backends.
type Proxy struct {
	route Route
	pool  *Pool
}

func New(route Route, pool *Pool) *Proxy {
	return &Proxy{route: route, pool: pool}
}

func (p *Proxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	address, ok := p.route(r)
	if !ok {
		http.NotFound(w, r)
		return
	}
	conn, err := p.pool.Get(r.Context(), address)
	if err != nil {
		slog.Warn("dial", "backend", address, "error", err)
		http.Error(w, "backend is not available", http.StatusBadGateway)
		return
	}
	answer, err := conn.RoundTrip(r.Clone(r.Context()))
	if err != nil {
		slog.Warn("request", "backend", address, "error", err)
		http.Error(w, "backend did not answer", http.StatusBadGateway)
		return
	}
	defer answer.Body.Close()
	maps.Copy(w.Header(), answer.Header)
	w.WriteHeader(answer.StatusCode)
	_, _ = io.Copy(w, answer.Body)
}
