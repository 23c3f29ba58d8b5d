"""What becomes of a call that failed: everything ends as `Retry` or `Refused`, without secrets."""

from contextlib import suppress
from typing import Any

import httpx
from githubkit.exception import GitHubException, RateLimitExceeded, RequestError, RequestFailed
from githubkit.response import Response

from bot.core.errors import BotError, Refused, Retry
from bot.core.redaction import redact
from bot.github.limits import LONGEST, until_reset

PATIENCE = 60.0  # seconds to wait at a limit that names no moment; GitHub asks for a minute at least
LIMIT = "GitHub's rate limit is reached"
UNWELL = "GitHub is unwell, and has said for how long"

_UNSENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)
LIMITS = ("secondary rate limit", "abuse detection", "submitted too quickly")


class Rejected(Refused):
    """GitHub understood, and will not: a 4xx answer. `reason` is GitHub's own wording, `date` its clock."""

    def __init__(self, call: str, status: int, reason: str, date: str | None = None) -> None:
        super().__init__(
            redact(f"GitHub refused {call}: {status} {reason}"), brief=redact(f"{status}: {reason}")
        )
        self.status = status
        self.reason = reason
        self.date = date


class Unanswered(Retry):
    """No answer tells what became of the call. `sent` False: it cannot have happened."""

    def __init__(self, message: str, *, sent: bool = True, after: float | None = None) -> None:
        super().__init__(redact(message), after)
        self.sent = sent


def translate(call: str, error: Exception) -> BotError:
    """Our error for one of githubkit's. `call` names the call: "GET /repos/o/r"."""
    if isinstance(error, RateLimitExceeded):
        return Retry(f"{LIMIT} ({call})", _patience(error))
    if isinstance(error, RequestFailed):
        return _failed(call, error.response)
    if isinstance(error, RequestError) and isinstance(error.exc, _UNSENT):
        return Unanswered(f"GitHub cannot be reached ({call}): {_name(error.exc)}", sent=False)
    if isinstance(error, RequestError):
        return Unanswered(f"GitHub gave no answer to {call}: {_name(error.exc)}")
    if isinstance(error, GitHubException | TimeoutError):
        return Unanswered(f"GitHub gave no answer to {call}: {_name(error)}")
    # githubkit reads Retry-After and X-RateLimit-Reset as whole numbers and stumbles over any other.
    return Retry(f"{LIMIT} ({call})", PATIENCE)


def _patience(error: RateLimitExceeded) -> float:
    """Seconds. githubkit judges the moment of a reset by this machine's clock, which may be wrong."""
    headers = error.response.headers
    reset = None if "retry-after" in headers else until_reset(headers)
    return reset or min(error.retry_after.total_seconds() + 1, LONGEST)


def _failed(call: str, response: Response[Any]) -> BotError:
    status, reason = response.status_code, _reason(response)
    if status in (408, 500) or status > 500:
        return Unanswered(f"GitHub is unwell: it answered {call} with {status}", after=_after(response))
    if status == 429 or (status in (403, 422) and any(word in reason.lower() for word in LIMITS)):
        return Retry(f"{LIMIT} ({call})", PATIENCE)
    return Rejected(call, status, reason, response.headers.get("date"))


def _reason(response: Response[Any]) -> str:
    """GitHub's message with its details, in one line."""
    body = None
    with suppress(ValueError):
        body = response.json()
    if not isinstance(body, dict):
        return response.reason_phrase
    details = body.get("errors")
    words = [_detail(item) for item in details] if isinstance(details, list) else []
    return ": ".join(filter(None, [str(body.get("message", "")), ", ".join(words)]))[:1000]


def _detail(item: object) -> str:
    if not isinstance(item, dict):
        return str(item)
    return str(item.get("message") or f"{item.get('field')} {item.get('code')}")


def _after(response: Response[Any]) -> float | None:
    text = response.headers.get("retry-after", "")
    return min(float(text), LONGEST) if text.isdecimal() else None


def _name(error: BaseException) -> str:
    """The kind of error and its text, which for httpx is a few words about the connection."""
    return f"{type(error).__name__} {error}".strip()
