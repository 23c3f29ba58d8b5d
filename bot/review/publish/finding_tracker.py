"""Tracks findings across the pushes of a pull request, and stores people's dismissals.

A person dismisses a finding by a 👎 reaction, by a command, or by resolving its thread while the line is
unchanged. Only people with write permission can do so: an author without it must not silence a review. A
dismissal that was taken back is not repeated from the reaction or the resolved thread, which stay on GitHub.
"""

import asyncio
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import structlog

from bot.core.best_effort import best_effort
from bot.core.change import Pull, PullRef
from bot.core.channels import Channel
from bot.core.findings.reconcile import Reconciliation, reconcile
from bot.core.findings.threads import Thread
from bot.core.findings.tracking import Dismissal, FindingStatus, TrackedFinding
from bot.core.rendering import Report, by_key, is_whole, key_of, read_comment, reported_status
from bot.review.ports import Findings, Forge
from bot.review.publish.channels import Channels
from bot.review.publish.reply_learner import ReplyLearner

log = structlog.get_logger()

_MAX_VOTERS = 10  # people per finding whose permission is checked


class FindingSnapshot(NamedTuple):
    """A review's findings, reconciled with the tracked ones, and the bot's threads by finding key.
    `readable`: the threads could be read.
    """

    reconciliation: Reconciliation
    known: Sequence[TrackedFinding]
    threads: dict[str, Thread]
    readable: bool = True


class FindingTracker:
    """Without a `learner`, nothing is learned from replies."""

    def __init__(self, forge: Forge, findings: Findings, learner: ReplyLearner | None = None) -> None:
        self._forge = forge
        self._findings = findings
        self._learner = learner

    async def learn(self, pull: Pull, *, patient: bool = False) -> None:
        """Stores the dismissals and the reasons that GitHub shows."""
        reading = self._forge.threads(pull.ref)
        threads = by_key(await best_effort(reading, (), what="dismissals", ref=pull.ref, patient=patient))
        await self._learn(pull.ref, threads, _merged(threads, await self._findings.of(pull.ref)))
        await self._follow_replies(pull.ref, threads.values())

    async def dismiss(self, pull: Pull, first: int, by: str) -> str | None:
        """Dismisses, for `by`, the finding whose thread begins with comment `first`, and learns the reason if
        there is one. Returns the finding's title.

        None when the thread is not about a finding.
        """
        threads = await self._forge.threads(pull.ref)
        thread = next((thread for thread in threads if thread.comment == first), None)
        key = key_of(thread) if thread else None
        if thread is None or key is None:
            return None
        known = _merged({key: thread}, await self._findings.of(pull.ref))
        [finding] = [finding for finding in known if finding.fingerprint == key]
        await self._dismiss(pull.ref, [_dismissal(finding, by, "command")], [finding])
        if not thread.resolved:
            resolved = self._forge.resolve(pull.ref, thread.id)
            await best_effort(resolved, False, what="resolving a thread", ref=pull.ref, patient=False)
        await self._follow_replies(pull.ref, threads)
        return finding.title

    async def reconcile(self, pull: Pull, report: Report, channels: Channels) -> FindingSnapshot:
        """Reconciles a review's findings with the tracked ones and stores the result before anything is
        posted, so that a repetition has the same result. Threads that cannot be read count as unchanged.
        """
        read = await channels.attempt(Channel.HISTORY, self._forge.threads(pull.ref), None)
        threads = by_key(read or ())
        merged = _merged(threads, await self._findings.of(pull.ref))
        known, new = await self._learn(pull.ref, threads, merged)
        await self._follow_replies(pull.ref, threads.values())
        dismissals = [*await self._findings.dismissals(pull.ref.repository), *new]
        moved_off = {key for key, thread in threads.items() if _moved_off(thread)}
        # In a thread: a diff of megabytes would block the event loop.
        result = await asyncio.to_thread(
            reconcile, report.change, report.review, known, dismissals, moved_off
        )
        await self._findings.save(pull.ref, [_with_thread(finding, threads) for finding in result.changed])
        return FindingSnapshot(result, known, threads, read is not None)

    async def _learn(
        self, ref: PullRef, threads: dict[str, Thread], known: Sequence[TrackedFinding]
    ) -> tuple[Sequence[TrackedFinding], Sequence[Dismissal]]:
        """Stores new dismissals; returns the findings with their new status, and the dismissals."""
        restored = await self._findings.restored(ref.repository)
        new = [
            (finding, dismissal)
            for finding in known
            if finding.fate is not FindingStatus.DISMISSED
            and finding.fingerprint in threads
            and finding.fingerprint not in restored
            if (dismissal := await self._new_dismissal(ref, finding, threads[finding.fingerprint]))
        ]
        if not new:
            return known, ()
        await self._dismiss(ref, [dismissal for _, dismissal in new], [finding for finding, _ in new])
        dismissed = {finding.fingerprint for finding, _ in new}
        now = [_dismissed(finding) if finding.fingerprint in dismissed else finding for finding in known]
        return now, [dismissal for _, dismissal in new]

    async def _follow_replies(self, ref: PullRef, threads: Iterable[Thread]) -> None:
        if self._learner:
            await self._learner.follow(ref, threads)

    async def _new_dismissal(self, ref: PullRef, known: TrackedFinding, thread: Thread) -> Dismissal | None:
        for login in thread.dislikes[:_MAX_VOTERS]:
            if await self._may_dismiss(ref, login):
                return _dismissal(known, login, "reaction")
        by = thread.resolver
        if by and _is_resolved_unchanged(thread, known) and await self._may_dismiss(ref, by):
            return _dismissal(known, by, "resolved")
        return None

    async def _may_dismiss(self, ref: PullRef, login: str) -> bool:
        """False if GitHub does not say; the next review asks again. Raises `Retry` at a rate limit."""
        permission = self._forge.may_command(ref, login)
        return await best_effort(permission, False, what=f"the permission of {login}", ref=ref, patient=False)

    async def _dismiss(
        self, ref: PullRef, dismissals: Sequence[Dismissal], known: Sequence[TrackedFinding]
    ) -> None:
        """Stores the repository's dismissals first: a finding marked as dismissed is not examined again."""
        await self._findings.dismiss(ref.repository, dismissals)
        await self._findings.save(ref, [_dismissed(finding) for finding in known])
        for dismissal in dismissals:
            log.info(
                "finding_dismissed",
                pull=str(ref),
                title=dismissal.title,
                by=dismissal.by,
                how=dismissal.how,
            )


