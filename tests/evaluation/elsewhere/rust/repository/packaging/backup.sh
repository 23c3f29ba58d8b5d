#!/bin/sh
# Started by cron each hour. Leaves the disk alone while somebody works with the archive.
set -eu
if [ -e /srv/archive/lock ]; then
  exit 0
fi
mount -o remount,rw /srv/archive
archiver backup /home /srv/archive
mount -o remount,ro /srv/archive
