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
	dial  Dial
}

func New(route Route, dial Dial) *Proxy {
	return &Proxy{route: route, dial: dial}
}

func (p *Proxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	address, ok := p.route(r)
	if !ok {
		http.NotFound(w, r)
		return
	}
	conn, err := p.dial(r.Context(), address)
	if err != nil {
		slog.Warn("dial", "backend", address, "error", err)
		http.Error(w, "backend is not available", http.StatusBadGateway)
		return
	}
	defer conn.Close()
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
