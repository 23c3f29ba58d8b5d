package store

import (
	"bufio"
	"encoding/json"
	"os"
	"sync"
)

type line struct {
	Key   string `json:"k"`
	Value []byte `json:"v"`
}

// Log appends changes to a file. It is safe for concurrent use.
type Log struct {
	mu   sync.Mutex
	file *os.File
}

// Open opens a log, and hands all its changes to apply, in their order.
func Open(path string, apply func(key string, value []byte)) (*Log, error) {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return nil, err
	}
	decoder := json.NewDecoder(bufio.NewReader(file))
	for decoder.More() {
		var read line
		if err := decoder.Decode(&read); err != nil {
			file.Close()
			return nil, err
		}
		apply(read.Key, read.Value)
	}
	return &Log{file: file}, nil
}

// Append writes a change, and returns when it is on the disk.
func (l *Log) Append(key string, value []byte) error {
	if err := checkSizes(key, value); err != nil {
		return err
	}
	text, err := json.Marshal(line{Key: key, Value: value})
	if err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if _, err := l.file.Write(append(text, '\n')); err != nil {
		return err
	}
	return l.file.Sync()
}

func (l *Log) Close() error {
	return l.file.Close()
}
