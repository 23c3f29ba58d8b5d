package proxy

import (
	"context"
	"net/http"
)

// Conn is a multiplexed connection to a backend. It is safe for concurrent use.
type Conn interface {
	RoundTrip(*http.Request) (*http.Response, error)
	// Broken says whether the connection can take no more requests.
	Broken() bool
	// Close ends the connection when its open requests are done. It does not wait for them.
	Close() error
}

// Dial opens a connection.
type Dial func(ctx context.Context, address string) (Conn, error)
