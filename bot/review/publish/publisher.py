"""Publishes reviews on GitHub. Every operation is idempotent.

The summary comment and the check always end in a true state, each independently: the review, a failure with
its reason, a wait with its end, or "superseded". A refusal on one channel becomes a note on the others. A
head is stored as announced before GitHub shows its review as in progress, until GitHub shows the outcome, so
that a later job can clean up after a crash.
"""

import time
from collections.abc import Sequence
from datetime import datetime

from bot.core.change import Pull
from bot.core.channels import Channel, DisabledChannel
from bot.core.check_run import Check
from bot.core.config.values import Configuration
from bot.core.errors import Refused
from bot.core.jobs import Task
from bot.core.rendering import (
    Report,
    choose_labels,
    render_check,
    render_check_cancelled,
    render_check_failure,
    render_check_progress,
    render_check_skipped,
    render_check_waiting,
    render_check_withdrawn,
    render_failure,
    render_parked,
    render_partial,
    render_skipped_error,
    render_summary,
    render_superseded,
    render_unposted_error,
    render_withdrawn,
    with_notes,
)
from bot.review.ports import Forge, PublishedState
from bot.review.publish.channels import Channels
from bot.review.publish.conversation import post
from bot.review.publish.finding_tracker import FindingSnapshot, FindingTracker
from bot.review.publish.inline_comments import InlineComments
from bot.review.publish.summary_comment import Banner, SummaryComment

_BLOCKED_SECONDS = 3600.0  # without paid reviews for a repository that rejected all results


