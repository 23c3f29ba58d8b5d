"""Whether what has happened to a pull request begins its review: by what its repository has chosen, and by
what people have asked for.
"""

from bot.core.change import Pull
from bot.core.check_run import CombinedStatus
from bot.core.config import EffectiveConfig, reason_not_triggered, reason_to_skip
from bot.core.config.values import Trigger
from bot.core.jobs import RECONSIDERED, REVIEWS, Cause, Task
from bot.core.value import Value
from bot.review.policy.pauses import Pauses
from bot.review.policy.pending_checks import PendingChecks
from bot.review.policy.skipped_heads import SkippedHead, SkippedHeads
from bot.review.ports import Forge, Records

WAITS = "it waits for the other checks of this commit to be green"
NOT_PASSED_OVER = "its head was not passed over"
_ASKED_FOR = frozenset({Cause.COMMAND, Cause.LABELED, Cause.RERUN})


class SkipDecision(Value):
    """There is no review. `told`: a reader of the pull request would wonder, and is told the reason.

    `cause` is what would have begun it.
    """

    reason: str
    told: bool
    cause: Cause


class TriggerPolicy:
    def __init__(
        self,
        forge: Forge,
        pauses: Pauses,
        pending_checks: PendingChecks,
        passed: SkippedHeads,
        records: Records,
    ) -> None:
        self._forge = forge
        self._pauses = pauses
        self._pending_checks = pending_checks
        self._passed = passed
        self._records = records

    async def is_idle(self, task: Task) -> bool:
        """Whether nothing can come of a task, whatever the pull request is like now."""
        if task.cause is Cause.CHECKED:
            return not await self._pending_checks.has(task.pull, task.head)
        return task.cause in RECONSIDERED and await self._passed.of(task.pull, task.head) is None

    async def settle(self, pull: Pull) -> None:
        """The pull request has its review, or is closed: it waits for nothing."""
        await self._pending_checks.forget(pull.ref)
        await self._passed.forget(pull.ref)

    async def pass_over(self, pull: Pull, declined: SkipDecision) -> None:
        """The reason is what the check of the head shows from now on."""
        await self._passed.note(pull, declined.cause, declined.reason)

    async def declines(
        self, task: Task, pull: Pull, effective: EffectiveConfig, *, patient: bool = True
    ) -> SkipDecision | None:
        """None when a review is to be made. `patient`: what GitHub does not tell now is asked for again."""
        passed = await self._passed.of(pull.ref, pull.head)
        if task.cause in RECONSIDERED or task.cause is Cause.LABELED:
            return await self._reconsider(task, pull, effective, passed, patient=patient)
        reason = await self._reason(task, pull, effective, patient=patient)
        cause = passed.cause if passed and task.cause not in REVIEWS else task.cause
        return _declined(cause, reason, told=task.cause in REVIEWS or _is_news(passed, reason))

    async def _reconsider(
        self, task: Task, pull: Pull, effective: EffectiveConfig, passed: SkippedHead | None, *, patient: bool
    ) -> SkipDecision | None:
        """A head that was passed over is looked at again as when it was: it may be reviewed now, or its check
        has to show another reason. A label that asks for a review does so whatever is passed over otherwise.
        """
        unwanted = (
            reason_not_triggered(task.cause, task.label, effective) if task.cause is Cause.LABELED else None
        )
        if task.cause is Cause.LABELED and unwanted is None:
            return None
        if passed is None:
            return _declined(task.cause, unwanted or NOT_PASSED_OVER, told=False)
        again = task.model_copy(update={"cause": passed.cause})
        reason = await self._reason(again, pull, effective, patient=patient)
        told = _is_news(passed, reason)
        return _declined(passed.cause, reason or unwanted, told=told)

    def stops(self, task: Task, pull: Pull, effective: EffectiveConfig) -> SkipDecision | None:
        """Why a review that is being made is not wanted any more, by what `pull` is like now."""
        if task.cause in _ASKED_FOR:
            return None
        return _declined(task.cause, reason_to_skip(pull, pull.labels, effective), told=True)

    async def _reason(
        self, task: Task, pull: Pull, effective: EffectiveConfig, *, patient: bool
    ) -> str | None:
        skipped = reason_to_skip(pull, pull.labels, effective)
        if skipped:
            return skipped
        who = await self._pauses.by(pull.ref)
        if who:
            return f"paused by {who}; /resume goes on"
        return await self._not_begun(task, pull, effective, patient=patient)

    async def _not_begun(
        self, task: Task, pull: Pull, effective: EffectiveConfig, *, patient: bool
    ) -> str | None:
        """Checks that were green before anybody looked are as good as those that have just become so."""
        begins = await self._begins(task, pull, effective)
        if begins is None and task.cause is not Cause.CHECKED:
            return None
        if Trigger.CHECKS not in effective.config.on:
            return begins
        await self._pending_checks.note(pull.ref, pull.head)
        combined_status = await self._forge.combined_status(pull.ref, pull.head, patient=patient)
        none_left = task.cause is Cause.CHECKED and combined_status is CombinedStatus.NONE
        return None if combined_status is CombinedStatus.GREEN or none_left else WAITS

    async def _begins(self, task: Task, pull: Pull, effective: EffectiveConfig) -> str | None:
        """A push takes the place of an opening that had no review yet, and must not lose it."""
        reason = reason_not_triggered(task.cause, task.label, effective)
        if reason is None or task.cause is not Cause.PUSHED or await self._records.latest(pull.ref):
            return reason
        stood_in = (reason_not_triggered(cause, "", effective) for cause in (Cause.OPENED, Cause.READY))
        return None if None in stood_in else reason


def _declined(cause: Cause, reason: str | None, *, told: bool) -> SkipDecision | None:
    return SkipDecision(reason=_plain(reason), told=told, cause=cause) if reason else None


def _is_news(passed: SkippedHead | None, reason: str | None) -> bool:
    """Whether the check shows another reason than the one that holds."""
    return passed is not None and reason is not None and passed.reason != _plain(reason)


def _plain(reason: str) -> str:
    """For the title of a check, which is plain text and begins with "Not reviewed" itself."""
    for beginning in ("Not reviewed: ", "No review started: "):
        reason = reason.removeprefix(beginning)
    return reason.replace("`", "")
