package search

import (
	"context"
	"errors"
	"reflect"
	"testing"
)

type fake struct {
	name string
	hits []Hit
	err  error
}

func (f fake) Name() string { return f.name }

func (f fake) Search(context.Context, string, int) ([]Hit, error) { return f.hits, f.err }

var (
	north  = fake{name: "north", hits: []Hit{{"a", 0.9}, {"c", 0.5}}}
	south  = fake{name: "south", hits: []Hit{{"b", 0.7}, {"d", 0.5}, {"e", 0.1}}}
	broken = fake{name: "broken", err: errors.New("no disk")}
)

func TestHitsAreMergedByScore(t *testing.T) {
	got, err := NewIndex(south, north).Search(context.Background(), "x", Options{Limit: 4})
	want := []Hit{{"a", 0.9}, {"b", 0.7}, {"c", 0.5}, {"d", 0.5}}
	if err != nil || !reflect.DeepEqual(got.Hits, want) {
		t.Errorf("got %v, %v", got, err)
	}
}

func TestOneShardThatFailsIsEnough(t *testing.T) {
	_, err := NewIndex(north, broken).Search(context.Background(), "x", Options{Limit: 4})
	if !errors.Is(err, broken.err) {
		t.Errorf("got %v", err)
	}
}

func TestPartialResults(t *testing.T) {
	got, err := NewIndex(north, broken).Search(context.Background(), "x", Options{Limit: 4, Partial: true})
	if err != nil || len(got.Hits) != 2 || !reflect.DeepEqual(got.Missing, []string{"broken"}) {
		t.Errorf("got %v, %v", got, err)
	}
	if _, err := NewIndex(broken).Search(context.Background(), "x", Options{Limit: 4, Partial: true}); err == nil {
		t.Error("no error without any shard")
	}
}
