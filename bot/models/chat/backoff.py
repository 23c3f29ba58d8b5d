"""Computes the wait before the next request to a server."""

import random
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.models.chat.durations import A_DAY, in_words, moment, number
from bot.models.circuit_open import PATIENCE

LIMITED = 429

# Headers that tell when a limit is as it was: of OpenAI and those like it, and of Anthropic (a moment).
_RESETS = re.compile(
    r"(?:x-rate-?limit-reset|rate-?limit-reset|anthropic-ratelimit)(?:-?[a-z-]*)", re.IGNORECASE
)
# One limit, or several, in one header: `"default";r=0;t=30`, `limit=10, remaining=0, reset=30`.
_FIELD = re.compile(r"\b(r|remaining|t|reset)\s*=\s*\"?(\d+)", re.IGNORECASE)
# Limits whose end is not waited for.
_LONG = re.compile(
    r"(?:\b(?:per|a|each|every)|/|[_-])[ _-]?(?:day|week|month)|\b(?:dai|week|month)ly\b|\b[rt]pd\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class BackoffPolicy:
    """`first` and `longest` bound the exponential waits; `patience` is the longest wait that the server may
    request before the attempt is abandoned. All in seconds.
    """

    first: float = 1.0
    longest: float = 20.0
    patience: float = PATIENCE

    def next(self, attempt: int, asked: float | None) -> float | None:
        """Seconds to wait after attempt number `attempt` (from 1); None if that is too long.

        Jitter is added to the wait that the server requested, so that clients do not return together.
        """
        if asked is None:
            return random.uniform(0, min(self.first * 2 ** (attempt - 1), self.longest))  # noqa: S311 - jitter
        return None if asked > self.patience else asked + random.uniform(0, self.first)  # noqa: S311 - jitter

    def growing(self, refusal: int, waited: float) -> float | None:
        """Seconds to wait for the unknown end of a rate limit, after refusal number `refusal` (from 1) and
        `waited` seconds; None if the patience is exhausted.
        """
        left = self.patience - waited
        wait = self.first * 2 ** (refusal - 1) * random.uniform(0.8, 1)  # noqa: S311 - jitter
        return min(wait, left) if left > 0 else None


def asked_wait(
    headers: Mapping[str, str], now: datetime | None = None, status: int = LIMITED, body: str = ""
) -> float | None:
    """The wait in seconds that the server requests: by `retry-after-ms` or `retry-after`, which has
    seconds or a date; for rate limits (status 429) also by the text of `body` or the reset time of its
    limits.
    At most a day. None if the server requests no wait in a known form.
    """
    now = now or datetime.now(UTC)
    headers = {name.lower(): said for name, said in headers.items()}
    seconds = _retry_after(headers, now)
    if seconds is None and status >= LIMITED:
        seconds = in_words(body, now, limited=status == LIMITED)
    if seconds is None and status == LIMITED:
        seconds = _reset(headers, now)
    return None if seconds is None else _bounded(seconds)


def is_short(body: str) -> bool:
    """Whether the rate limit in the report may end within a minute."""
    return _LONG.search(body) is None


def _retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """The wait by headers whose name contains `retry-after`."""
    names = sorted((name for name in headers if "retry-after" in name), key=len)
    for name in (name for name in names if name.endswith("-ms")):
        milliseconds = number(headers[name])
        if milliseconds is not None:
            return milliseconds / 1000
    found = (moment(headers[name], now) for name in names if not name.endswith("-ms"))
    return next((seconds for seconds in found if seconds is not None), None)


def _reset(headers: Mapping[str, str], now: datetime) -> float | None:
    """Seconds until the exhausted limit is reset; if it is unknown which one, the earliest."""
    resets = {name: said for name, said in headers.items() if _is_reset(name)}
    seconds = {name: moment(said, now) for name, said in resets.items()}
    known = {name: length for name, length in seconds.items() if length is not None and length >= 0}
    told = [(length, _left(headers, name)) for name, length in known.items()]
    told += _policies(headers.get("ratelimit", ""))
    spent = [length for length, left in told if left == 0]
    return max(spent) if spent else min((length for length, _ in told), default=None)


def _policies(said: str) -> list[tuple[float, float | None]]:
    """The seconds until the reset, and the remaining requests, of each limit in a `RateLimit` header."""
    told = []
    for policy in re.split(r",(?=\s*\")", said):
        fields = {name.lower(): value for name, value in _FIELD.findall(policy)}
        reset = fields.get("t", fields.get("reset"))
        if reset is not None:
            told.append((float(reset), number(fields.get("r", fields.get("remaining")))))
    return told


def _is_reset(name: str) -> bool:
    return "reset" in name and _RESETS.match(name) is not None


def _left(headers: Mapping[str, str], reset: str) -> float | None:
    """The remaining requests of the limit with that reset header."""
    return number(headers.get(reset.replace("reset", "remaining")))


def _bounded(seconds: float) -> float:
    return min(max(seconds, 0.0), A_DAY)