def _moved_off(thread: Thread) -> bool:
    """Whether the line of a thread has changed or is no longer part of the diff."""
    return thread.line is None and not is_whole(thread)


def _is_resolved_unchanged(thread: Thread, known: TrackedFinding) -> bool:
    """Whether a person resolved the thread although its line had not changed."""
    by_bot = known.fate is FindingStatus.FIXED or reported_status(thread) is FindingStatus.FIXED
    return thread.resolved and not _moved_off(thread) and not by_bot


def _merged(threads: dict[str, Thread], known: Sequence[TrackedFinding]) -> list[TrackedFinding]:
    """The stored findings, and those only on GitHub, posted by an older release or with another database."""
    keys = {finding.fingerprint for finding in known}
    others = [_from_thread(key, thread) for key, thread in threads.items() if key not in keys]
    return [*(_with_thread(finding, threads) for finding in known), *others]


def _from_thread(key: str, thread: Thread) -> TrackedFinding:
    remark = read_comment(thread)
    is_done = thread.resolved and _moved_off(thread)
    return TrackedFinding(
        fingerprint=key,
        path=thread.path,
        side=thread.side,
        text="",
        category=remark.category,
        title=remark.title,
        severity=remark.severity,
        fate=FindingStatus.FIXED if is_done else reported_status(thread),
        comment=thread.comment,
        seen="",
    )


def _with_thread(known: TrackedFinding, threads: dict[str, Thread]) -> TrackedFinding:
    thread = threads.get(known.fingerprint)
    return known.model_copy(update={"comment": thread.comment}) if thread else known


def _dismissed(known: TrackedFinding) -> TrackedFinding:
    return known.model_copy(update={"fate": FindingStatus.DISMISSED})


def _dismissal(known: TrackedFinding, by: str, how: str) -> Dismissal:
    return Dismissal(
        fingerprint=known.fingerprint,
        path=known.path,
        text=known.text,
        around=known.around,
        category=known.category,
        title=known.title,
        by=by,
        how=how,
    )
