package api

import (
	"encoding/json"
	"net/http"
	"time"

	"example.org/meterd/internal/meter"
)

type shownReading struct {
	At     time.Time `json:"at"`
	Energy float64   `json:"kilowattHours"`
}

func shown(reading meter.Reading) shownReading {
	return shownReading{At: reading.At, Energy: float64(reading.Energy) / 1000}
}

func (s *Server) latest(w http.ResponseWriter, r *http.Request) {
	reading, err := s.store.Latest(r.PathValue("meter"))
	if err == meter.ErrUnknown {
		http.NotFound(w, r)
		return
	}
	if err != nil || reading == nil {
		http.Error(w, "no reading", http.StatusServiceUnavailable)
		return
	}
	answer(w, shown(*reading))
}

func (s *Server) readings(w http.ResponseWriter, r *http.Request) {
	now := time.Now().UTC()
	found, err := s.store.Between(r.PathValue("meter"), meter.Month(now.Year(), now.Month()))
	if err != nil {
		http.Error(w, "try again", http.StatusServiceUnavailable)
		return
	}
	list := make([]shownReading, 0, len(found))
	for _, reading := range found {
		list = append(list, shown(reading))
	}
	answer(w, list)
}

func answer(w http.ResponseWriter, value any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(value)
}
