"""What becomes of a call that failed: everything ends as `Retry` or `Refused`, without secrets."""

from contextlib import suppress
from typing import Any

import httpx
from githubkit.exception import GitHubException, RateLimitExceeded, RequestError, RequestFailed
from githubkit.response import Response

from bot.core.errors import BotError, Refused, Retry
from bot.core.redaction import redact
from bot.github.advice import advise
from bot.github.rate_limits import LONGEST, until_reset

PATIENCE = 60.0  # seconds to wait at a limit that names no moment; GitHub asks for a minute at least
LIMIT = "GitHub's rate limit is reached"
UNWELL = "GitHub is unwell, and has said for how long"

_UNSENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)
LIMITS = ("rate limit", "abuse detection", "submitted too quickly")
_SHOWN = 40  # bytes of an answer that is not GitHub's
_OK = 200
_NEWER = "Look for a newer version of the bot, or report it"
_LIMITING = (403, 422)  # statuses with which GitHub says so, besides 429


class CallRejected(Refused):
    """GitHub understood, and will not: a 4xx answer. `reason` is GitHub's own wording, `advice` says what to
    do about it, `date` is GitHub's clock.
    """

    def __init__(
        self,
        call: str,
        status: int,
        reason: str,
        date: str | None = None,
        advice: str = "",
        *,
        told: str = "",
    ) -> None:
        """`told` says it in other words than those of a refusal."""
        message = told or f"GitHub refused {call}: {status} {reason}"
        super().__init__(
            redact(f"{message.rstrip('.')}. {advice}" if advice else message),
            brief=redact(told or f"{status}: {reason}"),
            advice=advice,
        )
        self.status = status
        self.reason = reason
        self.date = date


class Unreadable(CallRejected):
    """An answer of GitHub's lacks what the bot needs: this GitHub is newer, or older, than it knows. It is
    as good as a refusal, of status 200: asking again brings the same.
    """

    def __init__(self, call: str, field: str, trouble: str) -> None:
        reason = f"{field}: {trouble}"
        told = f"the answer to {call} cannot be read: {reason}"
        super().__init__(call, _OK, reason, advice=_NEWER, told=told)


class Unanswered(Retry):
    """No answer tells what became of the call: there was none, or none of GitHub's. `sent` False: it cannot
    have happened.
    """

    def __init__(self, message: str, *, sent: bool = True, after: float | None = None) -> None:
        super().__init__(redact(message), after)
        self.sent = sent


class Foreign(Unanswered):
    """What came is no answer of GitHub's: the page of a proxy, or nothing."""


def names_wait(error: Refused | Unanswered) -> bool:
    """Whether GitHub is away, or has said until when: then it is of no use to ask it in another way."""
    return isinstance(error, Unanswered) and (not error.sent or error.after is not None)


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
    if status == 429 or (status in _LIMITING and any(word in reason.lower() for word in LIMITS)):
        return Retry(f"{LIMIT} ({call})", PATIENCE)
    advice = advise(call, status, reason, response.headers)
    return CallRejected(call, status, reason, response.headers.get("date"), advice)


def foreign(call: str, content: bytes) -> Foreign | None:
    """The failure of an answer that should be JSON and is not: it is a proxy's page, or empty."""
    begin = content.lstrip()[:_SHOWN]
    if begin.startswith((b"{", b"[")):
        return None
    shown = f"it begins with {begin.decode(errors='replace')!r}" if begin else "it is empty"
    return Foreign(f"the answer to {call} is not GitHub's: {shown}")


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
