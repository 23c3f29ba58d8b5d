"""GitHub's clock, by which signatures, token expiry and rate limits are timed."""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import structlog

log = structlog.get_logger()

TOLERANCE = timedelta(seconds=20)  # the latency of answers, and the error of a synchronised clock


class Clock:
    """This machine's clock, corrected by the Date headers of GitHub's answers."""

    def __init__(self) -> None:
        self._ahead = timedelta()

    @property
    def ahead(self) -> timedelta:
        """How far GitHub's clock is ahead of this machine's, as far as known."""
        return self._ahead

    def now(self) -> datetime:
        return datetime.now(UTC) + self._ahead

    def learn(self, date: str | None) -> None:
        """`date` is the Date header of an answer that has just arrived."""
        moment = parse_date(date)
        if moment is None or abs(moment - self.now()) <= TOLERANCE:
            return
        self._ahead = moment - datetime.now(UTC)
        log.warning("clock_skew_detected", seconds_behind=round(self._ahead.total_seconds()))


def parse_date(date: str | None) -> datetime | None:
    """Parses a Date header, to UTC; None if it is missing or malformed."""
    try:
        moment = parsedate_to_datetime(date or "")
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
