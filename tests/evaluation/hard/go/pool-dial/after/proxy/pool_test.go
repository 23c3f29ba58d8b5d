package proxy

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"time"
)

type fakeConn struct {
	broken, closed bool
}

func (c *fakeConn) RoundTrip(*http.Request) (*http.Response, error) {
	return nil, errors.New("not used")
}
func (c *fakeConn) Broken() bool { return c.broken }

func (c *fakeConn) Close() error {
	c.closed = true
	return nil
}

// backend counts and keeps what was dialled.
type backend struct {
	conns []*fakeConn
	err   error
}

func (b *backend) dial(context.Context, string) (Conn, error) {
	if b.err != nil {
		return nil, b.err
	}
	b.conns = append(b.conns, &fakeConn{})
	return b.conns[len(b.conns)-1], nil
}

func get(t *testing.T, pool *Pool, address string) Conn {
	t.Helper()
	conn, err := pool.Get(context.Background(), address)
	if err != nil {
		t.Fatal(err)
	}
	return conn
}

func TestAConnectionIsUsedAgain(t *testing.T) {
	var b backend
	pool := NewPool(b.dial)

	if get(t, pool, "a") != get(t, pool, "a") {
		t.Error("got two connections for one backend")
	}
	if get(t, pool, "a") == get(t, pool, "b") {
		t.Error("got one connection for two backends")
	}
	if len(b.conns) != 2 {
		t.Errorf("dialled %d times", len(b.conns))
	}
}

func TestABrokenConnectionIsReplaced(t *testing.T) {
	var b backend
	pool := NewPool(b.dial)
	get(t, pool, "a")
	b.conns[0].broken = true

	get(t, pool, "a")

	if len(b.conns) != 2 || !b.conns[0].closed || b.conns[1].closed {
		t.Errorf("got %+v", b.conns)
	}
}

func TestABackendThatCannotBeReachedIsTriedAgain(t *testing.T) {
	b := backend{err: errors.New("refused")}
	pool := NewPool(b.dial)
	if _, err := pool.Get(context.Background(), "a"); !errors.Is(err, b.err) {
		t.Errorf("got %v", err)
	}

	b.err = nil
	get(t, pool, "a")
}

func TestIdleConnectionsAreClosed(t *testing.T) {
	var b backend
	now := time.Now()
	pool := NewPool(b.dial)
	pool.now = func() time.Time { return now }
	get(t, pool, "a")
	now = now.Add(4 * time.Minute)
	get(t, pool, "b")
	now = now.Add(time.Minute)

	pool.CloseIdle(5 * time.Minute)

	if !b.conns[0].closed || b.conns[1].closed {
		t.Errorf("got %+v, %+v", b.conns[0], b.conns[1])
	}
}
