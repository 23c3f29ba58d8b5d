"""Handles requests to re-run a check.

GitHub shows the check suite as queued until the check is written. So the check is always written: by a new
review, or again with its present conclusion.
"""

import structlog

from bot.core.best_effort import best_effort
from bot.core.change import Pull, PullRef
from bot.core.check_run import Check, Conclusion
from bot.core.errors import Refused, Retry, is_final
from bot.core.jobs import Job, Task
from bot.core.llm.messages import Failure
from bot.core.records import ReviewRecord, ReviewStage
from bot.core.rendering import CHECK_NAME, render_check_cancelled, render_check_withdrawn
from bot.review.jobs.review_job import ReviewJob, ReviewPlan
from bot.review.jobs.still_wanted import CLOSED
from bot.review.ports import Forge, Jobs, Missed, PublishedState, Records

log = structlog.get_logger()

NO_PULL = "no open pull request has this commit as its head"
NOT_REVIEWED = "no one with write permission for this repository has requested a review of it"


class Reruns:
    def __init__(
        self,
        forge: Forge,
        missed: Missed,
        *,
        jobs: Jobs,
        review_job: ReviewJob,
        published: PublishedState,
        records: Records,
    ) -> None:
        self._forge = forge
        self._missed = missed
        self._jobs = jobs
        self._review_job = review_job
        self._published = published
        self._records = records

    async def run(self, job: Job, *, patient: bool) -> None:
        """Raises like `JobRunner.run`. If GitHub does not say what to review, the check ends as it is."""
        try:
            plan = await self._plan(job, patient=patient)
        except (Refused, Retry) as error:
            if not is_final(error, patient=patient) or not await self.end_again(job.task):
                raise
            log.warning("check_rerun_failed", reason=str(error))
            return
        if plan:
            await self._review_job.review(job, *plan, patient=patient)

    async def end_again(self, task: Task) -> bool:
        """Completes the check of the task's head again as it is. Returns whether GitHub accepted that. Raises
        `Retry` at a rate limit.
        """
        head = task.head or ""
        if head in await self._published.announced(task.pull):
            return False
        ended = self._forge.end_check_again(task.pull, head, CHECK_NAME)
        return bool(await best_effort(ended, None, what="the check", ref=task.pull, patient=False))

    async def _plan(self, job: Job, *, patient: bool) -> tuple[Pull, ReviewPlan] | None:
        """The review to make; None when the check has been completed, or another job completes it."""
        task = job.task
        if not task.pull.is_known:
            await self._submit_for_pulls(job, patient=patient)
            return None
        pull = await self._forge.pull(task.pull)
        last = await self._posted(pull)
        can_improve = task.head == pull.head and pull.open and await self._can_improve(pull, last)
        if can_improve and await self._may_request(task):
            return pull, ReviewPlan(fresh=await self._is_unreadable(last))
        await self._end_as_it_is(task, pull, patient=patient)
        return None

    async def _submit_for_pulls(self, job: Job, *, patient: bool) -> None:
        """Submits a job for each pull request with this head: GitHub does not name those of a fork's commit.
        If a page cannot be read, the pull requests found before it are enough.
        """
        task, count = job.task, 0
        try:
            async for pull in self._missed.open_pulls(task.pull.repository, task.pull.installation):
                if pull.head == task.head:
                    ref = task.pull.model_copy(update={"number": pull.number})
                    again = task.model_copy(update={"pull": ref})
                    await self._jobs.submit(again, delivery=job.delivery, priority=job.priority)
                    count += 1
        except (Refused, Retry) as error:
            if not count:
                raise
            log.warning("pull_listing_incomplete", found=count, reason=str(error))
        if not count:
            check = render_check_withdrawn(NO_PULL)
            await self._end(task.pull, task.head or "", check, patient=patient)

    async def _may_request(self, task: Task) -> bool:
        permission = self._forge.may_command(task.pull, task.actor)
        permitted = await best_effort(
            permission, False, what="the requester's permission", ref=task.pull, patient=True
        )
        if not permitted:
            log.info("check_rerun_refused", actor=task.actor)
        return permitted

    async def _posted(self, pull: Pull) -> ReviewRecord | None:
        """The posted review of the head."""
        last = await self._records.latest(pull.ref)
        return last if last and last.head == pull.head and last.stage is ReviewStage.POSTED else None

    async def _is_unreadable(self, last: ReviewRecord | None) -> bool:
        """Whether a review is incomplete because answers could not be parsed. The journal holds them and
        would return them again. It does not hold failed calls, nor files left out for the budget.
        """
        if last is None or last.id is None or not last.review.problems:
            return False
        if any(file.later for file in last.review.coverage):
            return False
        transcript = await self._records.transcript(last.id)
        exchanges = transcript.exchanges if transcript else ()
        return not any(isinstance(exchange.answer, Failure) for exchange in exchanges)

    async def _can_improve(self, pull: Pull, last: ReviewRecord | None) -> bool:
        """Whether a new review may say more than the present one: a complete review needs no second."""
        if last is None:
            return True
        check = await self._forge.find_check(pull.ref, pull.head, CHECK_NAME)
        return check is None or check.conclusion is not Conclusion.SUCCESS

    async def _end_as_it_is(self, task: Task, pull: Pull, *, patient: bool) -> None:
        """Completes the check, unless a review in progress will do so."""
        head = task.head or ""
        if head in await self._published.announced(pull.ref):
            return
        if head != pull.head:
            check = render_check_cancelled(pull.head)
        else:
            check = render_check_withdrawn(NOT_REVIEWED if pull.open else CLOSED)
        await self._end(pull.ref, head, check, patient=patient)

    async def _end(self, ref: PullRef, head: str, otherwise: Check, *, patient: bool) -> None:
        """Completes the check again as it is, or writes `otherwise` if no completed check exists. A check
        that GitHub does not show is kept if it may belong to a review.
        """
        again = self._forge.end_check_again(ref, head, CHECK_NAME)
        ended = await best_effort(again, None, what="the check", ref=ref, patient=patient)
        if ended is False or (ended is None and await self._is_unreviewed(ref, head)):
            await self._forge.put_check(ref, head, otherwise)

    async def _is_unreviewed(self, ref: PullRef, head: str) -> bool:
        if not ref.is_known:
            return False
        last = await self._records.latest(ref)
        return last is None or last.head != head
