"""Reads the primary rate limit from the headers of an answer."""

from datetime import UTC, datetime

import httpx

from bot.github.clock import parse_date

MAX_WAIT = 3600.0  # seconds; primary limits are reset every hour
_MAX_DIGITS = 12  # of a Unix time in seconds


def until_reset(headers: httpx.Headers) -> float | None:
    """Seconds until the limit is reset, at most an hour; None without the header.

    Computed by the answer's own date, so that a wrong clock here does no harm.
    """
    reset = headers.get("x-ratelimit-reset", "")
    if not (reset.isascii() and reset.isdecimal() and len(reset) <= _MAX_DIGITS):
        return None
    now = parse_date(headers.get("date")) or datetime.now(UTC)
    return min(max(int(reset) - now.timestamp(), 0) + 1, MAX_WAIT)


def until_allowed(headers: httpx.Headers) -> float | None:
    """Seconds until the next call is allowed; None if it is allowed now."""
    return until_reset(headers) if headers.get("x-ratelimit-remaining") == "0" else None
