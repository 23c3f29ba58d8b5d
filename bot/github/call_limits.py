"""Holds calls back for as long as GitHub asks."""

import httpx

from bot.core.cooldowns import Cooldowns
from bot.core.errors import BotError, Retry
from bot.github.calls import Credential
from bot.github.failures import LIMIT, UNAVAILABLE, Unanswered
from bot.github.rate_limits import until_allowed


class CallLimits:
    """The cooldowns of credentials."""

    def __init__(self, cooldowns: Cooldowns) -> None:
        self._cooldowns = cooldowns

    async def check(self, name: str, credential: Credential) -> None:
        """Raises `Retry` while a cooldown is active. Cooldowns are shared by repositories, so their reason
        does not name a call; the error names it (`name`).
        """
        active = await self._cooldowns.active(credential.cooldown)
        if active:
            raise Retry(f"{active.reason} ({name})", active.seconds)

    async def record(self, failure: BotError, credential: Credential) -> BotError:
        """Starts a cooldown for as long as `failure` says, and returns `failure`."""
        if isinstance(failure, Retry):
            reason = UNAVAILABLE if isinstance(failure, Unanswered) else LIMIT
            await self._start(credential, failure.after, reason)
        return failure

    async def respect(self, headers: httpx.Headers, credential: Credential) -> None:
        """Starts a cooldown if an answer used up the limit."""
        await self._start(credential, until_allowed(headers), LIMIT)

    async def _start(self, credential: Credential, seconds: float | None, reason: str) -> None:
        if seconds:
            await self._cooldowns.start(credential.cooldown, seconds, reason)
