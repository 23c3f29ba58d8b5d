"""GitHub's time: what it signs in, and what the ends of its tokens and limits are told in."""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import structlog

log = structlog.get_logger()

TOLERANCE = timedelta(seconds=20)  # what answers are late by, and clocks that are kept right are wrong by


class Clock:
    """This machine's clock, put right by what GitHub has told."""

    def __init__(self) -> None:
        self._ahead = timedelta()

    @property
    def ahead(self) -> timedelta:
        """By how much GitHub's clock is taken to be ahead of this machine's."""
        return self._ahead

    def now(self) -> datetime:
        return datetime.now(UTC) + self._ahead

    def learn(self, date: str | None) -> None:
        """`date` is the Date header of an answer that has just come."""
        told = told_time(date)
        if told is None or abs(told - self.now()) <= TOLERANCE:
            return
        self._ahead = told - datetime.now(UTC)
        log.warning("this machine's clock is not GitHub's", seconds_behind=round(self._ahead.total_seconds()))


def told_time(date: str | None) -> datetime | None:
    """A Date header's time, in UTC; None where it tells none."""
    try:
        told = parsedate_to_datetime(date or "")
        return told.replace(tzinfo=UTC) if told.tzinfo is None else told.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
