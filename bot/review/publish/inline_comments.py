"""What stands on lines of a pull request: comments of findings, and what is said of them in their threads.

Every finding gets one comment. Over the pushes it is answered in its thread, not said again; and one that
somebody deleted stays deleted.
"""

from collections.abc import Iterable, Sequence

from bot.core.change import Pull
from bot.core.channels import Channel
from bot.core.comments.comment import PostingResult
from bot.core.config.values import Configuration
from bot.core.findings.reconcile import MatchedFinding, MatchState
from bot.core.findings.threads import Thread
from bot.core.findings.tracking import FindingStatus, TrackedFinding
from bot.core.rendering import (
    PlacementKind,
    Report,
    back_marker,
    blocking_marker,
    fixed_marker,
    has_reply,
    place,
    render_fixed,
    render_inline,
    render_reintroduced,
    render_review_body,
    review_marker,
)
from bot.core.review import Finding, Severity
from bot.review.ports import Forge, PublishedState
from bot.review.publish.channels import Channels
from bot.review.publish.finding_tracker import FindingSnapshot

_CRITICAL = Severity.CRITICAL.value


class InlineComments:
    def __init__(self, forge: Forge, published: PublishedState) -> None:
        self._forge = forge
        self._published = published

    async def put(
        self,
        pull: Pull,
        report: Report,
        seen: FindingSnapshot,
        config: Configuration,
        channels: Channels,
        *,
        quiet: bool = False,
    ) -> tuple[Finding, ...]:
        """Posts what is new on lines, unless `quiet` or nobody knows what stands there; answers in the
        threads of what is fixed or back.

        Returns the findings that stand on lines or files now. What is refused is told to `channels`.
        """
        silent = quiet or not config.inline or not seen.readable
        wanted = [] if silent else await self._wanted(pull, report, seen, config.findings)
        known = seen.readable or channels.is_shut(Channel.HISTORY)
        blocking = known and config.request_changes and _blocks(seen, pull.head)
        refused = await self._submit(pull, report, wanted, channels, blocking=blocking)
        said = {one.known.fingerprint for one, _ in wanted} - refused
        stand = said | seen.threads.keys()
        await self._published.remember_remarks(pull.ref, stand)
        await self._answer(pull, seen, channels, resolve=config.resolve)
        await self._unblock(pull, seen, config, channels)
        return tuple(one.finding for one in seen.sorted.tracked if one.known.fingerprint in stand)

    async def _wanted(
        self, pull: Pull, report: Report, seen: FindingSnapshot, cap: int
    ) -> Sequence[tuple[MatchedFinding, PlacementKind]]:
        """The findings to be put on lines, less those that stand there, or stood there once."""
        tracked = seen.sorted.tracked
        places = place([one.finding for one in tracked], report.change.files, cap)
        before = seen.threads.keys() | await self._published.remarked(pull.ref)
        return [
            (one, placed.where)
            for one, placed in zip(tracked, places, strict=True)
            if placed.where is not PlacementKind.SUMMARY and one.known.fingerprint not in before
        ]

    async def _submit(
        self,
        pull: Pull,
        report: Report,
        wanted: Sequence[tuple[MatchedFinding, PlacementKind]],
        channels: Channels,
        *,
        blocking: bool,
    ) -> set[str]:
        """One review, if there is anything to say. Returns the keys of what GitHub did not take."""
        if not wanted and not blocking:
            return set()
        comments = {
            one.known.fingerprint: render_inline(
                one.finding,
                one.known.fingerprint,
                report.files.get(one.finding.path),
                whole=where is PlacementKind.FILE,
            )
            for one, where in wanted
        }
        put = self._forge.put_review(
            pull.ref,
            pull.head,
            review_marker(pull.head, comments) if comments else blocking_marker(pull.head),
            render_review_body(pull.head, comments, blocking=blocking),
            tuple(comments.values()),
            blocking=blocking,
        )
        nothing = PostingResult(tuple(comments.values()))
        posting = await channels.attempt(Channel.LINES if comments else Channel.BLOCKING, put, nothing)
        for channel, error in ((Channel.LINES, posting.error), (Channel.BLOCKING, posting.unblocked)):
            if error is not None:
                channels.close(channel, error)
        return {key for key, comment in comments.items() if comment in posting.refused}

    async def _answer(self, pull: Pull, seen: FindingSnapshot, channels: Channels, *, resolve: bool) -> None:
        for known in _closed(seen):
            if thread := seen.threads.get(known.fingerprint):
                close = self._close(pull, known, thread, resolve=resolve)
                await channels.attempt(Channel.THREADS, close, None)
        for one in seen.sorted.tracked:
            thread = seen.threads.get(one.known.fingerprint)
            if thread and one.state is MatchState.BACK:
                await channels.attempt(Channel.THREADS, self._reopen(pull, one.known, thread), None)

    async def _close(self, pull: Pull, known: TrackedFinding, thread: Thread, *, resolve: bool) -> None:
        """Whoever has resolved the thread knows it already."""
        if thread.resolved or known.closed is None:
            return
        key, head = known.fingerprint, known.closed
        marker = fixed_marker(key, head)
        if not has_reply(thread, marker):
            await self._forge.reply(pull.ref, thread.comment, marker, render_fixed(key, head, pull.url))
        if not resolve or thread.minimised:
            return
        if not await self._forge.resolve(pull.ref, thread.id):
            await self._forge.minimise(pull.ref, thread.node)

    async def _reopen(self, pull: Pull, known: TrackedFinding, thread: Thread) -> None:
        """The thread first: an open finding in a resolved one would look as if somebody had dismissed it."""
        if thread.resolved:
            await self._forge.resolve(pull.ref, thread.id, resolved=False)
        marker = back_marker(known.fingerprint, pull.head)
        if not has_reply(thread, marker):
            body = render_reintroduced(known.fingerprint, pull.head, pull.url)
            await self._forge.reply(pull.ref, thread.comment, marker, body)

    async def _unblock(
        self, pull: Pull, seen: FindingSnapshot, config: Configuration, channels: Channels
    ) -> None:
        """Asked only where there may be something to take back: a critical finding was known before."""
        open_now = any(one.severity == _CRITICAL for one in seen.sorted.open)
        ever = any(one.severity == _CRITICAL for one in seen.known)
        if ever and not (open_now and config.request_changes):
            reason = "No critical finding is open any more." if not open_now else "Changes are not requested."
            await channels.attempt(Channel.BLOCKING, self._forge.unblock(pull.ref, reason), None)


def _blocks(seen: FindingSnapshot, head: str) -> bool:
    """Whether this head brings a critical finding. What stood before has blocked before."""
    return any(
        one.known.severity == _CRITICAL and head in (one.known.seen, one.known.returned)
        for one in seen.sorted.tracked
    )


def _closed(seen: FindingSnapshot) -> Iterable[TrackedFinding]:
    """What this head has fixed, and what an earlier one had whose review was not told to its end."""
    yield from seen.sorted.fixed
    now = {one.fingerprint for one in (*seen.sorted.fixed, *seen.sorted.open)}
    for one in seen.known:
        thread = seen.threads.get(one.fingerprint)
        if (
            thread is None
            or one.fate is not FindingStatus.FIXED
            or one.closed is None
            or one.fingerprint in now
        ):
            continue
        if not has_reply(thread, fixed_marker(one.fingerprint, one.closed)):
            yield one
