"""Sends calls to GitHub's API. Retries reads, but never a write that may have been done. Follows redirects on
the same server only, without changing the call; only downloads (downloads.py) follow them elsewhere.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from functools import partial
from ipaddress import ip_address
from typing import Any, TypeVar

import httpx
from githubkit import Response
from githubkit.auth import UnauthAuthStrategy
from githubkit.cache import MemCacheStrategy

from bot.core.cooldowns import Cooldowns, LocalCooldowns
from bot.core.errors import BotError
from bot.github import downloads
from bot.github.call_limits import CallLimits
from bot.github.calls import JSON, ApiCall, Credential
from bot.github.downloads import Downloads, TargetFile
from bot.github.failures import FAILURES, CallRejected, Foreign, Unanswered, foreign, translate
from bot.github.redirections import MAX_REDIRECTIONS, REDIRECTIONS, redirected
from bot.github.shared_client import SharedClient

PAUSES = (0.5, 2.0)  # seconds before a read is tried again
CONNECT = 5.0  # seconds
_WITH_BODY = (200, 201)  # statuses of successes with a body
_DEADLINE_FACTOR = 6  # times the timeout: for a server that answers byte by byte

T = TypeVar("T")


class GitHubTransport:
    """The connection to one GitHub. `url` is the root of its REST API, `agent` the User-Agent.

    `timeout` (seconds) bounds every wait for the server, `pauses` (seconds) separate attempts. `cooldowns`
    hold calls back for as long as GitHub asks.
    """

    def __init__(
        self,
        url: str,
        *,
        agent: str,
        timeout: float,
        pauses: Sequence[float] = PAUSES,
        cooldowns: Cooldowns | None = None,
    ) -> None:
        self.github = SharedClient(
            UnauthAuthStrategy(),
            base_url=url,
            user_agent=agent,
            timeout=httpx.Timeout(timeout, connect=min(timeout, CONNECT)),
            cache_strategy=MemCacheStrategy(),
            trust_env=not _loopback(url),  # a proxy cannot reach this machine's loopback
            http_cache=False,  # the cache drops timeouts
            follow_redirects=False,  # httpx would turn writes into reads
            auto_retry=False,  # githubkit would repeat writes
        )
        self._limits = CallLimits(cooldowns or LocalCooldowns())
        self._pauses = tuple(pauses)
        self._deadline = timeout * _DEADLINE_FACTOR
        self._version = "2022-11-28" if url.rstrip("/").endswith("/api/v3") else "2026-03-10"
        self._downloads = Downloads(self.github, self._limits, httpx.URL(url), self._version)

    async def send(self, call: ApiCall, credential: Credential) -> Response[Any]:
        """Sends a call, with retries. Raises `CallRejected`, `Unanswered`, or `Retry` at a rate limit."""
        return await self._with_retries(call, partial(self._once, call, credential))

    async def download(self, call: ApiCall, file: TargetFile, credential: Credential) -> None:
        """Writes the body of the answer to a read to a file, with retries. Raises like `send`, and `Refused`
        if it is too large.
        """
        try:
            async with asyncio.timeout(downloads.DURATION):
                attempt = partial(self._downloads.download, call, file, credential)
                await self._with_retries(call, attempt)
        except TimeoutError:
            raise Unanswered(f"{call} took more than {downloads.DURATION:.0f} s") from None

    async def close(self) -> None:
        await self.github.close()

    async def _with_retries(self, call: ApiCall, attempt: Callable[[], Awaitable[T]]) -> T:
        for pause in self._pauses:
            try:
                return await attempt()
            except Unanswered as error:
                if error.after or (error.sent and not call.repeatable):
                    raise
            await asyncio.sleep(pause)
        return await attempt()

    async def _once(self, call: ApiCall, credential: Credential) -> Response[Any]:
        """Sends the call once, unless a cooldown is active."""
        await self._limits.check(str(call), credential)
        try:
            answer = await self._follow_redirects(call, credential)
        except FAILURES as error:
            raise await self._limits.record(translate(str(call), error), credential) from error
        failure = _foreign(call, answer) or call.judge(answer)
        if failure is not None:
            raise await self._limits.record(failure, credential)
        await self._limits.respect(answer.headers, credential)
        return answer

    async def _follow_redirects(self, call: ApiCall, credential: Credential) -> Response[Any]:
        """The answer after all redirects, which a renamed repository has."""
        hop = call
        for _ in range(MAX_REDIRECTIONS + 1):
            answer = await self._request(hop, credential)
            if answer.status_code not in REDIRECTIONS:
                return answer
            target = redirected(str(call), call.method, answer.raw_response)
            hop = replace(hop, path=str(target), query={} if target.query else hop.query)
        raise CallRejected(str(call), answer.status_code, "too many redirects")

    async def _request(self, call: ApiCall, credential: Credential) -> Response[Any]:
        async with asyncio.timeout(self._deadline):
            return await self.github.arequest(
                call.method,
                call.path,
                params=dict(call.query) or None,  # empty params would remove the query of a full URL
                json=call.body,
                headers={
                    "Accept": call.accept,
                    "Authorization": credential.text,
                    "X-GitHub-Api-Version": self._version,
                },
            )


def _foreign(call: ApiCall, answer: Response[Any]) -> BotError | None:
    """The failure of an answer with an undocumented status, or without the requested JSON: it leaves open
    whether the call was done.
    """
    status = answer.status_code
    if status == call.silent:
        return None
    if status not in _WITH_BODY:
        return Foreign(f"the answer to {call} did not come from GitHub: its status is {status}")
    return foreign(str(call), answer.content) if call.accept == JSON else None


def _loopback(url: str) -> bool:
    host = httpx.URL(url).host
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
