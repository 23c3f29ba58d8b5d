"""How long to wait before a server is asked again."""

import math
import random
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from bot.models.rest import PATIENCE

A_DAY = 86_400.0
LIMITED = 429

_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": A_DAY}
# "1m2s", "6ms", "3.07s": without a unit, seconds.
_PART = re.compile(
    r"(\d+(?:\.\d+)?)\s*(ms|milliseconds?|s|secs?|seconds?|m|mins?|minutes?|h|hours?|d|days?)?(?![a-z])",
    re.IGNORECASE,
)
_LENGTH = r"((?:\d+(?:\.\d+)?\s*[a-z]*[\s,]*(?:and\s+)?)+)"
# How servers say in words when to come back; Google's report has a field for it.
_SAID = re.compile(
    r"(?:retry|try again|again|wait|available|reset\w*)\s*(?:in|after|for|at least)?:?\s+(?:about\s+)?"
    rf"{_LENGTH}"
    rf"|\"?(?:retryDelay|retry_after(?:_seconds)?|retry-after)\"?\s*[:=]\s*\"?{_LENGTH}",
    re.IGNORECASE,
)
# Headers that tell when a limit is as it was: of OpenAI and those like it, and of Anthropic (a moment).
_RESETS = re.compile(r"(?:x-ratelimit-reset|ratelimit-reset|anthropic-ratelimit)(?:-?[a-z-]*)", re.IGNORECASE)


@dataclass(frozen=True)
class Waits:
    """`first` and `longest` bound the waits that grow by themselves; `patience` is how long a wait the
    server may ask for before the request is given up for now. All in seconds.
    """

    first: float = 1.0
    longest: float = 20.0
    patience: float = PATIENCE

    def next(self, attempt: int, asked: float | None) -> float | None:
        """Seconds to wait after attempt number `attempt` (from 1); None when that is too long.

        What the server asked for is kept to, and a little more, so that not all come back at once.
        """
        if asked is None:
            return random.uniform(0, min(self.first * 2 ** (attempt - 1), self.longest))  # noqa: S311 - jitter
        return None if asked > self.patience else asked + random.uniform(0, self.first)  # noqa: S311 - jitter


def asked_wait(
    headers: Mapping[str, str], now: datetime | None = None, status: int = LIMITED, body: str = ""
) -> float | None:
    """Seconds that the server asks to wait: by `retry-after-ms` or `retry-after`, which holds seconds or a
    date; where it limits requests (status 429), also by the words of its report in `body`, or by when its
    limits are reset.

    At most a day. None when it asks for nothing that can be understood.
    """
    now = now or datetime.now(UTC)
    milliseconds = _number(headers.get("retry-after-ms"))
    if milliseconds is not None:
        return _bounded(milliseconds / 1000)
    seconds = _moment(headers.get("retry-after"), now)
    if seconds is None and status >= LIMITED:
        seconds = _in_words(body)
    if seconds is None and status == LIMITED:
        seconds = _reset(headers, now)
    return None if seconds is None else _bounded(seconds)


def _moment(said: str | None, now: datetime) -> float | None:
    """Seconds from a number, a length ("1m2s"), a date, or seconds or milliseconds since 1970."""
    number = _number(said)
    if number is not None:
        since = number / 1000 if number > 1e11 else number
        return since - now.timestamp() if since > 1e9 else number
    if not said:
        return None
    until = _seconds_until(said, now)
    return _length(said) if until is None else until


def _number(text: str | None) -> float | None:
    try:
        number = float(text or "")
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _seconds_until(date: str, now: datetime) -> float | None:
    for read in (parsedate_to_datetime, datetime.fromisoformat):
        try:
            then = read(date)
        except ValueError:
            continue
        return (then.replace(tzinfo=then.tzinfo or UTC) - now).total_seconds()
    return None


def _length(text: str) -> float | None:
    """The seconds of "1m2s" or "2 minutes and 3 seconds"; None of anything else."""
    parts = _PART.findall(text)
    left = re.sub(r"and|[\s,.;]", "", _PART.sub("", text), flags=re.IGNORECASE)
    if not parts or left:
        return None
    return sum(float(number) * _unit(unit) for number, unit in parts)


def _unit(name: str) -> float:
    name = name.lower()
    short = "ms" if name.startswith(("ms", "mil")) else name[:1]
    return _UNITS.get(short, 1.0)


def _in_words(body: str) -> float | None:
    """The longest of the waits that a report names."""
    found = [match[1] or match[2] for match in _SAID.finditer(body[:20_000])]
    lengths = [length for text in found if (length := _length(text)) is not None]
    return max(lengths, default=None)


def _reset(headers: Mapping[str, str], now: datetime) -> float | None:
    """When the limit that was reached is reset; of several that may be it, the first."""
    resets = {name.lower(): said for name, said in headers.items() if _is_reset(name)}
    seconds = {name: _moment(said, now) for name, said in resets.items()}
    known = {name: length for name, length in seconds.items() if length is not None and length >= 0}
    spent = [length for name, length in known.items() if _left(headers, name) == 0]
    return max(spent) if spent else min(known.values(), default=None)


def _is_reset(name: str) -> bool:
    return "reset" in name.lower() and _RESETS.match(name) is not None


def _left(headers: Mapping[str, str], reset: str) -> float | None:
    """What is left of the limit whose reset that header tells."""
    return _number(headers.get(reset.replace("reset", "remaining")))


def _bounded(seconds: float) -> float:
    return min(max(seconds, 0.0), A_DAY)
