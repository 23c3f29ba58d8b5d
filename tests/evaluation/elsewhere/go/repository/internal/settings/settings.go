// Package settings reads the environment.
package settings

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

const prefix = "METERD_"

// Settings are what the operator chose.
type Settings struct {
	Listen   string
	Database string
	Kept     time.Duration
}

// Load reads the settings.
func Load() (Settings, error) {
	kept, err := days("KEPT", 365)
	return Settings{Listen: text("LISTEN", ":8080"), Database: text("DATABASE", ""), Kept: kept}, err
}

func text(name, otherwise string) string {
	if value := os.Getenv(prefix + name); value != "" {
		return value
	}
	return otherwise
}

func days(name string, otherwise int) (time.Duration, error) {
	number, err := strconv.Atoi(strings.TrimSuffix(text(name, fmt.Sprint(otherwise)), "d"))
	return time.Duration(number) * 24 * time.Hour, err
}
