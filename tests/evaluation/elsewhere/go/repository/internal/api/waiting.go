package api

import (
	"net/http"
	"time"
)

const patience = 10 * time.Second

// waitFor asks again until there is something new, so that pages need not poll.
func waitFor(r *http.Request, isNew func() bool) bool {
	end := time.Now().Add(patience)
	for time.Now().Before(end) {
		if isNew() {
			return true
		}
		select {
		case <-r.Context().Done():
			return false
		case <-time.After(200 * time.Millisecond):
		}
	}
	return false
}
