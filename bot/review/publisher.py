"""Says on GitHub what became of a review. Everything here may be done twice and shows once.

The summary comment always ends in a state that tells the truth: the review, a named failure, a
wait with its end, or "superseded".
"""

from datetime import datetime

from bot.core.change import Pull
from bot.core.check import Check
from bot.core.comment import Inline
from bot.core.fingerprint import fingerprint
from bot.core.jobs import Task
from bot.core.rendering import (
    Report,
    choose_inline,
    finding_marker,
    render_check,
    render_check_cancelled,
    render_check_failure,
    render_check_progress,
    render_failure,
    render_inline,
    render_parked,
    render_placeholder,
    render_review_body,
    render_summary,
    render_superseded,
    review_marker,
    summary_marker,
)
from bot.core.review import Finding
from bot.review.ports import Forge


class Publisher:
    """Writes summary comment, inline comments and check run of one pull request after another.

    `cap` is the most inline comments of one review.
    """

    def __init__(self, forge: Forge, *, cap: int) -> None:
        self._forge = forge
        self._cap = cap

    async def announce(self, pull: Pull, task: Task) -> int:
        """Says at once what is being reviewed. Returns the id of the summary comment."""
        comment = await self._forge.find_comment(pull.ref, summary_marker())
        body = render_placeholder(pull, task, comment.body if comment else None)
        number = await self._put(pull, body, comment.id if comment else None)
        await self._check(pull, render_check_progress(pull))
        return number

    async def publish(self, pull: Pull, report: Report, comment: int | None = None) -> Report:
        """Posts the comments on lines first, so that the summary can tell which findings stand there."""
        report = report.model_copy(update={"posted": await self._post_inline(pull, report)})
        await self._put(pull, render_summary(report), comment)
        await self._check(pull, render_check(report))
        return report

    async def fail(self, pull: Pull, reason: str) -> None:
        await self._put(pull, render_failure(pull, reason, previous=await self._previous(pull)), None)
        await self._check(pull, render_check_failure(reason))

    async def wait(self, pull: Pull, reason: str, due: datetime) -> None:
        await self._put(pull, render_parked(pull, reason, due, await self._previous(pull)), None)

    async def supersede(self, pull: Pull, newer: str) -> None:
        await self._put(pull, render_superseded(pull, newer, await self._previous(pull)), None)
        await self._check(pull, render_check_cancelled(newer))

    async def _post_inline(self, pull: Pull, report: Report) -> tuple[Finding, ...]:
        """Puts the chosen findings on their lines, but none that stands there already.

        Returns those that stand on a line now.
        """
        chosen, _ = choose_inline(report.review.findings, report.change.files, self._cap)
        keyed = {fingerprint(finding, report.files): finding for finding in chosen}
        said = "\n".join(await self._forge.inline_bodies(pull.ref))
        fresh = [key for key in keyed if finding_marker(key) not in said]
        if not fresh:
            return tuple(keyed.values())
        comments = {key: render_inline(keyed[key], key) for key in fresh}
        refused = await self._submit(pull, tuple(comments.values()))
        lost = {key for key, comment in comments.items() if comment in refused}
        return tuple(finding for key, finding in keyed.items() if key not in lost)

    async def _submit(self, pull: Pull, comments: tuple[Inline, ...]) -> tuple[Inline, ...]:
        body = render_review_body(pull.head, len(comments))
        return tuple(
            await self._forge.put_review(pull.ref, pull.head, review_marker(pull.head), body, comments)
        )

    async def _previous(self, pull: Pull) -> str | None:
        comment = await self._forge.find_comment(pull.ref, summary_marker())
        return comment.body if comment else None

    async def _put(self, pull: Pull, body: str, known: int | None) -> int:
        return await self._forge.put_comment(pull.ref, summary_marker(), body, known)

    async def _check(self, pull: Pull, check: Check) -> None:
        await self._forge.put_check(pull.ref, pull.head, check)
