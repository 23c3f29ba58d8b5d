"""How long to wait before a server is asked again."""

import math
import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

A_DAY = 86_400.0


@dataclass(frozen=True)
class Waits:
    """`first` and `longest` bound the waits that grow by themselves; `patience` is how long a wait the
    server may ask for before the request is given up for now. All in seconds.
    """

    first: float = 1.0
    longest: float = 20.0
    patience: float = 30.0

    def next(self, attempt: int, asked: float | None) -> float | None:
        """Seconds to wait after attempt number `attempt` (from 1); None when that is too long.

        What the server asked for is kept to, and a little more, so that not all come back at once.
        """
        if asked is None:
            return random.uniform(0, min(self.first * 2 ** (attempt - 1), self.longest))  # noqa: S311 - jitter
        return None if asked > self.patience else asked + random.uniform(0, self.first)  # noqa: S311 - jitter


def asked_wait(headers: Mapping[str, str], now: datetime | None = None) -> float | None:
    """Seconds that the server asks to wait, by `retry-after-ms` or `retry-after`: seconds or a date.

    At most a day. None when it asks for nothing that can be understood.
    """
    milliseconds = _number(headers.get("retry-after-ms"))
    if milliseconds is not None:
        return _bounded(milliseconds / 1000)
    said = headers.get("retry-after")
    seconds = _number(said)
    if seconds is None and said is not None:
        seconds = _seconds_until(said, now or datetime.now(UTC))
    return None if seconds is None else _bounded(seconds)


def _number(text: str | None) -> float | None:
    try:
        number = float(text or "")
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _seconds_until(date: str, now: datetime) -> float | None:
    try:
        then = parsedate_to_datetime(date)
    except ValueError:
        return None
    return (then.replace(tzinfo=then.tzinfo or UTC) - now).total_seconds()


def _bounded(seconds: float) -> float:
    return min(max(seconds, 0.0), A_DAY)
