package search

import "context"

// Hit is a document that was found.
type Hit struct {
	ID    string
	Score float64
}

// Shard is a part of the index.
type Shard interface {
	Name() string
	// Search returns at most limit hits, the best first.
	Search(ctx context.Context, query string, limit int) ([]Hit, error)
}
