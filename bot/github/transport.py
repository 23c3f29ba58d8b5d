"""One call of GitHub's API, sent and answered. Reads are tried again, writes never blindly. Both go where a
redirection leads, as they are, but to no other server.
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
from bot.github.failures import LIMIT, UNWELL, CallRejected, Foreign, Unanswered, foreign, translate
from bot.github.rate_limits import until_more
from bot.github.redirections import MOST_REDIRECTIONS, REDIRECTIONS, redirected

JSON = "application/vnd.github+json"
DIFF = "application/vnd.github.diff"

PAUSES = (0.5, 2.0)  # seconds before a read is tried again
CONNECT = 5.0  # seconds
_WITH_BODY = (200, 201)  # statuses that tell what there is, or was done
_DEADLINE = 6  # times the timeout: for a server that answers byte by byte


@dataclass(frozen=True)
class ApiCall:
    """What is asked of the API. `path` begins with "/" and is percent-encoded; or it is an address.

    `repeatable`: sending it twice does what sending it once does. `silent` is the status that says without a
    body that it was done.
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
        """The failure that an answer of status 200 tells of, where such may be."""
        return None


@dataclass(frozen=True)
class Credential:
    """With what a call is authorised. GitHub counts the calls of each `cooldown` by themselves."""

    text: str = field(repr=False)
    cooldown: str


class _OneClient(GitHub[UnauthAuthStrategy]):
    """githubkit with one connection pool for its whole life; by itself it makes one for every call."""

    @asynccontextmanager
    async def get_async_client(self) -> AsyncGenerator[httpx.AsyncClient, None]:
        if self._kept is None:
            self._kept = await self._create_async_client()
        yield self._kept

    _kept: httpx.AsyncClient | None = None

    async def close(self) -> None:
        if self._kept is not None:
            await self._kept.aclose()


class GitHubTransport:
    """The connection to one GitHub. `url` is the root of its REST API, `agent` the User-Agent.

    `timeout` (seconds) bounds every wait for the server, `pauses` (seconds) are made between tries.
    What GitHub says must wait is kept from it by `cooldowns`.
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
            trust_env=not _loopback(url),  # no proxy has a way to this machine's own loopback
            http_cache=False,  # the cache forgets timeouts
            follow_redirects=False,  # httpx would make reads of writes
            auto_retry=False,  # githubkit would send writes again
        )
        self._cooldowns = cooldowns or LocalCooldowns()
        self._pauses = tuple(pauses)
        self._deadline = timeout * _DEADLINE
        self._version = "2022-11-28" if url.rstrip("/").endswith("/api/v3") else "2026-03-10"

    async def send(self, call: ApiCall, key: Credential) -> Response[Any]:
        """Raises `CallRejected`, `Unanswered`, or `Retry` at a rate limit."""
        for pause in self._pauses:
            try:
                return await self._once(call, key)
            except Unanswered as error:
                if error.after or (error.sent and not call.repeatable):
                    raise
            await asyncio.sleep(pause)
        return await self._once(call, key)

    async def close(self) -> None:
        await self.github.close()

    async def _once(self, call: ApiCall, key: Credential) -> Response[Any]:
        """The call is named behind a gate's reason, not in it: other repositories have the same gate."""
        closed = await self._cooldowns.active(key.cooldown)
        if closed:
            raise Retry(f"{closed.reason} ({call})", closed.seconds)
        try:
            answer = await self._followed(call, key)
        except (GitHubException, TimeoutError, ValueError, OverflowError, OSError) as error:
            raise await self._record_limit(translate(str(call), error), key) from error
        failure = _foreign(call, answer) or call.judge(answer)
        if failure is not None:
            raise await self._record_limit(failure, key)
        await self._close(key, until_more(answer.headers), LIMIT)
        return answer

    async def _record_limit(self, failure: BotError, key: Credential) -> BotError:
        """`failure`, once the gate is closed for as long as it says."""
        if isinstance(failure, Retry):
            await self._close(key, failure.after, UNWELL if isinstance(failure, Unanswered) else LIMIT)
        return failure

    async def _followed(self, call: ApiCall, key: Credential) -> Response[Any]:
        """The answer from where the last redirection leads: a repository that was renamed has others."""
        hop = call
        for _ in range(MOST_REDIRECTIONS + 1):
            answer = await self._ask(hop, key)
            if answer.status_code not in REDIRECTIONS:
                return answer
            target = redirected(str(call), call.method, answer.raw_response)
            hop = replace(hop, path=str(target), query={} if target.query else hop.query)
        raise CallRejected(str(call), answer.status_code, "there is no end of redirections")

    async def _ask(self, call: ApiCall, key: Credential) -> Response[Any]:
        async with asyncio.timeout(self._deadline):
            return await self.github.arequest(
                call.method,
                call.path,
                params=dict(call.query) or None,  # an empty one would take the query out of an address
                json=call.body,
                headers={
                    "Accept": call.accept,
                    "Authorization": key.text,
                    "X-GitHub-Api-Version": self._version,
                },
            )

    async def _close(self, key: Credential, seconds: float | None, reason: str) -> None:
        if seconds:
            await self._cooldowns.start(key.cooldown, seconds, reason)


def _foreign(call: ApiCall, answer: Response[Any]) -> BotError | None:
    """A good answer has a status that GitHub documents, and holds JSON where JSON was asked for. Any other
    that is no refusal says nothing of what became of the call.
    """
    status = answer.status_code
    if status == call.silent:
        return None
    if status not in _WITH_BODY:
        return Foreign(f"the answer to {call} is not GitHub's: its status is {status}")
    return foreign(str(call), answer.content) if call.accept == JSON else None


def _loopback(url: str) -> bool:
    host = httpx.URL(url).host
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
