package search

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// shardTimeout is how long a shard may take. The slowest shard decides how long a search takes.
const shardTimeout = 2 * time.Second

// Index is an index of several shards.
type Index struct {
	shards []Shard
}

func NewIndex(shards ...Shard) *Index {
	return &Index{shards: shards}
}

// Options change how a search is done.
type Options struct {
	Limit int
	// Partial makes a search succeed if at least one shard does.
	Partial bool
}

// Result is what a search has found.
type Result struct {
	Hits    []Hit
	Missing []string // the names of the shards that failed, in their order
}

type answer struct {
	shard int
	hits  []Hit
	err   error
}

// Search returns the best hits of all shards.
func (i *Index) Search(ctx context.Context, query string, options Options) (Result, error) {
	ctx, cancel := context.WithTimeout(ctx, shardTimeout)
	defer cancel() // stops the other shards when one fails

	answers := make(chan answer)
	for number, shard := range i.shards {
		go func() {
			hits, err := shard.Search(ctx, query, options.Limit)
			answers <- answer{number, hits, err}
		}()
	}

	lists := make([][]Hit, len(i.shards))
	var missing []string
	for range i.shards {
		got := <-answers
		if got.err == nil {
			lists[got.shard] = got.hits
			continue
		}
		name := i.shards[got.shard].Name()
		missing = append(missing, name)
		if !options.Partial || len(missing) == len(i.shards) {
			return Result{}, fmt.Errorf("shard %s: %w", name, got.err)
		}
	}
	slices.Sort(missing)
	return Result{Hits: merge(lists, options.Limit), Missing: missing}, nil
}
