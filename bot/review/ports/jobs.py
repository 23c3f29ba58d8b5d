"""Deliveries and jobs, durable."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from bot.core.change import PullRef
from bot.core.jobs import Delivery, Job, JobState, Task


class Jobs(Protocol):
    """Durable jobs. At most one job of a lane runs at a time; a lapsed lease returns its job.

    A job reviews the latest head of its pull request, whichever its delivery spoke of. So of all
    the pushes of a lane at most one waits; a command always keeps its own job, for only the job
    finds out whether its author may give it, and so do labels, checks that ended and the closing.
    """

    async def submit(
        self, task: Task, *, delivery: str | None = None, priority: int = 0, due: datetime | None = None
    ) -> Job | None:
        """Stores a job, or returns None when one with the same `task.key` is already known.

        A failed or cancelled one is started anew, and so is a superseded one when another delivery
        names its head again. Waiting jobs of the same lane that a push makes pointless become
        superseded.
        """
        ...

    async def claim(self, worker: str, lease: timedelta) -> Job | None:
        """The next job that is due, now RUNNING under a lease; None when there is none."""
        ...

    async def extend(self, job: Job, worker: str, lease: timedelta) -> bool:
        """False when the job is not ours any more (superseded, cancelled, lease lost)."""
        ...

    async def finish(self, job: Job, worker: str, state: JobState, error: str | None = None) -> bool:
        """Ends the job as DONE, FAILED, SUPERSEDED or CANCELLED; False when it is not ours any more."""
        ...

    async def retry(self, job: Job, worker: str, due: datetime, error: str) -> bool:
        """Lets the job wait until `due`.

        False when it will not: it is not ours any more, or a newer one waits and supersedes it.
        """
        ...

    async def park(self, job: Job, worker: str, due: datetime, error: str) -> bool:
        """Like `retry`, but does not count as an attempt."""
        ...

    async def defer_notice(self, job: Job, worker: str, due: datetime, ending: JobState, error: str) -> bool:
        """The job has come to its end, but that could not be told yet: it waits until `due` to be told."""
        ...

    async def cancelling(self, job: Job) -> str | None:
        """Why the job is to be stopped, if it is."""
        ...

    async def newer(self, job: Job) -> bool:
        """Whether a review of another head waits in the same lane, so that this one may stop.

        Only the review of a head is stopped for a push; a command never is.
        """
        ...

    async def closing(self, job: Job) -> bool:
        """Whether it waits in the same lane to be looked at that the pull request was closed."""
        ...

    async def reviewing(self, pull: PullRef) -> bool:
        """Whether a review of the pull request's head waits to be made."""
        ...

    async def wait(self, seconds: float) -> None:
        """Returns when this process may have made a job claimable, or after `seconds`."""
        ...

    async def counts(self) -> Mapping[JobState, int]:
        """How many jobs are in each state; every state is there."""
        ...

    async def knows(self, task: Task) -> bool:
        """Whether there is a job with the same `task.key`, in whatever state."""
        ...


class Inbox(Protocol):
    """Deliveries, durable before they are acknowledged. All raise `Retry` when the disk fails."""

    async def receive(self, delivery: Delivery) -> bool:
        """Returns when the delivery is on disk; False when its id was already there.

        One that was there is read again: whoever redelivers wants another try.
        """
        ...

    async def unread(self, limit: int) -> Sequence[Delivery]:
        """The oldest deliveries that nobody has read and that are due; fewer than `limit` when they are
        large.
        """
        ...

    async def unread_count(self) -> int:
        """How many deliveries nobody has read."""
        ...

    async def known(self, ids: Sequence[str]) -> frozenset[str]:
        """Those of `ids` that are here, read or not."""
        ...

    async def mark_read(self, ids: Sequence[str]) -> None: ...

    async def put_off(self, delivery: str, wait: timedelta, reason: str) -> None:
        """The delivery stays unread, and is read again after `wait`. The others do not wait for it."""
        ...

    async def set_aside(self, delivery: str, reason: str) -> None:
        """Keeps a delivery that makes no job, with the reason, out of the way of the others."""
        ...

    async def set_aside_count(self) -> int:
        """How many deliveries are set aside."""
        ...

    async def wait(self, seconds: float) -> None:
        """Returns when this process has received something, or after `seconds`."""
        ...
