"""The ports to the durable inbox and the durable job queue."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from bot.core.change import PullRef
from bot.core.jobs import Delivery, Job, JobState, Task


class Jobs(Protocol):
    """Durable jobs. At most one job of a lane runs at a time; a job whose lease expires is claimable again.

    A job reviews the latest head of its pull request, whichever head its delivery names. So at most one push
    of a lane waits. Commands, labels, ended checks and closings always keep their own job, because only the
    running job finds out whether they have an effect.
    """

    async def submit(
        self, task: Task, *, delivery: str | None = None, priority: int = 0, due: datetime | None = None
    ) -> Job | None:
        """Stores a job, or returns None when one with the same `task.key` is already stored.

        A failed or cancelled job is restarted, and so is a superseded one when another delivery names its
        head again. A push supersedes older waiting pushes of the same lane.
        """
        ...

    async def claim_some(self, worker: str, lease: timedelta, most: int) -> Sequence[Job]:
        """The next jobs that are due, at most so many, now RUNNING with a lease."""
        ...

    def now(self) -> datetime:
        """The time by which jobs are due, and leases expire."""
        ...

    async def extend(self, job: Job, worker: str, lease: timedelta) -> bool:
        """False when `worker` no longer holds the job (superseded, cancelled, lease lost)."""
        ...

    async def finish(self, job: Job, worker: str, state: JobState, error: str | None = None) -> bool:
        """Ends the job as DONE, FAILED, SUPERSEDED or CANCELLED; False when `worker` no longer holds it."""
        ...

    async def retry(self, job: Job, worker: str, due: datetime, error: str) -> bool:
        """Lets the job wait until `due`.

        False when `worker` no longer holds the job, or a newer waiting job supersedes it.
        """
        ...

    async def park(self, job: Job, worker: str, due: datetime, error: str) -> bool:
        """Like `retry`, but does not count as an attempt."""
        ...

    async def defer_notice(self, job: Job, worker: str, due: datetime, ending: JobState, error: str) -> bool:
        """Ends the job as `ending`, except for its notice: the job waits until `due` to post that."""
        ...

    async def cancelling(self, job: Job) -> str | None:
        """The reason of a requested cancellation, else None."""
        ...

    async def newer(self, job: Job) -> bool:
        """Whether a review of another head waits in the same lane, so that this one can stop.

        A push stops only the review of a head, never a command.
        """
        ...

    async def closing(self, job: Job) -> bool:
        """Whether the closing of the pull request waits in the same lane."""
        ...

    async def reviewing(self, pull: PullRef) -> bool:
        """Whether a review of a head of the pull request waits."""
        ...

    async def wait(self, seconds: float) -> None:
        """Returns when a job may have become claimable, or after `seconds`."""
        ...

    async def counts(self) -> Mapping[JobState, int]:
        """The number of jobs by state; contains every state."""
        ...

    async def knows(self, task: Task) -> bool:
        """Whether a job with the same `task.key` exists, in any state."""
        ...


class Inbox(Protocol):
    """Deliveries, durable before they are acknowledged. All methods raise `Retry` when the disk fails."""

    async def receive(self, delivery: Delivery) -> bool:
        """Returns when the delivery is on disk; False when its id was already stored.

        A redelivery marks the stored delivery as unread again.
        """
        ...

    async def unread(self, limit: int) -> Sequence[Delivery]:
        """The oldest unread deliveries that are due; fewer than `limit` when they are large."""
        ...

    async def unread_count(self) -> int:
        """The number of unread deliveries."""
        ...

    async def known(self, ids: Sequence[str]) -> frozenset[str]:
        """Those of `ids` that are stored, read or unread."""
        ...

    async def mark_read(self, ids: Sequence[str]) -> None: ...

    async def put_off(self, delivery: str, wait: timedelta, reason: str) -> None:
        """The delivery stays unread and is due again after `wait`. It does not block others."""
        ...

    async def set_aside(self, delivery: str, reason: str) -> None:
        """Marks a delivery that cannot become a job, with the reason. It does not block others."""
        ...

    async def set_aside_count(self) -> int:
        """The number of deliveries that are set aside."""
        ...

    async def wait(self, seconds: float) -> None:
        """Returns when a delivery may have arrived, or after `seconds`."""
        ...
