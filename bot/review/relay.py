"""Carries deliveries from the inbox to the jobs.

A delivery is marked as read after its job is stored, and a job that is stored twice is one job: so
a crash between the two costs nothing.
"""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from bot.core.events import Ignored, MalformedDelivery, Triggers, read_event
from bot.core.jobs import Cause, Delivery, Task
from bot.review.ports import Inbox, Jobs

log = structlog.get_logger()

BATCH = 64
GATHER = 0.05  # seconds between two looks: those that come meanwhile share one, and its commits
IDLE = 1.0  # seconds between looks at the inbox when nothing was announced
PRIORITY = {Cause.COMMAND: 10, Cause.RERUN: 10, Cause.QUEUED: 10}  # somebody waits for the answer


async def _always() -> bool:
    return True


class Relay:
    """`triggers` is asked anew for each delivery: the bot's own name is learnt after the start.

    `leads` tells whether this process is the one of all that carries. Two that carry the same delivery
    would make one job of it, but twice the work.
    """

    def __init__(
        self,
        inbox: Inbox,
        jobs: Jobs,
        triggers: Callable[[], Triggers],
        leads: Callable[[], Awaitable[bool]] = _always,
    ) -> None:
        self._inbox = inbox
        self._jobs = jobs
        self._triggers = triggers
        self._leads = leads

    async def run(self) -> None:
        """Goes on until it is cancelled."""
        while True:
            try:
                read = await self._carry() if await self._leads() else 0
            except Exception:
                log.exception("deliveries could not be read")
                await asyncio.sleep(IDLE)
                continue
            if read:
                await asyncio.sleep(GATHER)
            else:
                await self._inbox.wait(IDLE)

    async def _carry(self) -> int:
        """Reads what is there; returns how many deliveries that were.

        All at once, so that they share their commits. Their order matters little: a job reviews the
        latest head, whichever its delivery spoke of.
        """
        deliveries = await self._inbox.unread(BATCH)
        read = await asyncio.gather(*map(self._read, deliveries))
        done = [delivery.id for delivery, is_done in zip(deliveries, read, strict=True) if is_done]
        if done:
            await self._inbox.mark_read(done)
        return len(deliveries)

    async def _read(self, delivery: Delivery) -> bool:
        """Whether the delivery may be marked as read. One that cannot be read must not stop the others."""
        with structlog.contextvars.bound_contextvars(delivery=delivery.id, github_event=delivery.event):
            try:
                event = read_event(delivery.event, delivery.body.encode(), self._triggers())
            except MalformedDelivery as error:
                return await self._set_aside(delivery, str(error))
            except Exception:
                log.exception("a bug in reading a delivery")
                return await self._set_aside(delivery, "a bug in reading it; the log has the details")
            if isinstance(event, Ignored):
                log.info("ignored", reason=event.reason)
            else:
                for task in event.tasks:
                    await self._submit(task, delivery)
            return True

    async def _submit(self, task: Task, delivery: Delivery) -> None:
        job = await self._jobs.submit(task, delivery=delivery.id, priority=PRIORITY.get(task.cause, 0))
        log.info("job stored" if job else "known already", pull=str(task.pull), cause=task.cause)

    async def _set_aside(self, delivery: Delivery, reason: str) -> bool:
        log.warning("a delivery is set aside", reason=reason)
        await self._inbox.mark_malformed(delivery.id, reason)
        return False
