"""Checks, without credentials, that GitHub's API answers at the configured address."""

from datetime import UTC, datetime

import httpx

from bot.core.errors import Refused, Retry
from bot.core.redaction import redact
from bot.github.clock import parse_date
from bot.github.transport import GitHubTransport

PATH = (
    "/rate_limit"  # does not count against the limit; servers without rate limits answer 404, which suffices
)
MARK = "x-github-request-id"  # on every answer of GitHub; a proxy may remove it
_FIELDS = {"resources", "documentation_url"}  # in the rate limits, and in refusals


async def clock_ahead(api_url: str, *, agent: str = "code-review-bot", timeout: float = 10.0) -> float | None:  # noqa: ASYNC109 - it is httpx's
    """Seconds that this machine's clock is ahead of GitHub's, to the second; None without a Date header.

    Raises:
        Retry: nothing answers at `api_url`.
        Refused: what answers is not GitHub's API.
    """
    transport = GitHubTransport(api_url, agent=agent, timeout=timeout)
    try:
        async with transport.github.get_async_client() as client:
            answer = await client.get(PATH, follow_redirects=True)  # no credentials are sent
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        reason = f"{type(error).__name__} {error}".strip()
        raise Retry(redact(f"GitHub cannot be reached at {api_url}: {reason}")) from error
    finally:
        await transport.close()
    if not _is_github(answer):
        raise Refused(redact(f"{api_url} is not GitHub's API (status {answer.status_code})"))
    return _ahead(answer.headers.get("date"))


def _is_github(answer: httpx.Response) -> bool:
    try:
        content = answer.json()
    except ValueError:
        return False
    return isinstance(content, dict) and (MARK in answer.headers or bool(_FIELDS & content.keys()))


def _ahead(date: str | None) -> float | None:
    github_time = parse_date(date)
    return (datetime.now(UTC) - github_time).total_seconds() if github_time else None
