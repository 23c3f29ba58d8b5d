"""Whether GitHub's API is where it is said to be, asked without credentials."""

from datetime import UTC, datetime

import httpx

from bot.core.errors import Refused, Retry
from bot.core.redaction import redact
from bot.github.clock import told_time
from bot.github.transport import GitHubTransport

PATH = "/rate_limit"  # asking it costs nothing; servers that limit nothing answer 404, which will do
MARK = "x-github-request-id"  # GitHub puts it on every answer; a proxy may take it off
_FIELDS = {"resources", "documentation_url"}  # of GitHub's limits, and of its refusals


async def clock_ahead(api_url: str, *, agent: str = "code-review-bot", timeout: float = 10.0) -> float | None:  # noqa: ASYNC109 - it is httpx's
    """Seconds that this machine's clock is ahead of GitHub's, to one; None where GitHub tells no time.

    Raises:
        Retry: nothing answers at `api_url`.
        Refused: something does that is not GitHub's API.
    """
    wire = GitHubTransport(api_url, agent=agent, timeout=timeout)
    try:
        async with wire.github.get_async_client() as client:
            answer = await client.get(PATH, follow_redirects=True)  # there are no credentials to lose
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        reason = f"{type(error).__name__} {error}".strip()
        raise Retry(redact(f"GitHub cannot be reached at {api_url}: {reason}")) from error
    finally:
        await wire.close()
    if not _is_github(answer):
        raise Refused(redact(f"what answers at {api_url} is not GitHub's API (status {answer.status_code})"))
    return _ahead(answer.headers.get("date"))


def _is_github(answer: httpx.Response) -> bool:
    try:
        told = answer.json()
    except ValueError:
        return False
    return isinstance(told, dict) and (MARK in answer.headers or bool(_FIELDS & told.keys()))


def _ahead(date: str | None) -> float | None:
    then = told_time(date)
    return (datetime.now(UTC) - then).total_seconds() if then else None
