"""Carries deliveries from the inbox to the jobs.

A delivery is marked as read after its job is stored, and a job that is stored twice is one job: so
a crash between the two costs nothing.

No delivery holds up another. One whose job the database does not take now is put off; one that cannot be
read, or whose job the database will never take, is set aside for the operator.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import structlog

from bot.core.errors import DatabaseError, Retry
from bot.core.events import Event, IgnoredEvent, MalformedDelivery
from bot.core.jobs import Cause, Delivery, Task
from bot.review.ports import Inbox, Jobs, WebhookEvents

log = structlog.get_logger()

BATCH = 64
GATHER = 0.05  # seconds between two looks: those that come meanwhile share one, and its commits
IDLE = 1.0  # seconds between looks at the inbox when nothing was announced
LARGE = 1024 * 1024  # bytes of a body that is read beside the loop
WAITS = (1.0, 2.0, 5.0, 10.0, 30.0)  # seconds until a delivery is read again whose job could not be stored
BUG = "a bug in reading it; the log has the details"
PRIORITY = {Cause.COMMAND: 10, Cause.RERUN: 10, Cause.QUEUED: 10}  # somebody waits for the answer


async def _always() -> bool:
    return True


class InboxDispatcher:
    """`is_leader` tells whether this process is the one of all that carries. Two that carry the same delivery
    would make one job of it, but twice the work.
    """

    def __init__(
        self,
        inbox: Inbox,
        jobs: Jobs,
        events: WebhookEvents,
        is_leader: Callable[[], Awaitable[bool]] = _always,
    ) -> None:
        self._inbox = inbox
        self._jobs = jobs
        self._events = events
        self._is_leader = is_leader

    async def run(self) -> None:
        """Goes on until it is cancelled."""
        while True:
            try:
                read = await self._carry() if await self._is_leader() else 0
            except Exception:
                log.exception("inbox_read_failed")
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
        read = await asyncio.gather(*map(self._read, deliveries), return_exceptions=True)
        done = [delivery.id for delivery, outcome in zip(deliveries, read, strict=True) if outcome is True]
        if done:
            await self._inbox.mark_read(done)
        for outcome in read:  # the inbox itself failed, or the process ends
            if isinstance(outcome, BaseException):
                raise outcome
        return len(deliveries)

    async def _read(self, delivery: Delivery) -> bool:
        """Whether the delivery may be marked as read; otherwise it was put off or set aside."""
        with structlog.contextvars.bound_contextvars(delivery=delivery.id, github_event=delivery.event):
            try:
                await self._submit_all(delivery, await self._event(delivery))
            except Retry as error:
                await self._put_off(delivery, str(error))
            except (MalformedDelivery, DatabaseError) as error:
                await self._set_aside(delivery, str(error))
            except Exception:
                log.exception("delivery_read_crashed")
                await self._set_aside(delivery, BUG)
            else:
                return True
            return False

    async def _event(self, delivery: Delivery) -> Event:
        if len(delivery.body) > LARGE:
            return await asyncio.to_thread(self._events.read, delivery.event, delivery.body)
        return self._events.read(delivery.event, delivery.body)

    async def _submit_all(self, delivery: Delivery, event: Event) -> None:
        """One that is refused does not keep the others of the same delivery from their jobs."""
        if isinstance(event, IgnoredEvent):
            log.info("delivery_ignored", reason=event.reason)
            return
        tasks = (self._submit(task, delivery) for task in event.tasks)
        outcomes = await asyncio.gather(*tasks, return_exceptions=True)
        failed = [outcome for outcome in outcomes if isinstance(outcome, BaseException)]
        for error in sorted(failed, key=lambda error: not isinstance(error, Retry)):
            raise error

    async def _submit(self, task: Task, delivery: Delivery) -> None:
        job = await self._jobs.submit(task, delivery=delivery.id, priority=PRIORITY.get(task.cause, 0))
        log.info("job_stored" if job else "job_already_stored", pull=str(task.pull), cause=task.cause)

    async def _put_off(self, delivery: Delivery, reason: str) -> None:
        """It is tried for as long as it takes, but never waits long: the database may be back any moment."""
        wait = timedelta(seconds=WAITS[min(delivery.failures, len(WAITS) - 1)])
        log.warning("delivery_deferred", reason=reason, seconds=wait.total_seconds())
        await self._inbox.put_off(delivery.id, wait, reason)

    async def _set_aside(self, delivery: Delivery, reason: str) -> None:
        log.error("delivery_set_aside", reason=reason)
        await self._inbox.set_aside(delivery.id, reason)
