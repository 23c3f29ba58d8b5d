#!/bin/sh
# Called by the monitor: warns when the nightly run would delete suspiciously much.
set -eu
count=$(archiver prune /srv/archive --dry | grep -c '^remove ' || true)
if [ "$count" -gt 5000 ]; then
  echo "prune would delete $count versions"
  exit 2
fi
