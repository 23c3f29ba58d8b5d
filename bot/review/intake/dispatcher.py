"""Turns deliveries in the inbox into jobs.

A delivery is marked as read after its job is stored, and storing a job twice yields one job, so a crash
between the two loses nothing.

No delivery blocks another. When the database cannot store a job now, its delivery is put off. A delivery
that cannot be read, or whose job the database rejects, is set aside for the operator.
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
GATHER = 0.05  # seconds between reads; deliveries that arrive in between share one read and its commits
IDLE = 1.0  # seconds between reads of the inbox without a wakeup
LARGE = 1024 * 1024  # bytes from which a body is parsed in a thread
WAITS = (1.0, 2.0, 5.0, 10.0, 30.0)  # seconds before a delivery is read again after a failed store
BUG = "an internal error while reading the delivery; see the log for details"
PRIORITY = {
    Cause.COMMAND: 10,
    Cause.RERUN: 10,
    Cause.QUEUED: 10,
    Cause.REPLIED: 10,
}  # a person or the merge queue waits for the result, or the next command is about it


async def _always() -> bool:
    return True


class InboxDispatcher:
    """Dispatches while `is_leader` returns true. Two processes that dispatch the same delivery create one job
    but do the work twice.
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
        """Runs until it is cancelled."""
        while True:
            try:
                read = await self._dispatch() if await self._is_leader() else 0
            except Exception:
                log.exception("inbox_read_failed")
                await asyncio.sleep(IDLE)
                continue
            if read:
                await asyncio.sleep(GATHER)
            else:
                await self._inbox.wait(IDLE)

    async def _dispatch(self) -> int:
        """Reads a batch of unread deliveries; returns its size.

        Deliveries are read concurrently, so that they share commits. Their order matters little: a job
        reviews the latest head, whichever head its delivery names.
        """
        deliveries = await self._inbox.unread(BATCH)
        read = await asyncio.gather(*map(self._read, deliveries), return_exceptions=True)
        done = [delivery.id for delivery, outcome in zip(deliveries, read, strict=True) if outcome is True]
        if done:
            await self._inbox.mark_read(done)
        for outcome in read:  # the inbox itself failed, or the task was cancelled
            if isinstance(outcome, BaseException):
                raise outcome
        return len(deliveries)

    async def _read(self, delivery: Delivery) -> bool:
        """Returns True to mark the delivery as read, False after it was put off or set aside."""
        with structlog.contextvars.bound_contextvars(delivery=delivery.id, github_event=delivery.event):
            try:
                await self._submit_all(delivery, await self._read_event(delivery))
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

    async def _read_event(self, delivery: Delivery) -> Event:
        if len(delivery.body) > LARGE:
            return await asyncio.to_thread(self._events.read, delivery.event, delivery.body)
        return self._events.read(delivery.event, delivery.body)

    async def _submit_all(self, delivery: Delivery, event: Event) -> None:
        """Submits every task of the delivery, even when one fails; then raises the first error."""
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
        """Retries without limit, at short intervals: the database may recover at any moment."""
        wait = timedelta(seconds=WAITS[min(delivery.failures, len(WAITS) - 1)])
        log.warning("delivery_deferred", reason=reason, seconds=wait.total_seconds())
        await self._inbox.put_off(delivery.id, wait, reason)

    async def _set_aside(self, delivery: Delivery, reason: str) -> None:
        log.error("delivery_set_aside", reason=reason)
        await self._inbox.set_aside(delivery.id, reason)
