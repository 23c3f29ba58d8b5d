"""Whether what has happened to a pull request begins its review: by what its repository has chosen, and by
what people have asked for.
"""

from bot.core.change import Pull
from bot.core.check import Standing
from bot.core.config import Effective, is_wanted, reason_to_skip
from bot.core.config.values import Trigger
from bot.core.jobs import REVIEWS, Cause, Task
from bot.core.value import Value
from bot.review.awaited import Awaited
from bot.review.pauses import Pauses
from bot.review.ports import Forge, Records

WAITS = "it waits for the other checks of this commit to be green"


class Declined(Value):
    """There is no review. `told`: a reader of the pull request would wonder, and is told the reason."""

    reason: str
    told: bool


class Conduct:
    def __init__(self, forge: Forge, pauses: Pauses, awaited: Awaited, records: Records) -> None:
        self._forge = forge
        self._pauses = pauses
        self._awaited = awaited
        self._records = records

    async def is_idle(self, task: Task) -> bool:
        """Whether nothing can come of a task, whatever the pull request is like now."""
        return task.cause is Cause.CHECKED and not await self._awaited.has(task.pull, task.head)

    async def settle(self, pull: Pull) -> None:
        """The pull request has its review, or is closed: it waits for nothing."""
        await self._awaited.forget(pull.ref)

    async def declines(self, task: Task, pull: Pull, effective: Effective) -> Declined | None:
        """None when a review is to be made."""
        reason = await self._reason(task, pull, effective)
        return Declined(reason=_plain(reason), told=task.cause in REVIEWS) if reason else None

    async def _reason(self, task: Task, pull: Pull, effective: Effective) -> str | None:
        """A label is set by somebody who wants a review, whatever is passed over otherwise."""
        if task.cause is Cause.LABELED:
            return is_wanted(task.cause, task.label, effective)
        skipped = reason_to_skip(pull, pull.labels, effective)
        if skipped:
            return skipped
        who = await self._pauses.by(pull.ref)
        if who:
            return f"paused by {who}; /resume goes on"
        return await self._not_begun(task, pull, effective)

    async def _not_begun(self, task: Task, pull: Pull, effective: Effective) -> str | None:
        """Checks that were green before anybody looked are as good as those that have just become so."""
        begins = await self._begins(task, pull, effective)
        if begins is None and task.cause is not Cause.CHECKED:
            return None
        if Trigger.CHECKS not in effective.config.on:
            return begins
        await self._awaited.note(pull.ref, pull.head)
        standing = await self._forge.standing(pull.ref, pull.head)
        none_left = task.cause is Cause.CHECKED and standing is Standing.NONE
        return None if standing is Standing.GREEN or none_left else WAITS

    async def _begins(self, task: Task, pull: Pull, effective: Effective) -> str | None:
        """A push takes the place of an opening that had no review yet, and must not lose it."""
        reason = is_wanted(task.cause, task.label, effective)
        if reason is None or task.cause is not Cause.PUSHED or await self._records.latest(pull.ref):
            return reason
        stood_in = (is_wanted(cause, "", effective) for cause in (Cause.OPENED, Cause.READY))
        return None if None in stood_in else reason


def _plain(reason: str) -> str:
    """For the title of a check, which is plain text and begins with "Not reviewed" itself."""
    for beginning in ("Not reviewed: ", "No review was begun: "):
        reason = reason.removeprefix(beginning)
    return reason.replace("`", "")