class Publisher:
    """Writes summary comments, inline comments and check runs.

    `renewals` is how often a summary comment that a person has deleted is recreated automatically. A command
    always recreates it.
    """

    def __init__(
        self, forge: Forge, published: PublishedState, tracker: FindingTracker, *, renewals: int = 0
    ) -> None:
        self._forge = forge
        self._published = published
        self._tracker = tracker
        self._inline = InlineComments(forge, published)
        self._comment = SummaryComment(forge, published, renewals=renewals)
        self._blocked_until: dict[str, float] = {}  # monotonic time by repository

    async def announce(self, pull: Pull, task: Task, *, again: bool = False) -> int | None:
        """Posts at once that the review is in progress; if that fails, the review is made anyway. Returns the
        id of the summary comment, if there is one. Raises `Refused` if GitHub rejected all of the last review
        and rejects this as well: the review would be paid for in vain.

        `again`: the head has a review, and its check stays until the new review. Raises `Retry` at a rate
        limit.
        """
        channels = Channels(pull.ref, patient=False)
        if not again:
            await self._published.announce(pull.ref, pull.head)
        number = await channels.attempt(Channel.COMMENT, self._comment.announce(pull, task), None)
        if not again:
            await channels.attempt(Channel.CHECK, self._check(pull, render_check_progress(pull)), None)
        channels.wait()
        self._require_channel(pull, channels)
        return number

    async def publish(
        self,
        pull: Pull,
        report: Report,
        config: Configuration,
        *,
        patient: bool = False,
        quiet_inline: bool = False,
        partial_review: int | None = None,
    ) -> Report:
        """Posts inline comments first, so that the summary can say which findings have one.

        `quiet_inline`: no new inline comments. `partial_review`: the comment that requested a review of some
        files; its result is a separate comment, and the summary and the check do not change. Returns the
        published report.

        Raises `Retry` for temporary failures, after posting the rest (without `patient` only at a rate
        limit), and `Refused` when GitHub shows the review render_unposted_error.
        """
        channels = Channels(pull.ref, patient=patient, shut=report.change.shut)
        seen = await self._tracker.reconcile(pull, report, channels)
        report = _reconciled(report, seen)
        posted = await self._inline.put(pull, report, seen, config, channels, quiet=quiet_inline)
        report = report.model_copy(update={"posted": posted})
        if partial_review is not None:
            return await self._show_partial(pull, report, partial_review, channels)
        await self._label(pull, report, config, channels)
        report = await self._show(pull, report, channels)
        channels.wait()
        return report

    async def skip(self, pull: Pull, reason: str, *, patient: bool = True) -> None:
        """Shows in the check only that the review was skipped. If nothing was announced and the job is not
        `patient`, failures are ignored.
        """
        check = render_check_skipped(reason)
        if pull.head in await self._published.announced(pull.ref):
            await self._end(pull, _withdrawn(pull, reason), check)
        else:
            channels = Channels(pull.ref, patient=patient)
            await channels.attempt(Channel.CHECK, self._check(pull, check), None)
            channels.wait()

    async def fail(self, pull: Pull, reason: str, *, again: bool = False) -> None:
        """Posts that the review failed. `again`: requesting it again may help. Raises `Retry` when some of it
        cannot be posted now.
        """

        def banner(previous: str | None, shut: Sequence[DisabledChannel]) -> str:
            return render_failure(pull, reason, again=again, previous=previous, shut=shut)

        await self._end(pull, banner, render_check_failure(reason, again=again))

    async def wait(self, pull: Pull, reason: str, due: datetime) -> None:
        """Posts the reason for the wait, on the channels that work now."""
        channels = Channels(pull.ref, patient=False)
        parked = self._comment.put_banner(
            pull, lambda previous, _: render_parked(pull, reason, due, previous)
        )
        await channels.attempt(Channel.COMMENT, parked, None)
        await channels.attempt(Channel.CHECK, self._check(pull, render_check_waiting(reason, due)), None)

    async def supersede(self, pull: Pull, newer: str) -> None:
        def banner(previous: str | None, shut: Sequence[DisabledChannel]) -> str:
            return render_superseded(pull, newer, previous, shut)

        await self._end(pull, banner, render_check_cancelled(newer))

    async def withdraw(self, pull: Pull, reason: str) -> None:
        """Withdraws an announced review; does nothing if none was announced."""
        if await self._published.announced(pull.ref):
            await self._end(pull, _withdrawn(pull, reason), render_check_withdrawn(reason))
            await self.settle_others(pull)

    async def restore(self, pull: Pull, reason: str) -> None:
        """Removes the banner from the head's review, which is kept because a new one failed."""
        channels = Channels(pull.ref, patient=True)
        await channels.attempt(Channel.COMMENT, self._comment.restore(pull, reason), None)
        channels.wait()

    async def settle_others(self, pull: Pull, *, patient: bool = True) -> None:
        """Cancels the checks of other heads that GitHub still shows as in progress. The next job of the pull
        request retries refused ones. Raises `Retry`.
        """
        channels = Channels(pull.ref, patient=patient)
        for head in await self._published.announced(pull.ref):
            if head == pull.head:
                continue
            check = self._forge.put_check(pull.ref, head, render_check_cancelled(pull.head), create=False)
            if await channels.attempt(Channel.CHECK, check, None) is None:
                break
            await self._published.settle(pull.ref, head)
        channels.wait()

    async def _show(self, pull: Pull, report: Report, channels: Channels) -> Report:
        """Writes the comment and the check. Raises `Refused` when neither can be written."""
        report = report.model_copy(update={"shut": channels.shut})
        number = await channels.attempt(
            Channel.COMMENT, self._comment.put(pull, render_summary(report)), None
        )
        report = report.model_copy(update={"shut": channels.shut})
        check = self._check(pull, render_check(report, whole=number is None))
        checked = await channels.attempt(Channel.CHECK, check, None)
        report = report.model_copy(update={"shut": channels.shut})
        if number is not None and channels.is_shut(Channel.CHECK):
            await channels.attempt(Channel.COMMENT, self._comment.put(pull, render_summary(report)), None)
        if checked is not None:
            await self._published.settle(pull.ref, pull.head)
        if channels.is_shut(Channel.COMMENT) and not checked:
            channels.wait()
            self._require_lines(pull, report)
        return report

    async def _show_partial(self, pull: Pull, report: Report, comment: int, channels: Channels) -> Report:
        report = report.model_copy(update={"shut": channels.shut})
        posted = post(self._forge, pull.ref, render_partial(report, comment), patient=channels.patient)
        await channels.attempt(Channel.COMMENT, posted, None)
        channels.wait()
        report = report.model_copy(update={"shut": channels.shut})
        if channels.is_shut(Channel.COMMENT):
            self._require_lines(pull, report, keep=True)
        return report

    def _require_lines(self, pull: Pull, report: Report, *, keep: bool = False) -> None:
        """Raises `Refused` unless all findings are inline. `keep`: put the others into the error."""
        unshown = [finding for finding in report.review.findings if finding not in report.posted]
        if unshown or not report.posted:
            self._blocked_until[pull.ref.repository] = time.monotonic() + _BLOCKED_SECONDS
            raise Refused(render_unposted_error(report.shut, unshown if keep else ()))

    def _require_channel(self, pull: Pull, channels: Channels) -> None:
        """Raises `Refused` if neither the last review nor this one can be shown anywhere."""
        are_shut = channels.is_shut(Channel.COMMENT) and channels.is_shut(Channel.CHECK)
        if are_shut and time.monotonic() < self._blocked_until.get(pull.ref.repository, 0):
            raise Refused(render_skipped_error(channels.shut))

    async def _label(self, pull: Pull, report: Report, config: Configuration, channels: Channels) -> None:
        wanted, unwanted = choose_labels(report, config.labels)
        if wanted or unwanted:
            await channels.attempt(Channel.LABELS, self._forge.label(pull.ref, wanted, unwanted), None)

    async def _end(self, pull: Pull, banner: Banner, check: Check) -> None:
        """Writes both channels, independently. Raises `Retry` when one must be written again."""
        channels = Channels(pull.ref, patient=True)
        number = await channels.attempt(Channel.COMMENT, self._comment.end(pull, banner), None)
        written = self._check(pull, with_notes(check, channels.shut))
        if await channels.attempt(Channel.CHECK, written, None) is not None:
            await self._published.settle(pull.ref, pull.head)
        elif number is not None and channels.is_shut(Channel.CHECK):
            noted = self._comment.end(pull, banner, channels.shut)
            await channels.attempt(Channel.COMMENT, noted, None)
        channels.wait()

    async def _check(self, pull: Pull, check: Check) -> bool:
        return await self._forge.put_check(pull.ref, pull.head, check)


def _withdrawn(pull: Pull, reason: str) -> Banner:
    return lambda previous, shut: render_withdrawn(pull, reason, previous, shut)


def _reconciled(report: Report, seen: FindingSnapshot) -> Report:
    """The report without dismissed findings, and with the status of earlier ones."""
    result = seen.reconciliation
    review = report.review.model_copy(update={"findings": tuple(match.finding for match in result.tracked)})
    update = {
        "review": review,
        "fixed": result.fixed,
        "lasting": result.lasting,
        "silent": report.silent + len(result.silent),
    }
    return report.model_copy(update=update)
