"""The primary rate limit, as the headers of an answer tell of it."""

from datetime import UTC, datetime

import httpx

from bot.github.clock import told_time

LONGEST = 3600.0  # seconds; primary limits are reset every hour
_DIGITS = 12  # of a moment in seconds since 1970


def until_reset(headers: httpx.Headers) -> float | None:
    """Seconds until the limit is reset, an hour at most; None where the answer does not say.

    The moment is in GitHub's time, and so is the answer's date: a wrong clock here does no harm.
    """
    reset = headers.get("x-ratelimit-reset", "")
    if not (reset.isascii() and reset.isdecimal() and len(reset) <= _DIGITS):
        return None
    now = told_time(headers.get("date")) or datetime.now(UTC)
    return min(max(int(reset) - now.timestamp(), 0) + 1, LONGEST)


def until_more(headers: httpx.Headers) -> float | None:
    """Seconds for which nothing more may be asked; None where something may."""
    return until_reset(headers) if headers.get("x-ratelimit-remaining") == "0" else None
