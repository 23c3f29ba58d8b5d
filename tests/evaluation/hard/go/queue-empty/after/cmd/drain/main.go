// Drain writes the tasks of a queue to standard output, one JSON object a line, and removes them.
package main

import (
	"bufio"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"log"
	"os"

	_ "github.com/lib/pq"

	"example.com/tasks/queue"
)

const batch = 200

func main() {
	log.SetFlags(0)
	db, err := sql.Open("postgres", os.Getenv("TASKS_DATABASE"))
	if err != nil {
		log.Fatal(err)
	}
	if err := drain(context.Background(), queue.New(db), os.Stdout); err != nil {
		log.Fatal(err)
	}
}

func drain(ctx context.Context, tasks *queue.Queue, file *os.File) error {
	out := bufio.NewWriter(file)
	encoder := json.NewEncoder(out)
	for {
		taken, err := tasks.PopBatch(ctx, batch)
		if errors.Is(err, queue.ErrEmpty) {
			return nil
		}
		if err != nil {
			return err
		}
		for _, task := range taken {
			if err := encoder.Encode(task); err != nil {
				return err
			}
		}
		// Written before they are removed: a task may come out twice, but is never lost.
		if err := out.Flush(); err != nil {
			return err
		}
		for i := range taken {
			if err := tasks.Done(ctx, &taken[i]); err != nil {
				return err
			}
		}
	}
}
