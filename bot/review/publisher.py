"""Says on GitHub what became of a review. Everything here may be done twice and shows once.

The summary comment always ends in a state that tells the truth: the review, a named failure, a
wait with its end, or "superseded". A head is noted as announced before GitHub shows that its review
is under way, and until GitHub shows the end of it: so whoever works on the pull next can see to it.
"""

from datetime import datetime

from bot.core.change import Pull
from bot.core.check import Check
from bot.core.comment import Inline
from bot.core.fingerprint import fingerprint
from bot.core.jobs import Cause, Task
from bot.core.rendering import (
    Report,
    choose_inline,
    finding_marker,
    render_check,
    render_check_cancelled,
    render_check_failure,
    render_check_progress,
    render_check_waiting,
    render_check_withdrawn,
    render_failure,
    render_inline,
    render_parked,
    render_placeholder,
    render_review_body,
    render_summary,
    render_superseded,
    render_withdrawn,
    review_marker,
    summary_marker,
)
from bot.core.review import Finding
from bot.review.ports import Forge, Traces


class Publisher:
    """Writes summary comment, inline comments and check run of one pull request after another.

    `cap` is the most inline comments of one review, `renewals` how often a summary comment that a person
    has deleted is written anew unasked. A command always gets one.
    """

    def __init__(self, forge: Forge, traces: Traces, *, cap: int, renewals: int = 0) -> None:
        self._forge = forge
        self._traces = traces
        self._cap = cap
        self._renewals = renewals

    async def announce(self, pull: Pull, task: Task) -> int | None:
        """Says at once what is being reviewed. Returns the id of the summary comment, if there is one."""
        await self._traces.announce(pull.ref, pull.head)
        body = render_placeholder(pull, task, await self._previous(pull))
        number = await self._put(pull, body, renew=task.cause is Cause.COMMAND)
        await self._check(pull, render_check_progress(pull))
        return number

    async def publish(self, pull: Pull, report: Report) -> Report:
        """Posts the comments on lines first, so that the summary can tell which findings stand there."""
        report = report.model_copy(update={"posted": await self._post_inline(pull, report)})
        await self._end(pull, render_summary(report), render_check(report))
        return report

    async def fail(self, pull: Pull, reason: str) -> None:
        body = render_failure(pull, reason, previous=await self._previous(pull))
        await self._end(pull, body, render_check_failure(reason))

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

    async def _post_inline(self, pull: Pull, report: Report) -> tuple[Finding, ...]:
        """Puts the chosen findings on their lines, but none that stands there already, or did before
        somebody deleted it.

        Returns those that stand on a line now.
        """
        chosen, _ = choose_inline(report.review.findings, report.change.files, self._cap)
        keyed = {fingerprint(finding, report.files): finding for finding in chosen}
        bodies = "\n".join(await self._forge.inline_bodies(pull.ref))
        said = {key for key in keyed if finding_marker(key) in bodies}
        fresh = keyed.keys() - said - await self._traces.remarked(pull.ref)
        if fresh:
            comments = {key: render_inline(finding, key) for key, finding in keyed.items() if key in fresh}
            refused = await self._submit(pull, tuple(comments.values()))
            said |= {key for key, comment in comments.items() if comment not in refused}
        await self._traces.remember_remarks(pull.ref, said)
        return tuple(finding for key, finding in keyed.items() if key in said)

    async def _submit(self, pull: Pull, comments: tuple[Inline, ...]) -> tuple[Inline, ...]:
        body = render_review_body(pull.head, len(comments))
        return tuple(
            await self._forge.put_review(pull.ref, pull.head, review_marker(pull.head), body, comments)
        )

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
