package proxy

import (
	"context"
	"sync"
	"time"
)

const dialTimeout = 5 * time.Second

type pooled struct {
	Conn
	used time.Time
}

// Pool keeps one connection for each backend. It is safe for concurrent use.
type Pool struct {
	dial Dial
	now  func() time.Time

	mu    sync.Mutex
	conns map[string]*pooled
}

func NewPool(dial Dial) *Pool {
	return &Pool{dial: dial, now: time.Now, conns: map[string]*pooled{}}
}

// Get returns the connection to a backend, and opens one if there is none that works. The lock is not held while
// dialling: a backend that does not answer must not stop the requests to the others.
func (p *Pool) Get(ctx context.Context, address string) (Conn, error) {
	p.mu.Lock()
	conn := p.lookUp(address)
	p.mu.Unlock()
	if conn != nil {
		return conn, nil
	}

	// The connection outlives the request that needs it first, and so does the dialling.
	dialCtx, cancel := context.WithTimeout(context.WithoutCancel(ctx), dialTimeout)
	defer cancel()
	opened, err := p.dial(dialCtx, address)
	if err != nil {
		return nil, err
	}

	p.mu.Lock()
	defer p.mu.Unlock()
	fresh := &pooled{Conn: opened, used: p.now()}
	p.conns[address] = fresh
	return fresh, nil
}

// lookUp returns the connection to a backend, or nil. It forgets one that is broken. The caller holds the lock.
func (p *Pool) lookUp(address string) Conn {
	conn, ok := p.conns[address]
	if !ok {
		return nil // not conn: a nil pointer in an interface is not nil
	}
	if conn.Broken() {
		delete(p.conns, address)
		conn.Close()
		return nil
	}
	conn.used = p.now()
	return conn
}

// CloseIdle closes the connections that were not used for some time.
func (p *Pool) CloseIdle(after time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for address, conn := range p.conns {
		if p.now().Sub(conn.used) >= after {
			delete(p.conns, address)
			conn.Close()
		}
	}
}

// Run closes idle connections until the context ends, and then all.
func (p *Pool) Run(ctx context.Context, idle time.Duration) {
	ticker := time.NewTicker(idle / 4)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			p.CloseIdle(idle)
		case <-ctx.Done():
			p.CloseIdle(0)
			return
		}
	}
}
