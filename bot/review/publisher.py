"""Says on GitHub what became of a review. Everything here may be done twice and shows once.

The summary comment always ends in a state that tells the truth: the review, a named failure, a
wait with its end, or "superseded". A head is noted as announced before GitHub shows that its review
is under way, and until GitHub shows the end of it: so whoever works on the pull next can see to it.
"""

from datetime import datetime

from bot.core.change import Pull
from bot.core.check import Check
from bot.core.config.values import Configuration
from bot.core.jobs import Cause, Task
from bot.core.rendering import (
    Report,
    aside_marker,
    choose_labels,
    render_aside,
    render_check,
    render_check_cancelled,
    render_check_failure,
    render_check_progress,
    render_check_skipped,
    render_check_waiting,
    render_check_withdrawn,
    render_failure,
    render_parked,
    render_placeholder,
    render_summary,
    render_superseded,
    render_withdrawn,
    summary_marker,
)
from bot.review.ports import Forge, Traces
from bot.review.remarks import Remarks
from bot.review.tracker import Seen, Tracker


class Publisher:
    """Writes summary comment, inline comments and check run of one pull request after another.

    `renewals` is how often a summary comment that a person has deleted is written anew unasked. A command
    always gets one.
    """

    def __init__(self, forge: Forge, traces: Traces, tracker: Tracker, *, renewals: int = 0) -> None:
        self._forge = forge
        self._traces = traces
        self._tracker = tracker
        self._remarks = Remarks(forge, traces)
        self._renewals = renewals

    async def announce(self, pull: Pull, task: Task) -> int | None:
        """Says at once what is being reviewed. Returns the id of the summary comment, if there is one."""
        await self._traces.announce(pull.ref, pull.head)
        body = render_placeholder(pull, task, await self._previous(pull))
        number = await self._put(pull, body, renew=task.cause is Cause.COMMAND)
        await self._check(pull, render_check_progress(pull))
        return number

    async def publish(
        self,
        pull: Pull,
        report: Report,
        config: Configuration,
        *,
        quiet_inline: bool = False,
        aside: int | None = None,
    ) -> Report:
        """Posts the comments on lines first, so that the summary can tell which findings stand there.

        `quiet_inline`: no new comments on lines. `aside`: the comment that asked for a review of some files
        only; it gets a comment of its own, and summary and check stay as they are. Returns what was told.
        """
        seen = await self._tracker.sort(pull, report)
        report = _told(report, seen)
        posted = await self._remarks.put(pull, report, seen, config, quiet=quiet_inline)
        report = report.model_copy(update={"posted": posted})
        if aside is not None:
            await self._forge.put_comment(pull.ref, aside_marker(aside), render_aside(report, aside), None)
            return report
        await self._label(pull, report, config)
        await self._end(pull, render_summary(report), render_check(report))
        return report

    async def skip(self, pull: Pull, reason: str) -> None:
        """Says beside the merge button alone that the review was not meant to be made."""
        check = render_check_skipped(reason)
        if pull.head in await self._traces.announced(pull.ref):
            await self._end(pull, render_withdrawn(pull, reason, await self._previous(pull)), check)
        else:
            await self._check(pull, check)

    async def fail(self, pull: Pull, reason: str, *, again: bool = False) -> None:
        """`again`: asking for the review again may help, with nothing changed."""
        body = render_failure(pull, reason, again=again, previous=await self._previous(pull))
        await self._end(pull, body, render_check_failure(reason, again=again))

    async def wait(self, pull: Pull, reason: str, due: datetime) -> None:
        await self._put(pull, render_parked(pull, reason, due, await self._previous(pull)))
        await self._check(pull, render_check_waiting(reason, due))

    async def supersede(self, pull: Pull, newer: str) -> None:
        body = render_superseded(pull, newer, await self._previous(pull))
        await self._end(pull, body, render_check_cancelled(newer))

    async def withdraw(self, pull: Pull, reason: str) -> None:
        """Takes back what was announced; where nothing was, nothing is said."""
        if await self._traces.announced(pull.ref):
            body = render_withdrawn(pull, reason, await self._previous(pull))
            await self._end(pull, body, render_check_withdrawn(reason))
            await self.settle_others(pull)

    async def settle_others(self, pull: Pull) -> None:
        """Ends what GitHub still shows as under way of other heads: their reviews will not come."""
        for head in await self._traces.announced(pull.ref):
            if head != pull.head:
                await self._forge.put_check(pull.ref, head, render_check_cancelled(pull.head))
                await self._traces.settle(pull.ref, head)

    async def _label(self, pull: Pull, report: Report, config: Configuration) -> None:
        wanted, unwanted = choose_labels(report, config.labels)
        if wanted or unwanted:
            await self._forge.label(pull.ref, wanted, unwanted)

    async def _end(self, pull: Pull, body: str, check: Check) -> None:
        await self._put(pull, body)
        await self._check(pull, check)
        await self._traces.settle(pull.ref, pull.head)

    async def _previous(self, pull: Pull) -> str | None:
        comment = await self._forge.find_comment(pull.ref, summary_marker())
        return comment.body if comment else None

    async def _put(self, pull: Pull, body: str, *, renew: bool = False) -> int | None:
        """A comment that was there and is gone was deleted by a person, who wants it no more."""
        known, renewed = await self._traces.comment_of(pull.ref) or (None, 0)
        may_create = known is None or renew or renewed < self._renewals
        number = await self._forge.put_comment(pull.ref, summary_marker(), body, known, create=may_create)
        if number is not None and number != known:
            await self._traces.remember_comment(pull.ref, number, renewed + (known is not None))
        return number

    async def _check(self, pull: Pull, check: Check) -> None:
        await self._forge.put_check(pull.ref, pull.head, check)


def _told(report: Report, seen: Seen) -> Report:
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
