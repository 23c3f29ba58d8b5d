"""Heads whose review waits for other apps' checks.

Many checks end for each push, and few reviews wait for them. So waiting heads are stored, and the end of any
other check causes no call to GitHub. Events of commit statuses and of a fork's checks do not name the pull
request, so the waiting heads are also polled.
"""

from collections.abc import Mapping

from bot.core.change import PullRef
from bot.core.jobs import Cause, Task
from bot.review.ports import Jobs, KeyValues

_PREFIX = "awaits checks "
_PRIORITY = -10  # below that of new pushes


class PendingChecks:
    def __init__(self, key_values: KeyValues) -> None:
        self._key_values = key_values

    async def add(self, pull: PullRef, head: str) -> None:
        """Replaces the waiting head of the pull request, if there is one."""
        await self._key_values.write(_key(pull), head)

    async def has(self, pull: PullRef, head: str | None) -> bool:
        return head is not None and await self._key_values.read(_key(pull)) == head

    async def forget(self, pull: PullRef) -> None:
        """The pull request no longer waits."""
        if await self._key_values.read(_key(pull)):
            await self._key_values.write(_key(pull), "")

    async def all(self) -> Mapping[PullRef, str]:
        """The waiting heads by pull request."""
        stored = await self._key_values.named(_PREFIX)
        return {_pull(name): head for name, head in stored.items() if head}


class ChecksPoller:
    """Submits jobs that check the waiting heads again."""

    def __init__(self, pending_checks: PendingChecks, jobs: Jobs) -> None:
        self._pending_checks = pending_checks
        self._jobs = jobs

    async def run(self) -> int:
        """Submits a job for each waiting head; returns how many are new."""
        jobs = [
            await self._jobs.submit(Task(pull=pull, cause=Cause.CHECKED, head=head), priority=_PRIORITY)
            for pull, head in (await self._pending_checks.all()).items()
        ]
        return sum(job is not None for job in jobs)


def _key(pull: PullRef) -> str:
    return f"{_PREFIX}{pull}"


def _pull(name: str) -> PullRef:
    repository, _, number = name.removeprefix(_PREFIX).rpartition("#")
    return PullRef(repository=repository, number=int(number))
