"""Turns every failed call into `Retry` or `Refused`, without secrets."""

from contextlib import suppress
from typing import Any

import httpx
from githubkit.exception import GitHubException, RateLimitExceeded, RequestError, RequestFailed
from githubkit.response import Response

from bot.core.errors import BotError, Refused, Retry
from bot.core.redaction import redact
from bot.github.advice import advise
from bot.github.rate_limits import MAX_WAIT, until_reset

DEFAULT_WAIT = 60.0  # seconds to wait at a limit without a reset time; GitHub asks for at least a minute
LIMIT = "GitHub's rate limit is reached"
UNAVAILABLE = "GitHub is unavailable and asked the bot to wait"

FAILURES = (GitHubException, TimeoutError, ValueError, OverflowError, OSError)
"""What a call raises, see `translate`."""

_UNSENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)
LIMITS = ("rate limit", "abuse detection", "submitted too quickly")
_QUOTED = 40  # bytes of a foreign answer
_OK = 200
_NEWER = "Update the bot, or report this"
_LIMITING = (403, 422)  # statuses of rate limits, in addition to 429


class CallRejected(Refused):
    """GitHub refused the call: a 4xx answer. `reason` is GitHub's own wording, `advice` what to do about it,
    `date` the answer's Date header.
    """

    def __init__(
        self,
        call: str,
        status: int,
        reason: str,
        date: str | None = None,
        advice: str = "",
        *,
        summary: str = "",
    ) -> None:
        """`summary` replaces the standard wording of a refusal."""
        message = summary or f"GitHub refused {call}: {status} {reason}"
        super().__init__(
            redact(f"{message.rstrip('.')}. {advice}" if advice else message),
            brief=redact(summary or f"{status}: {reason}"),
            advice=advice,
        )
        self.status = status
        self.reason = reason
        self.date = date


class Unreadable(CallRejected):
    """An answer lacks a field that the bot needs: this version of GitHub is newer or older than the bot
    supports. Treated as a refusal with status 200: a retry would get the same answer.
    """

    def __init__(self, call: str, field: str, problem: str) -> None:
        reason = f"{field}: {problem}"
        summary = f"the answer to {call} cannot be read: {reason}"
        super().__init__(call, _OK, reason, advice=_NEWER, summary=summary)


class Unanswered(Retry):
    """The outcome of the call is unknown: no answer arrived, or one that did not come from GitHub. If `sent`
    is False, the call was not sent.
    """

    def __init__(self, message: str, *, sent: bool = True, after: float | None = None) -> None:
        super().__init__(redact(message), after)
        self.sent = sent


class Foreign(Unanswered):
    """The answer did not come from GitHub: it is the page of a proxy, or empty."""


def names_wait(error: Refused | Unanswered) -> bool:
    """Whether GitHub cannot be reached, or named a waiting time: then no other call can help."""
    return isinstance(error, Unanswered) and (not error.sent or error.after is not None)


def translate(call: str, error: Exception) -> BotError:
    """The bot's error for one of githubkit's. `call` names the call: "GET /repos/o/r"."""
    if isinstance(error, RateLimitExceeded):
        return Retry(f"{LIMIT} ({call})", _wait_seconds(error))
    if isinstance(error, RequestFailed):
        return _from_response(call, error.response)
    if isinstance(error, RequestError) and isinstance(error.exc, _UNSENT):
        return Unanswered(f"GitHub cannot be reached ({call}): {_name(error.exc)}", sent=False)
    if isinstance(error, RequestError):
        return Unanswered(f"GitHub did not answer {call}: {_name(error.exc)}")
    if isinstance(error, GitHubException | TimeoutError):
        return Unanswered(f"GitHub did not answer {call}: {_name(error)}")
    # githubkit parses Retry-After and X-RateLimit-Reset as integers, and fails on other values.
    return Retry(f"{LIMIT} ({call})", DEFAULT_WAIT)


def _wait_seconds(error: RateLimitExceeded) -> float:
    """Seconds to wait. githubkit computes them by this machine's clock, which may be wrong."""
    headers = error.response.headers
    reset = None if "retry-after" in headers else until_reset(headers)
    return reset or min(error.retry_after.total_seconds() + 1, MAX_WAIT)


def _from_response(call: str, response: Response[Any]) -> BotError:
    status, reason = response.status_code, _reason(response)
    if status in (408, 500) or status > 500:
        return Unanswered(f"GitHub server error: {call} returned {status}", after=_retry_after(response))
    if status == 429 or (status in _LIMITING and any(word in reason.lower() for word in LIMITS)):
        return Retry(f"{LIMIT} ({call})", DEFAULT_WAIT)
    advice = advise(call, status, reason, response.headers)
    return CallRejected(call, status, reason, response.headers.get("date"), advice)


def foreign(call: str, content: bytes) -> Foreign | None:
    """The failure if an answer is not the JSON that it should be: it is a proxy's page, or empty."""
    start = content.lstrip()[:_QUOTED]
    if start.startswith((b"{", b"[")):
        return None
    found = f"it begins with {start.decode(errors='replace')!r}" if start else "it is empty"
    return Foreign(f"the answer to {call} did not come from GitHub: {found}")


def _reason(response: Response[Any]) -> str:
    """GitHub's message with its details, on one line."""
    body = None
    with suppress(ValueError):
        body = response.json()
    if not isinstance(body, dict):
        return response.reason_phrase
    details = body.get("errors")
    texts = [_detail(item) for item in details] if isinstance(details, list) else []
    return ": ".join(filter(None, [str(body.get("message", "")), ", ".join(texts)]))[:1000]


def _detail(item: object) -> str:
    if not isinstance(item, dict):
        return str(item)
    return str(item.get("message") or f"{item.get('field')} {item.get('code')}")


def _retry_after(response: Response[Any]) -> float | None:
    text = response.headers.get("retry-after", "")
    return min(float(text), MAX_WAIT) if text.isdecimal() else None


def _name(error: BaseException) -> str:
    """The kind of error and its text."""
    return f"{type(error).__name__} {error}".strip()
