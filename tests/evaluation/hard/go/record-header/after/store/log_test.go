package store

import (
	"os"
	"path/filepath"
	"testing"
)

func reopen(t *testing.T, path string) (*Log, map[string]string) {
	t.Helper()
	got := map[string]string{}
	log, err := Open(path, func(key string, value []byte) { got[key] = string(value) })
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { log.Close() })
	return log, got
}

func TestChangesSurvive(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log")
	log, _ := reopen(t, path)
	for key, value := range map[string]string{"a": "1", "b": "", "": "3"} {
		if err := log.Append(key, []byte(value)); err != nil {
			t.Fatal(err)
		}
	}
	if _, got := reopen(t, path); len(got) != 3 || got["a"] != "1" || got[""] != "3" {
		t.Errorf("got %v", got)
	}
}

func TestHalfARecordIsCutOff(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log")
	log, _ := reopen(t, path)
	_ = log.Append("a", []byte("1"))
	_ = log.Append("b", []byte("2"))
	if err := os.Truncate(path, log.end-1); err != nil {
		t.Fatal(err)
	}

	log, got := reopen(t, path)
	if len(got) != 1 {
		t.Errorf("got %v", got)
	}
	_ = log.Append("c", []byte("3"))
	if _, got := reopen(t, path); len(got) != 2 || got["c"] != "3" {
		t.Errorf("got %v", got)
	}
}
