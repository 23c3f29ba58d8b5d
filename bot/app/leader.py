"""Periodic tasks that run in one process of all that share the database."""

import asyncio
import time
from collections.abc import Awaitable, Callable

import structlog

from bot.core.errors import BotError
from bot.engine.shared.leases import Leases

log = structlog.get_logger()

LEADING = 30.0  # seconds of a leader lease, renewed long before it expires


IsLeader = Callable[[], Awaitable[bool]]


class LeaderLease:
    """Whether this process is the leader for `name`."""

    def __init__(self, leases: Leases, name: str, seconds: float = LEADING) -> None:
        self._leases = leases
        self._name = name
        self._seconds = seconds
        self._renew = 0.0
        self._is_leader = False

    async def __call__(self) -> bool:
        """Acquires or renews the lease; cached for a third of its length. Raises `Retry`."""
        if time.monotonic() >= self._renew:
            self._is_leader = await self._leases.acquire(self._name, self._seconds)
            self._renew = time.monotonic() + (self._seconds / 3 if self._is_leader else 1.0)
        return self._is_leader

    async def release(self) -> None:
        """Lets another process become the leader at once."""
        if self._is_leader:
            self._is_leader, self._renew = False, 0.0
            await self._leases.release(self._name)


class RepeatedTask:
    """Runs `work` at once and then every `seconds`, while `is_leader` returns true."""

    def __init__(
        self, name: str, is_leader: IsLeader, work: Callable[[], Awaitable[object]], seconds: float
    ) -> None:
        self._name = name
        self._is_leader = is_leader
        self._work = work
        self._seconds = seconds

    async def run(self) -> None:
        """Runs until it is cancelled."""
        due = 0.0
        while True:
            if time.monotonic() >= due and await self._once():
                due = time.monotonic() + self._seconds
            await asyncio.sleep(min(self._seconds, LEADING / 3))

    async def _once(self) -> bool:
        """Runs the work if this process is the leader. Returns whether it is."""
        try:
            if not await self._is_leader():
                return False
            count = await self._work()
        except BotError as error:
            log.warning("scheduled_task_failed", task=self._name, reason=str(error))
        except Exception:
            log.exception("scheduled_task_crashed", task=self._name)
        else:
            if count:
                log.info("scheduled_task_finished", task=self._name, count=count)
        return True
