package search

import (
	"cmp"
	"container/heap"
)

// better orders hits: by score, and by ID where it is the same, so that a search always gives the same result.
func better(a, b Hit) int {
	return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.ID, b.ID))
}

// queue holds lists of hits, of which none is empty, with the best first hit on top.
type queue [][]Hit

func (q queue) Len() int           { return len(q) }
func (q queue) Less(i, j int) bool { return better(q[i][0], q[j][0]) < 0 }
func (q queue) Swap(i, j int)      { q[i], q[j] = q[j], q[i] }
func (q *queue) Push(x any)        { *q = append(*q, x.([]Hit)) }

func (q *queue) Pop() any {
	last := len(*q) - 1
	list := (*q)[last]
	*q = (*q)[:last]
	return list
}

// merge returns the best hits of lists that are in order. It leaves the lists as they are.
func merge(lists [][]Hit, limit int) []Hit {
	var waiting queue
	total := 0
	for _, list := range lists {
		if len(list) > 0 {
			waiting = append(waiting, list)
			total += len(list)
		}
	}
	heap.Init(&waiting)
	merged := make([]Hit, 0, min(limit, total))
	for len(merged) < limit && len(waiting) > 0 {
		merged = append(merged, waiting[0][0])
		if waiting[0] = waiting[0][1:]; len(waiting[0]) == 0 {
			heap.Pop(&waiting)
		} else {
			heap.Fix(&waiting, 0)
		}
	}
	return merged
}
