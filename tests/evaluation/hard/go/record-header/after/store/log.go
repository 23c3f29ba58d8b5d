package store

import (
	"bufio"
	"errors"
	"io"
	"os"
	"strings"
	"sync"
)

// Log appends changes to a file. It is safe for concurrent use.
type Log struct {
	mu   sync.Mutex
	file *os.File
	end  int64
}

// Open opens a log, and hands all its changes to apply, in their order. What follows the last complete record is
// the rest of a write that a crash interrupted, and is cut off.
func Open(path string, apply func(key string, value []byte)) (*Log, error) {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	log := &Log{file: file}
	if err := log.replay(apply); err != nil {
		file.Close()
		return nil, err
	}
	return log, nil
}

func (l *Log) replay(apply func(key string, value []byte)) error {
	reader := bufio.NewReaderSize(l.file, 1<<20)
	if isNew, err := l.begin(reader); isNew || err != nil {
		return err
	}
	for {
		key, value, size, err := decode(reader)
		switch {
		case err == nil:
			apply(key, value)
			l.end += size
		case errors.Is(err, io.EOF):
			return nil
		case errors.Is(err, errDamaged):
			return l.file.Truncate(l.end)
		default:
			return err
		}
	}
}

// begin reads the magic, or writes it into a new file.
func (l *Log) begin(reader io.Reader) (isNew bool, err error) {
	start := make([]byte, len(magic))
	n, err := io.ReadFull(reader, start)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return false, err
	}
	// A part of the magic is what a crash leaves of a new file.
	if !strings.HasPrefix(magic, string(start[:n])) {
		return false, ErrFormat
	}
	l.end = int64(len(magic))
	if n == len(magic) {
		return false, nil
	}
	_, err = l.file.WriteAt([]byte(magic), 0)
	return true, err
}

// Append writes a change, and returns when it is on the disk.
func (l *Log) Append(key string, value []byte) error {
	if err := checkSizes(key, value); err != nil {
		return err
	}
	record := encode(key, value)
	l.mu.Lock()
	defer l.mu.Unlock()
	// At the end of the last good record, so that the rest of a write that failed is overwritten by the next.
	if _, err := l.file.WriteAt(record, l.end); err != nil {
		return err
	}
	if err := l.file.Sync(); err != nil {
		return err
	}
	l.end += int64(len(record))
	return nil
}

func (l *Log) Close() error {
	return l.file.Close()
}
