"""Decides whether an event of a pull request triggers its review, by the repository's configuration and by
people's requests.
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

WAITS = "waiting for the other checks of this commit to succeed"
NOT_SKIPPED = "its head was not skipped"
_ASKED_FOR = frozenset({Cause.COMMAND, Cause.LABELED, Cause.RERUN})


class SkipDecision(Value):
    """Make no review. `is_shown`: readers of the pull request expect one, so the check shows the reason.

    `cause` would have triggered it.
    """

    reason: str
    is_shown: bool
    cause: Cause


class TriggerPolicy:
    def __init__(
        self,
        forge: Forge,
        pauses: Pauses,
        pending_checks: PendingChecks,
        skipped_heads: SkippedHeads,
        records: Records,
    ) -> None:
        self._forge = forge
        self._pauses = pauses
        self._pending_checks = pending_checks
        self._skipped_heads = skipped_heads
        self._records = records

    async def is_idle(self, task: Task) -> bool:
        """Whether a task has no effect, whatever the state of the pull request."""
        if task.cause is Cause.CHECKED:
            return not await self._pending_checks.has(task.pull, task.head)
        return task.cause in RECONSIDERED and await self._skipped_heads.of(task.pull, task.head) is None

    async def settle(self, pull: Pull) -> None:
        """Called when the pull request is reviewed or closed: it waits for nothing."""
        await self._pending_checks.forget(pull.ref)
        await self._skipped_heads.forget(pull.ref)

    async def record_skip(self, pull: Pull, declined: SkipDecision) -> None:
        """Stores the reason that the check of the head shows."""
        await self._skipped_heads.add(pull, declined.cause, declined.reason)

    async def decide(
        self, task: Task, pull: Pull, effective: EffectiveConfig, *, patient: bool = True
    ) -> SkipDecision | None:
        """None to make a review. `patient`: raise `Retry` for what GitHub cannot answer now."""
        skipped = await self._skipped_heads.of(pull.ref, pull.head)
        if task.cause in RECONSIDERED or task.cause is Cause.LABELED:
            return await self._reconsider(task, pull, effective, skipped, patient=patient)
        reason = await self._reason(task, pull, effective, patient=patient)
        cause = skipped.cause if skipped and task.cause not in REVIEWS else task.cause
        return _skip(cause, reason, is_shown=task.cause in REVIEWS or _is_new_reason(skipped, reason))

    async def _reconsider(
        self,
        task: Task,
        pull: Pull,
        effective: EffectiveConfig,
        skipped: SkippedHead | None,
        *,
        patient: bool,
    ) -> SkipDecision | None:
        """Decides again about a skipped head, for its original cause: it may be reviewed now, or its check
        needs another reason. A label that requests a review overrides every reason to skip.
        """
        unwanted = (
            reason_not_triggered(task.cause, task.label, effective) if task.cause is Cause.LABELED else None
        )
        if task.cause is Cause.LABELED and unwanted is None:
            return None
        if skipped is None:
            return _skip(task.cause, unwanted or NOT_SKIPPED, is_shown=False)
        again = task.model_copy(update={"cause": skipped.cause})
        reason = await self._reason(again, pull, effective, patient=patient)
        is_shown = _is_new_reason(skipped, reason)
        return _skip(skipped.cause, reason or unwanted, is_shown=is_shown)

    def stops(self, task: Task, pull: Pull, effective: EffectiveConfig) -> SkipDecision | None:
        """Why to stop a review in progress, by the present state of `pull`; None to continue."""
        if task.cause in _ASKED_FOR:
            return None
        return _skip(task.cause, reason_to_skip(pull, pull.labels, effective), is_shown=True)

    async def _reason(
        self, task: Task, pull: Pull, effective: EffectiveConfig, *, patient: bool
    ) -> str | None:
        skipped = reason_to_skip(pull, pull.labels, effective)
        if skipped:
            return skipped
        who = await self._pauses.by(pull.ref)
        if who:
            return f"paused by {who}; /resume turns reviews on again"
        return await self._not_triggered(task, pull, effective, patient=patient)

    async def _not_triggered(
        self, task: Task, pull: Pull, effective: EffectiveConfig, *, patient: bool
    ) -> str | None:
        """Why the task triggers no review. Checks that succeeded earlier count like those of this event."""
        reason = await self._cause_unwanted(task, pull, effective)
        if reason is None and task.cause is not Cause.CHECKED:
            return None
        if Trigger.CHECKS not in effective.config.on:
            return reason
        await self._pending_checks.add(pull.ref, pull.head)
        combined_status = await self._forge.combined_status(pull.ref, pull.head, patient=patient)
        none_left = task.cause is Cause.CHECKED and combined_status is CombinedStatus.NONE
        return None if combined_status is CombinedStatus.GREEN or none_left else WAITS

    async def _cause_unwanted(self, task: Task, pull: Pull, effective: EffectiveConfig) -> str | None:
        """Why the task's cause triggers nothing. A push replaces an opening that had no review yet."""
        reason = reason_not_triggered(task.cause, task.label, effective)
        if reason is None or task.cause is not Cause.PUSHED or await self._records.latest(pull.ref):
            return reason
        replaced = (reason_not_triggered(cause, "", effective) for cause in (Cause.OPENED, Cause.READY))
        return None if None in replaced else reason


def _skip(cause: Cause, reason: str | None, *, is_shown: bool) -> SkipDecision | None:
    return SkipDecision(reason=_plain(reason), is_shown=is_shown, cause=cause) if reason else None


def _is_new_reason(skipped: SkippedHead | None, reason: str | None) -> bool:
    """Whether the check of a skipped head shows another reason."""
    return skipped is not None and reason is not None and skipped.reason != _plain(reason)


def _plain(reason: str) -> str:
    """The reason for the title of a check, which is plain text and begins with "Not reviewed" itself."""
    for beginning in ("Not reviewed: ", "No review started: "):
        reason = reason.removeprefix(beginning)
    return reason.replace("`", "")
