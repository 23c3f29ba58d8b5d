"""Sends calls to GitHub's API. Retries reads, but never a write that may have been done. Follows redirects on
the same server only, without changing the call.
"""

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from ipaddress import ip_address
from typing import Any

import httpx
from githubkit import GitHub, Response
from githubkit.auth import UnauthAuthStrategy
from githubkit.cache import MemCacheStrategy
from githubkit.exception import GitHubException

from bot.core.cooldowns import Cooldowns, LocalCooldowns
from bot.core.errors import BotError, Retry
from bot.github.failures import LIMIT, UNAVAILABLE, CallRejected, Foreign, Unanswered, foreign, translate
from bot.github.rate_limits import until_allowed
from bot.github.redirections import MAX_REDIRECTIONS, REDIRECTIONS, redirected

JSON = "application/vnd.github+json"
DIFF = "application/vnd.github.diff"

PAUSES = (0.5, 2.0)  # seconds before a read is tried again
CONNECT = 5.0  # seconds
_WITH_BODY = (200, 201)  # statuses of successes with a body
_DEADLINE_FACTOR = 6  # times the timeout: for a server that answers byte by byte


@dataclass(frozen=True)
class ApiCall:
    """A call of the API. `path` begins with "/" and is percent-encoded, or is a full URL.

    `repeatable`: the call is idempotent. `silent` is the status of a success without a body.
    """

    method: str
    path: str
    query: Mapping[str, str | int] = field(default_factory=dict)
    body: Mapping[str, Any] | None = None
    accept: str = JSON
    repeatable: bool = False
    silent: int | None = None

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    def judge(self, _answer: Response[Any]) -> BotError | None:
        """The failure that an answer with status 200 reports, if any."""
        return None


@dataclass(frozen=True)
class Credential:
    """Authorises a call. `text` is the Authorization header, `cooldown` the name of the rate limit that the
    call counts against.
    """

    text: str = field(repr=False)
    cooldown: str


class _OneClient(GitHub[UnauthAuthStrategy]):
    """githubkit with one connection pool; by default it creates one for every call."""

    @asynccontextmanager
    async def get_async_client(self) -> AsyncGenerator[httpx.AsyncClient, None]:
        if self._client is None:
            self._client = await self._create_async_client()
        yield self._client

    _client: httpx.AsyncClient | None = None

    async def close(self) -> None:
        if self._client is not None:
            await self._client.aclose()


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
        self.github = _OneClient(
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
        self._cooldowns = cooldowns or LocalCooldowns()
        self._pauses = tuple(pauses)
        self._deadline = timeout * _DEADLINE_FACTOR
        self._version = "2022-11-28" if url.rstrip("/").endswith("/api/v3") else "2026-03-10"

    async def send(self, call: ApiCall, credential: Credential) -> Response[Any]:
        """Sends a call, with retries. Raises `CallRejected`, `Unanswered`, or `Retry` at a rate limit."""
        for pause in self._pauses:
            try:
                return await self._once(call, credential)
            except Unanswered as error:
                if error.after or (error.sent and not call.repeatable):
                    raise
            await asyncio.sleep(pause)
        return await self._once(call, credential)

    async def close(self) -> None:
        await self.github.close()

    async def _once(self, call: ApiCall, credential: Credential) -> Response[Any]:
        """Sends the call once, unless a cooldown is active. Cooldowns are shared by repositories, so their
        reason does not name a call; the error does.
        """
        active = await self._cooldowns.active(credential.cooldown)
        if active:
            raise Retry(f"{active.reason} ({call})", active.seconds)
        try:
            answer = await self._follow_redirects(call, credential)
        except (GitHubException, TimeoutError, ValueError, OverflowError, OSError) as error:
            raise await self._record_limit(translate(str(call), error), credential) from error
        failure = _foreign(call, answer) or call.judge(answer)
        if failure is not None:
            raise await self._record_limit(failure, credential)
        await self._start_cooldown(credential, until_allowed(answer.headers), LIMIT)
        return answer

    async def _record_limit(self, failure: BotError, credential: Credential) -> BotError:
        """Starts a cooldown for as long as `failure` says, and returns `failure`."""
        if isinstance(failure, Retry):
            await self._start_cooldown(
                credential, failure.after, UNAVAILABLE if isinstance(failure, Unanswered) else LIMIT
            )
        return failure

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

    async def _start_cooldown(self, credential: Credential, seconds: float | None, reason: str) -> None:
        if seconds:
            await self._cooldowns.start(credential.cooldown, seconds, reason)


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
