"""Posts findings as inline comments and replies in their threads.

Every finding gets one comment. After later pushes the bot replies in its thread instead of posting it again.
A comment that a person deleted stays deleted.
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
    fixed_marker,
    has_reply,
    place,
    render_fixed,
    render_inline,
    render_reintroduced,
    render_review_body,
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
        """Posts new inline comments, unless `quiet` or the threads are unreadable; replies in the threads of
        findings that are fixed or back.

        Returns the findings that have an inline comment now. Refusals are passed to `channels`.
        """
        silent = quiet or not config.inline or not seen.readable
        new = [] if silent else await self._new(pull, report, seen, config.findings)
        is_known = seen.readable or channels.is_shut(Channel.HISTORY)
        blocking = is_known and config.request_changes and _blocks(seen, pull.head)
        refused = await self._submit(pull, report, new, channels, blocking=blocking)
        posted = {match.known.fingerprint for match, _ in new} - refused
        present = posted | seen.threads.keys()
        await self._published.remember_remarks(pull.ref, present)
        await self._reply(pull, seen, channels, resolve=config.resolve)
        await self._unblock(pull, seen, config, channels)
        tracked = seen.reconciliation.tracked
        return tuple(match.finding for match in tracked if match.known.fingerprint in present)

    async def _new(
        self, pull: Pull, report: Report, seen: FindingSnapshot, cap: int
    ) -> Sequence[tuple[MatchedFinding, PlacementKind]]:
        """The findings to post inline, without those that were ever posted."""
        tracked = seen.reconciliation.tracked
        placements = place([match.finding for match in tracked], report.change.files, cap)
        before = seen.threads.keys() | await self._published.remarked(pull.ref)
        return [
            (match, placement.where)
            for match, placement in zip(tracked, placements, strict=True)
            if placement.where is not PlacementKind.SUMMARY and match.known.fingerprint not in before
        ]

    async def _submit(
        self,
        pull: Pull,
        report: Report,
        new: Sequence[tuple[MatchedFinding, PlacementKind]],
        channels: Channels,
        *,
        blocking: bool,
    ) -> set[str]:
        """Submits one review if it has content. Returns the keys of the comments that GitHub rejected."""
        if not new and not blocking:
            return set()
        comments = {
            match.known.fingerprint: render_inline(
                match.finding,
                match.known.fingerprint,
                report.files.get(match.finding.path),
                whole=where is PlacementKind.FILE,
            )
            for match, where in new
        }
        put = self._forge.put_review(
            pull.ref,
            pull.head,
            render_review_body(pull.head, comments, blocking=blocking),
            tuple(comments.values()),
            blocking=blocking,
        )
        all_refused = PostingResult(tuple(comments.values()))
        posting = await channels.attempt(Channel.LINES if comments else Channel.BLOCKING, put, all_refused)
        for channel, error in ((Channel.LINES, posting.error), (Channel.BLOCKING, posting.unblocked)):
            if error is not None:
                channels.close(channel, error)
        return {key for key, comment in comments.items() if comment in posting.refused}

    async def _reply(self, pull: Pull, seen: FindingSnapshot, channels: Channels, *, resolve: bool) -> None:
        for known in _closed(seen):
            if thread := seen.threads.get(known.fingerprint):
                close = self._close(pull, known, thread, resolve=resolve)
                await channels.attempt(Channel.THREADS, close, None)
        for match in seen.reconciliation.tracked:
            thread = seen.threads.get(match.known.fingerprint)
            if thread and match.state is MatchState.BACK:
                await channels.attempt(Channel.THREADS, self._reopen(pull, match.known, thread), None)

    async def _close(self, pull: Pull, known: TrackedFinding, thread: Thread, *, resolve: bool) -> None:
        """Does nothing if a person has resolved the thread."""
        if thread.resolved or known.closed is None:
            return
        key, head = known.fingerprint, known.closed
        text = render_fixed(key, head, pull.url)
        if not has_reply(thread, text.marker):
            await self._forge.reply(pull.ref, thread.comment, text)
        if not resolve or thread.minimised:
            return
        if not await self._forge.resolve(pull.ref, thread.id):
            await self._forge.minimise(pull.ref, thread.node)

    async def _reopen(self, pull: Pull, known: TrackedFinding, thread: Thread) -> None:
        """Unresolves the thread first: an open finding in a resolved thread would look dismissed."""
        if thread.resolved:
            await self._forge.resolve(pull.ref, thread.id, resolved=False)
        text = render_reintroduced(known.fingerprint, pull.head, pull.url)
        if not has_reply(thread, text.marker):
            await self._forge.reply(pull.ref, thread.comment, text)

    async def _unblock(
        self, pull: Pull, seen: FindingSnapshot, config: Configuration, channels: Channels
    ) -> None:
        """Dismisses blocking reviews. Calls GitHub only if there was ever a critical finding."""
        open_now = any(finding.severity == _CRITICAL for finding in seen.reconciliation.open)
        ever = any(finding.severity == _CRITICAL for finding in seen.known)
        if ever and not (open_now and config.request_changes):
            reason = "Changes are not requested." if open_now else "No critical findings are open."
            await channels.attempt(Channel.BLOCKING, self._forge.unblock(pull.ref, reason), None)


def _blocks(seen: FindingSnapshot, head: str) -> bool:
    """Whether this head introduces a critical finding. Older ones have blocked before."""
    return any(
        match.known.severity == _CRITICAL and head in (match.known.seen, match.known.returned)
        for match in seen.reconciliation.tracked
    )


def _closed(seen: FindingSnapshot) -> Iterable[TrackedFinding]:
    """The findings that this head fixed, and those fixed earlier without a reply in their thread."""
    result = seen.reconciliation
    yield from result.fixed
    now = {finding.fingerprint for finding in (*result.fixed, *result.open)}
    for finding in seen.known:
        thread = seen.threads.get(finding.fingerprint)
        if (
            thread is None
            or finding.fate is not FindingStatus.FIXED
            or finding.closed is None
            or finding.fingerprint in now
        ):
            continue
        if not has_reply(thread, fixed_marker(finding.fingerprint, finding.closed)):
            yield finding
