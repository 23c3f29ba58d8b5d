// Package api answers gateways and tenants.
package api

import (
	"net/http"

	"example.org/meterd/internal/meter"
	"example.org/meterd/internal/settings"
)

// Server has the handlers.
type Server struct {
	store    meter.Store
	settings settings.Settings
}

// New is a server on a store.
func New(store meter.Store, chosen settings.Settings) *Server {
	return &Server{store: store, settings: chosen}
}

// Routes are the paths of the API.
func (s *Server) Routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /meters/{meter}/latest", s.latest)
	mux.HandleFunc("GET /meters/{meter}/readings", s.readings)
	mux.HandleFunc("GET /plan", s.plan)
	return mux
}
