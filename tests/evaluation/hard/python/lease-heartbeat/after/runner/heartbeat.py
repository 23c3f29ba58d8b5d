"""Keeps the lease of a job alive while a worker is at it."""

import asyncio
import contextlib
import logging
import random
from types import TracebackType

from runner.queue import Job, Queue

BEATS_PER_LEASE = 3
JITTER = 0.1

log = logging.getLogger(__name__)


class LeaseLost(Exception):
    """Another worker has the job."""


class Heartbeat:
    """Extends a job's lease for as long as its block runs.

    The block is cancelled when the lease is lost, and `LeaseLost` is raised in place of the cancellation.
    """

    def __init__(self, queue: Queue, job: Job, owner: str, lease: int) -> None:
        self._queue = queue
        self._job = job
        self._owner = owner
        self._lease = lease
        self._interval = lease / BEATS_PER_LEASE
        self._lost = False
        self._beating: asyncio.Task[None] | None = None

    async def __aenter__(self) -> "Heartbeat":
        block = asyncio.current_task()
        assert block is not None
        self._beating = asyncio.create_task(self._beat(block))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._beating is not None
        self._beating.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._beating
        if self._lost and kind is asyncio.CancelledError:
            block = asyncio.current_task()
            assert block is not None
            block.uncancel()
            raise LeaseLost(f"job {self._job.id}") from None

    async def _beat(self, block: "asyncio.Task[object]") -> None:
        while True:
            # Workers that were started together would all write at the same moment.
            await asyncio.sleep(self._interval * random.uniform(1 - JITTER, 1))
            try:
                held = await self._queue.extend(self._job, self._owner, self._lease)
            except Exception:
                # The database may be back before the lease is over: two beats are left.
                log.warning("could not extend the lease of job %d", self._job.id, exc_info=True)
                continue
            if not held:
                self._lost = True
                block.cancel()
                return
