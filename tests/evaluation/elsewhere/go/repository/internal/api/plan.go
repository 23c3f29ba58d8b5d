package api

import (
	"net/http"

	"example.org/meterd/internal/meter"
)

// sendingPlan tells a gateway how often to send.
type sendingPlan struct {
	Every meter.Resolution `json:"every"`
	Host  string           `json:"host"`
}

func (s *Server) plan(w http.ResponseWriter, r *http.Request) {
	answer(w, sendingPlan{Every: meter.Quarter, Host: s.settings.Listen})
}
