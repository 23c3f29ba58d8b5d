"""The merge queue: on its commits the check repeats what was said of the pull request's head.

A merge commit is not reviewed, and no model is asked for it. A required check that never ends would hold up
the queue, so it ends in any case, also with the reason why there is nothing to repeat.
"""

from datetime import timedelta

from bot.core.best_effort import best_effort
from bot.core.change import Pull, PullRef
from bot.core.check_run import Check
from bot.core.errors import Retry
from bot.core.jobs import Cause, Job
from bot.core.records import ReviewStage
from bot.core.rendering import (
    CHECK_NAME,
    render_check_cancelled,
    render_check_not_repeated,
    render_check_repeated,
    render_check_repeating,
)
from bot.review.jobs.backoff import now
from bot.review.ports import Forge, Jobs, KeyValues, PublishedState, Records

POLL = 15.0  # seconds until it is looked again whether a review has ended
PATIENCE = timedelta(minutes=30)  # GitHub itself gives up after an hour, unless told otherwise

NO_PULL = "the queue names no pull request that this commit is of"
NO_REVIEW = "the head of this pull request has no review"
NO_CHECK = "the review of this pull request stands in its summary comment alone"
NOT_ENDED = "the review of this pull request has not ended"


class MergeQueue:
    def __init__(
        self, forge: Forge, jobs: Jobs, records: Records, published: PublishedState, notes: KeyValues
    ) -> None:
        self._forge = forge
        self._jobs = jobs
        self._records = records
        self._published = published
        self._notes = notes

    async def run(self, job: Job) -> None:
        """Raises like the journey, and `Retry` while a review is under way."""
        ref, head = job.task.pull, job.task.head or ""
        if job.task.cause is Cause.UNQUEUED:
            await self._leave(ref, head)
        elif await self._notes.read(_left(ref)) != head:
            await self._forge.put_check(ref, head, await self._repeated(job, head))

    async def give_up(self, job: Job, reason: str) -> None:
        """The check could not be repeated for a reason that will not pass."""
        if job.task.cause is Cause.QUEUED:
            await self._forge.put_check(job.task.pull, job.task.head or "", render_check_not_repeated(reason))

    async def forget(self, pull: PullRef) -> None:
        """The pull request is closed."""
        if await self._notes.read(_left(pull)):
            await self._notes.write(_left(pull), "")

    async def _leave(self, ref: PullRef, head: str) -> None:
        """The commit will not be merged, or has been: whatever is under way for it is in vain."""
        await self._notes.write(_left(ref), head)
        check = await self._forge.find_check(ref, head, CHECK_NAME)
        if check and check.conclusion is None:
            await self._forge.put_check(ref, head, render_check_cancelled(""))

    async def _repeated(self, job: Job, head: str) -> Check:
        ref = job.task.pull
        if not ref.is_known:
            return render_check_not_repeated(NO_PULL)
        pull = await self._forge.pull(ref)
        is_under_way = await self._is_under_way(pull)
        if is_under_way and now() - job.created < PATIENCE:
            if not job.error:  # it has been said at an earlier look otherwise
                said = self._forge.put_check(ref, head, render_check_repeating(pull))
                await best_effort(said, False, what="that the queue waits", ref=ref, patient=False)
            raise Retry(f"the review of {pull.head} is under way", after=POLL)
        check = await self._forge.find_check(ref, pull.head, CHECK_NAME)
        if check is None or check.conclusion is None:
            return render_check_not_repeated(NOT_ENDED if is_under_way else await self._why_none(pull))
        return render_check_repeated(pull, check)

    async def _is_under_way(self, pull: Pull) -> bool:
        return pull.head in await self._published.announced(pull.ref) or await self._jobs.reviewing(pull.ref)

    async def _why_none(self, pull: Pull) -> str:
        last = await self._records.latest(pull.ref)
        is_posted = last is not None and last.head == pull.head and last.stage is ReviewStage.POSTED
        return NO_CHECK if is_posted else NO_REVIEW


def _left(pull: PullRef) -> str:
    return f"left the merge queue {pull}"
