"""Commits whose review waits for the checks of others.

Checks end many times for each push, and mostly nobody waits for them: so it is noted who does, and the end
of the others is passed over without a word to GitHub. Not every end is told so that it names the pull
request (that of a commit status, or of a fork's checks), so whoever waits is looked at now and then besides.
"""

from collections.abc import Mapping

from bot.core.change import PullRef
from bot.core.jobs import Cause, Task
from bot.review.ports import Jobs, KeyValues

_PREFIX = "awaits checks "
_PRIORITY = -10  # what somebody has just pushed goes before


class PendingChecks:
    def __init__(self, notes: KeyValues) -> None:
        self._notes = notes

    async def note(self, pull: PullRef, head: str) -> None:
        """Of a pull request one head is awaited, the newest."""
        await self._notes.write(_name(pull), head)

    async def has(self, pull: PullRef, head: str | None) -> bool:
        return head is not None and await self._notes.read(_name(pull)) == head

    async def forget(self, pull: PullRef) -> None:
        """Nobody waits there any more."""
        if await self._notes.read(_name(pull)):
            await self._notes.write(_name(pull), "")

    async def all(self) -> Mapping[PullRef, str]:
        """The heads that are awaited, by pull request."""
        found = await self._notes.named(_PREFIX)
        return {_pull(name): head for name, head in found.items() if head}


class ChecksPoller:
    """Looks at those that wait."""

    def __init__(self, pending_checks: PendingChecks, jobs: Jobs) -> None:
        self._pending_checks = pending_checks
        self._jobs = jobs

    async def run(self) -> int:
        """Stores a job for each, which finds out how the checks stand; returns how many."""
        jobs = [
            await self._jobs.submit(Task(pull=pull, cause=Cause.CHECKED, head=head), priority=_PRIORITY)
            for pull, head in (await self._pending_checks.all()).items()
        ]
        return sum(job is not None for job in jobs)


def _name(pull: PullRef) -> str:
    return f"{_PREFIX}{pull}"


def _pull(name: str) -> PullRef:
    repository, _, number = name.removeprefix(_PREFIX).rpartition("#")
    return PullRef(repository=repository, number=int(number))
