"""Says on GitHub what became of a review. Everything here may be done twice and shows once.

The summary comment always ends in a state that tells the truth: the review, a named failure, a
wait with its end, or "superseded"; and so does the check, each by itself: what is refused on one channel is a
note on the others. A head is noted as announced before GitHub shows that its review is under way, and until
GitHub shows the end of it: so whoever works on the pull next can see to it.
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
    partial_marker,
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
from bot.review.publish.conversation import say
from bot.review.publish.finding_tracker import FindingSnapshot, FindingTracker
from bot.review.publish.inline_comments import InlineComments
from bot.review.publish.summary_comment import Banner, SummaryComment

_USELESS = 3600.0  # seconds for which a repository that takes nothing gets no review that would be paid for


class Publisher:
    """Writes summary comment, inline comments and check run of one pull request after another.

    `renewals` is how often a summary comment that a person has deleted is written anew unasked. A command
    always gets one.
    """

    def __init__(
        self, forge: Forge, published: PublishedState, tracker: FindingTracker, *, renewals: int = 0
    ) -> None:
        self._forge = forge
        self._published = published
        self._tracker = tracker
        self._remarks = InlineComments(forge, published)
        self._comment = SummaryComment(forge, published, renewals=renewals)
        self._useless: dict[str, float] = {}  # until when, by repository

    async def announce(self, pull: Pull, task: Task, *, again: bool = False) -> int | None:
        """Says at once what is being reviewed; where that cannot be said, the review is made all the same.
        Returns the id of the summary comment, if there is one. Raises `Refused` where GitHub took nothing of
        the last review, and takes nothing now: it would be paid for in vain.

        `again`: the head has its review, and its check stays as it is until there is another. Raises `Retry`
        at a rate limit.
        """
        channels = Channels(pull.ref, patient=False)
        if not again:
            await self._published.announce(pull.ref, pull.head)
        number = await channels.attempt(Channel.COMMENT, self._comment.announce(pull, task), None)
        if not again:
            await channels.attempt(Channel.CHECK, self._check(pull, render_check_progress(pull)), None)
        channels.wait()
        self._require_use(pull, channels)
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
        """Posts the comments on lines first, so that the summary can tell which findings stand there.

        `quiet_inline`: no new comments on lines. `partial_review`: the comment that asked for a review of
        some files only; it gets a comment of its own, and summary and check stay as they are. Returns what
        was told.

        Raises `Retry`, when the rest was told, for what may pass (without `patient` only at a rate limit),
        and `Refused` when GitHub shows the review nowhere.
        """
        channels = Channels(pull.ref, patient=patient, shut=report.change.shut)
        seen = await self._tracker.sort(pull, report, channels)
        report = _told(report, seen)
        posted = await self._remarks.put(pull, report, seen, config, channels, quiet=quiet_inline)
        report = report.model_copy(update={"posted": posted})
        if partial_review is not None:
            return await self._show_partial(pull, report, partial_review, channels)
        await self._label(pull, report, config, channels)
        report = await self._show(pull, report, channels)
        channels.wait()
        return report

    async def skip(self, pull: Pull, reason: str, *, patient: bool = True) -> None:
        """Says beside the merge button alone that the review was not meant to be made. Where nothing was
        announced, nothing hangs on it: a job that is not `patient` does without.
        """
        check = render_check_skipped(reason)
        if pull.head in await self._published.announced(pull.ref):
            await self._end(pull, _withdrawn(pull, reason), check)
        else:
            channels = Channels(pull.ref, patient=patient)
            await channels.attempt(Channel.CHECK, self._check(pull, check), None)
            channels.wait()

    async def fail(self, pull: Pull, reason: str, *, again: bool = False) -> None:
        """Says that the review could not be made. `again`: asking for it again may help, with nothing
        changed. Raises `Retry` when some of that cannot be said now.
        """

        def banner(previous: str | None, shut: Sequence[DisabledChannel]) -> str:
            return render_failure(pull, reason, again=again, previous=previous, shut=shut)

        await self._end(pull, banner, render_check_failure(reason, again=again))

    async def wait(self, pull: Pull, reason: str, due: datetime) -> None:
        """Says what is waited for, as far as that can be said now."""
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
        """Takes back what was announced; where nothing was, nothing is said."""
        if await self._published.announced(pull.ref):
            await self._end(pull, _withdrawn(pull, reason), render_check_withdrawn(reason))
            await self.settle_others(pull)

    async def restore(self, pull: Pull, reason: str) -> None:
        """Takes the banner off the review of this head, which stands: another one could not be made."""
        channels = Channels(pull.ref, patient=True)
        await channels.attempt(Channel.COMMENT, self._comment.restore(pull, reason), None)
        channels.wait()

    async def settle_others(self, pull: Pull, *, patient: bool = True) -> None:
        """Ends what GitHub still shows as under way of other heads: their reviews will not come. What is
        refused is tried again with the next job of the pull. Raises `Retry`.
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
        """In the comment and in the check, whichever can be written. Raises `Refused` when neither can."""
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
        body = render_partial(report, comment)
        said = say(self._forge, pull.ref, partial_marker(comment), body, patient=channels.patient)
        await channels.attempt(Channel.COMMENT, said, None)
        channels.wait()
        report = report.model_copy(update={"shut": channels.shut})
        if channels.is_shut(Channel.COMMENT):
            self._require_lines(pull, report, keep=True)
        return report

    def _require_lines(self, pull: Pull, report: Report, *, keep: bool = False) -> None:
        """Raises `Refused` unless all findings stand on lines. `keep`: nothing else keeps them."""
        unshown = [one for one in report.review.findings if one not in report.posted]
        if unshown or not report.posted:
            self._useless[pull.ref.repository] = time.monotonic() + _USELESS
            raise Refused(render_unposted_error(report.shut, unshown if keep else ()))

    def _require_use(self, pull: Pull, channels: Channels) -> None:
        """Raises `Refused` if GitHub refused every part of the last review and would refuse this one, too."""
        are_shut = channels.is_shut(Channel.COMMENT) and channels.is_shut(Channel.CHECK)
        if are_shut and time.monotonic() < self._useless.get(pull.ref.repository, 0):
            raise Refused(render_skipped_error(channels.shut))

    async def _label(self, pull: Pull, report: Report, config: Configuration, channels: Channels) -> None:
        wanted, unwanted = choose_labels(report, config.labels)
        if wanted or unwanted:
            await channels.attempt(Channel.LABELS, self._forge.label(pull.ref, wanted, unwanted), None)

    async def _end(self, pull: Pull, banner: Banner, check: Check) -> None:
        """On both channels, whatever becomes of either. Raises `Retry` when one must be told again."""
        channels = Channels(pull.ref, patient=True)
        number = await channels.attempt(Channel.COMMENT, self._comment.end(pull, banner), None)
        told = self._check(pull, with_notes(check, channels.shut))
        if await channels.attempt(Channel.CHECK, told, None) is not None:
            await self._published.settle(pull.ref, pull.head)
        elif number is not None and channels.is_shut(Channel.CHECK):
            noted = self._comment.end(pull, banner, channels.shut)
            await channels.attempt(Channel.COMMENT, noted, None)
        channels.wait()

    async def _check(self, pull: Pull, check: Check) -> bool:
        return await self._forge.put_check(pull.ref, pull.head, check)


def _withdrawn(pull: Pull, reason: str) -> Banner:
    return lambda previous, shut: render_withdrawn(pull, reason, previous, shut)


def _told(report: Report, seen: FindingSnapshot) -> Report:
    """The report without what nobody wants to hear, and with what became of earlier findings."""
    found = seen.sorted
    review = report.review.model_copy(update={"findings": tuple(one.finding for one in found.tracked)})
    told = {
        "review": review,
        "fixed": found.fixed,
        "lasting": found.lasting,
        "silent": report.silent + len(found.silent),
    }
    return report.model_copy(update=told)
