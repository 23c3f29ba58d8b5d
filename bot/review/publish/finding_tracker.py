"""Follows findings over the pushes of a pull request, and learns what people do not want to hear of.

Somebody dismisses a finding by a 👎 on it, by a command, or by resolving its thread while the line still
stands. Only those who may write are heard: an author without that right must not silence a review.
"""

import asyncio
from collections.abc import Sequence
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

log = structlog.get_logger()

_HEARD = 10  # people whose right to write is asked for, of one finding


class FindingSnapshot(NamedTuple):
    """The findings of a review, sorted, with the bot's threads by the keys of their findings. `readable`: the
    threads are known.
    """

    sorted: Reconciliation
    known: Sequence[TrackedFinding]
    threads: dict[str, Thread]
    readable: bool = True


class FindingTracker:
    def __init__(self, forge: Forge, findings: Findings) -> None:
        self._forge = forge
        self._findings = findings

    async def learn(self, pull: Pull, *, patient: bool = False) -> None:
        """Remembers what people have dismissed, where GitHub tells it."""
        asked = self._forge.threads(pull.ref)
        threads = by_key(await best_effort(asked, (), what="dismissals", ref=pull.ref, patient=patient))
        await self._learn(pull.ref, threads, _remembered(threads, await self._findings.of(pull.ref)))

    async def dismiss(self, pull: Pull, first: int, by: str) -> str | None:
        """Dismisses, for `by`, the finding whose thread begins with comment `first`; returns its title.

        None when that is no thread about a finding.
        """
        threads = await self._forge.threads(pull.ref)
        thread = next((one for one in threads if one.comment == first), None)
        key = key_of(thread) if thread else None
        if thread is None or key is None:
            return None
        known = _remembered({key: thread}, await self._findings.of(pull.ref))
        [one] = [one for one in known if one.fingerprint == key]
        await self._dismiss(pull.ref, [_dismissal(one, by, "command")], [one])
        if not thread.resolved:
            resolved = self._forge.resolve(pull.ref, thread.id)
            await best_effort(resolved, False, what="resolving a thread", ref=pull.ref, patient=False)
        return one.title

    async def sort(self, pull: Pull, report: Report, channels: Channels) -> FindingSnapshot:
        """Sorts what a review found by what was known, and remembers it, before GitHub shows anything of it:
        whoever does it again comes to the same end. Where the threads cannot be read, they count as
        unchanged.
        """
        read = await channels.attempt(Channel.HISTORY, self._forge.threads(pull.ref), None)
        threads = by_key(read or ())
        remembered = _remembered(threads, await self._findings.of(pull.ref))
        known = await self._learn(pull.ref, threads, remembered)
        dismissals = await self._findings.dismissals(pull.ref.repository)
        moved_off = {key for key, thread in threads.items() if _moved_off(thread)}
        # Diffs of megabytes are read here: whoever else waits must not wait for that.
        found = await asyncio.to_thread(reconcile, report.change, report.review, known, dismissals, moved_off)
        await self._findings.save(pull.ref, [_with_thread(one, threads) for one in found.changed])
        return FindingSnapshot(found, known, threads, read is not None)

    async def _learn(
        self, ref: PullRef, threads: dict[str, Thread], known: Sequence[TrackedFinding]
    ) -> Sequence[TrackedFinding]:
        """What is known after that."""
        judged = [
            (one, dismissal)
            for one in known
            if one.fate is not FindingStatus.DISMISSED and one.fingerprint in threads
            if (dismissal := await self._judged(ref, one, threads[one.fingerprint]))
        ]
        if not judged:
            return known
        await self._dismiss(ref, [dismissal for _, dismissal in judged], [one for one, _ in judged])
        gone = {one.fingerprint for one, _ in judged}
        return [_dismissed(one) if one.fingerprint in gone else one for one in known]

    async def _judged(self, ref: PullRef, known: TrackedFinding, thread: Thread) -> Dismissal | None:
        for login in thread.dislikes[:_HEARD]:
            if await self._may_dismiss(ref, login):
                return _dismissal(known, login, "reaction")
        by = thread.resolver
        if by and _stands(thread, known) and await self._may_dismiss(ref, by):
            return _dismissal(known, by, "resolved")
        return None

    async def _may_dismiss(self, ref: PullRef, login: str) -> bool:
        """What GitHub does not tell now is asked again at the next review. Raises `Retry` at a rate limit."""
        asked = self._forge.may_command(ref, login)
        return await best_effort(asked, False, what=f"what {login} may", ref=ref, patient=False)

    async def _dismiss(
        self, ref: PullRef, dismissals: Sequence[Dismissal], known: Sequence[TrackedFinding]
    ) -> None:
        """The repository's first: what is dismissed in the pull alone would not be learnt again."""
        await self._findings.dismiss(ref.repository, dismissals)
        await self._findings.save(ref, [_dismissed(one) for one in known])
        for one in dismissals:
            log.info("a finding was dismissed", pull=str(ref), title=one.title, by=one.by, how=one.how)


def _moved_off(thread: Thread) -> bool:
    """Whether the line of a thread has changed, or is no part of the diff any more."""
    return thread.line is None and not is_whole(thread)


def _stands(thread: Thread, known: TrackedFinding) -> bool:
    """Whether a thread was resolved although its line had not changed, and not by the bot."""
    by_bot = known.fate is FindingStatus.FIXED or reported_status(thread) is FindingStatus.FIXED
    return thread.resolved and not _moved_off(thread) and not by_bot


def _remembered(threads: dict[str, Thread], known: Sequence[TrackedFinding]) -> list[TrackedFinding]:
    """What is known, and what only GitHub knows of: an earlier release, or another database, put it there."""
    names = {one.fingerprint for one in known}
    others = [_read(key, thread) for key, thread in threads.items() if key not in names]
    return [*(_with_thread(one, threads) for one in known), *others]


def _read(key: str, thread: Thread) -> TrackedFinding:
    said = read_comment(thread)
    is_done = thread.resolved and _moved_off(thread)
    return TrackedFinding(
        fingerprint=key,
        path=thread.path,
        side=thread.side,
        text="",
        category=said.category,
        title=said.title,
        severity=said.severity,
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
        category=known.category,
        title=known.title,
        by=by,
        how=how,
    )
