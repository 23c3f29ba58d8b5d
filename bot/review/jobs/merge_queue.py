"""The merge queue: on its commits the check repeats the conclusion of the pull request's head.

A merge commit is not reviewed, and no model is called for it. A required check that never ends would block
the queue, so the check always ends; if there is nothing to repeat, it states the reason.
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
from bot.review.ports import Forge, Jobs, KeyValues, PublishedState, Records

POLL = 15.0  # seconds between polls of a review in progress
PATIENCE = timedelta(minutes=30)  # GitHub itself gives up after an hour by default

NO_PULL = "the merge queue does not name the pull request of this commit"
NO_REVIEW = "the head of this pull request has no review"
NO_CHECK = "the review of this pull request is in its summary comment only"
NOT_ENDED = "the review of this pull request has not ended"


class MergeQueue:
    def __init__(
        self, forge: Forge, jobs: Jobs, records: Records, published: PublishedState, key_values: KeyValues
    ) -> None:
        self._forge = forge
        self._jobs = jobs
        self._records = records
        self._published = published
        self._key_values = key_values

    async def run(self, job: Job) -> None:
        """Raises like `JobRunner.run`, and `Retry` while a review is in progress."""
        ref, head = job.task.pull, job.task.head or ""
        if job.task.cause is Cause.UNQUEUED:
            await self._leave(ref, head)
        elif await self._key_values.read(_left_key(ref)) != head:
            await self._forge.put_check(ref, head, await self._repeated_check(job, head))

    async def give_up(self, job: Job, reason: str) -> None:
        """Completes the check when it can never be repeated, with the reason."""
        if job.task.cause is Cause.QUEUED:
            await self._forge.put_check(job.task.pull, job.task.head or "", render_check_not_repeated(reason))

    async def forget(self, pull: PullRef) -> None:
        """Called when the pull request is closed."""
        if await self._key_values.read(_left_key(pull)):
            await self._key_values.write(_left_key(pull), "")

    async def _leave(self, ref: PullRef, head: str) -> None:
        """The commit has left the queue: cancels its check if that is in progress."""
        await self._key_values.write(_left_key(ref), head)
        check = await self._forge.find_check(ref, head, CHECK_NAME)
        if check and check.conclusion is None:
            await self._forge.put_check(ref, head, render_check_cancelled(""))

    async def _repeated_check(self, job: Job, head: str) -> Check:
        ref = job.task.pull
        if not ref.is_known:
            return render_check_not_repeated(NO_PULL)
        pull = await self._forge.pull(ref)
        in_progress = await self._in_progress(pull)
        if in_progress and self._jobs.now() - job.created < PATIENCE:
            if not job.error:  # otherwise an earlier poll has posted it
                posted = self._forge.put_check(ref, head, render_check_repeating(pull))
                await best_effort(posted, False, what="the waiting check", ref=ref, patient=False)
            raise Retry(f"the review of {pull.head} is in progress", after=POLL)
        check = await self._forge.find_check(ref, pull.head, CHECK_NAME)
        if check is None or check.conclusion is None:
            return render_check_not_repeated(NOT_ENDED if in_progress else await self._missing_reason(pull))
        return render_check_repeated(pull, check)

    async def _in_progress(self, pull: Pull) -> bool:
        return pull.head in await self._published.announced(pull.ref) or await self._jobs.reviewing(pull.ref)

    async def _missing_reason(self, pull: Pull) -> str:
        last = await self._records.latest(pull.ref)
        is_posted = last is not None and last.head == pull.head and last.stage is ReviewStage.POSTED
        return NO_CHECK if is_posted else NO_REVIEW


def _left_key(pull: PullRef) -> str:
    return f"left the merge queue {pull}"
