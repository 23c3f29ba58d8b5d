"""Takes jobs from the queue, one at a time."""

import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from runner.heartbeat import Heartbeat, LeaseLost
from runner.queue import Job, Queue
from runner.settings import duration

Handler = Callable[..., Awaitable[Any]]

log = logging.getLogger(__name__)


class Worker:
    def __init__(self, queue: Queue, handlers: Mapping[str, Handler], owner: str) -> None:
        self._queue = queue
        self._handlers = handlers
        self._owner = owner
        self._lease = duration("lease", "30s")

    async def step(self) -> bool:
        """Does one job, if there is one."""
        job = await self._queue.claim(self._owner, self._lease)
        if job is None:
            return False
        try:
            async with Heartbeat(self._queue, job, self._owner, self._lease):
                error = await self._run(job)
        except LeaseLost:
            log.warning("job %d was cancelled: its lease was lost", job.id)
            return True
        if not await self._queue.finish(job, self._owner, error):
            log.warning("job %d was taken away before its end", job.id)
        return True

    async def _run(self, job: Job) -> str | None:
        handler = self._handlers.get(job.kind)
        if handler is None:
            return f"no handler for {job.kind}"
        try:
            await handler(**job.arguments)
        except Exception as error:
            log.exception("job %d failed", job.id)
            return str(error) or type(error).__name__
        return None
