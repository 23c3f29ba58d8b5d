"""What is done again and again, by one process of all that share the database."""

import asyncio
import time
from collections.abc import Awaitable, Callable

import structlog

from bot.core.errors import BotError
from bot.engine.shared.leases import Leases

log = structlog.get_logger()

LEADING = 30.0  # seconds for which a process stays the one, renewed long before


Leads = Callable[[], Awaitable[bool]]


class LeaderLease:
    """Whether this process is the one that does the thing called `name`."""

    def __init__(self, leases: Leases, name: str, seconds: float = LEADING) -> None:
        self._leases = leases
        self._name = name
        self._seconds = seconds
        self._renew = 0.0
        self._is_leader = False

    async def __call__(self) -> bool:
        """Asks the database now and then, and is believed in between. Raises `Retry`."""
        if time.monotonic() >= self._renew:
            self._is_leader = await self._leases.acquire(self._name, self._seconds)
            self._renew = time.monotonic() + (self._seconds / 3 if self._is_leader else 1.0)
        return self._is_leader

    async def release(self) -> None:
        """Lets another process be the one at once."""
        if self._is_leader:
            self._is_leader, self._renew = False, 0.0
            await self._leases.release(self._name)


class RepeatedTask:
    """Does `work` at once and then every `seconds`, while this process is the one (`lead` tells)."""

    def __init__(self, name: str, lead: Leads, work: Callable[[], Awaitable[object]], seconds: float) -> None:
        self._name = name
        self._lead = lead
        self._work = work
        self._seconds = seconds

    async def run(self) -> None:
        """Goes on until it is cancelled."""
        due = 0.0
        while True:
            if time.monotonic() >= due and await self._once():
                due = time.monotonic() + self._seconds
            await asyncio.sleep(min(self._seconds, LEADING / 3))

    async def _once(self) -> bool:
        """Whether it was this process's turn."""
        try:
            if not await self._lead():
                return False
            done = await self._work()
        except BotError as error:
            log.warning("scheduled_task_failed", task=self._name, reason=str(error))
        except Exception:
            log.exception("scheduled_task_crashed", task=self._name)
        else:
            if done:
                log.info("scheduled_task_finished", task=self._name, count=done)
        return True
