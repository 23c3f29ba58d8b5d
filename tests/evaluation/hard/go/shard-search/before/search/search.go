package search

import (
	"cmp"
	"context"
	"fmt"
	"slices"
)

// Index is an index of several shards.
type Index struct {
	shards []Shard
}

func NewIndex(shards ...Shard) *Index {
	return &Index{shards: shards}
}

// Search returns the best hits of all shards.
func (i *Index) Search(ctx context.Context, query string, limit int) ([]Hit, error) {
	var all []Hit
	for _, shard := range i.shards {
		hits, err := shard.Search(ctx, query, limit)
		if err != nil {
			return nil, fmt.Errorf("shard %s: %w", shard.Name(), err)
		}
		all = append(all, hits...)
	}
	slices.SortStableFunc(all, func(a, b Hit) int { return cmp.Compare(b.Score, a.Score) })
	return all[:min(limit, len(all))], nil
}
