"""Checks that somebody wants again.

GitHub shows the suite of such a check as queued until the check is written. So it is written in any case:
by a new review, or once more as it is.
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
NOT_REVIEWED = "nobody who may write to this repository has asked for a review of it"


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
        """Raises like the journey. Where GitHub does not tell what to review, the check ends as it is."""
        try:
            wanted = await self._wanted(job, patient=patient)
        except (Refused, Retry) as error:
            if not is_final(error, patient=patient) or not await self.end_again(job.task):
                raise
            log.warning("check_rerun_failed", reason=str(error))
            return
        if wanted:
            pull, plan = wanted
            await self._review_job.review(job, pull, plan, patient=patient)

    async def end_again(self, task: Task) -> bool:
        """Whether the check of the task's head has ended once more, as it is. Raises `Retry` at a rate
        limit.
        """
        head = task.head or ""
        if head in await self._published.announced(task.pull):
            return False
        ended = self._forge.end_check_again(task.pull, head, CHECK_NAME)
        return bool(await best_effort(ended, None, what="the check", ref=task.pull, patient=False))

    async def _wanted(self, job: Job, *, patient: bool) -> tuple[Pull, ReviewPlan] | None:
        """What is to be reviewed. None where the check has been ended, or others see to that."""
        task = job.task
        if not task.pull.is_known:
            await self._find(job, patient=patient)
            return None
        pull = await self._forge.pull(task.pull)
        last = await self._posted(pull)
        may_gain = task.head == pull.head and pull.open and await self._gains(pull, last)
        if may_gain and await self._may_ask(task):
            return pull, ReviewPlan(fresh=await self._is_unreadable(last))
        await self._end_as_it_is(task, pull, patient=patient)
        return None

    async def _find(self, job: Job, *, patient: bool) -> None:
        """Of a fork's commit GitHub does not tell the pull request. Those that are found before a page that
        cannot be read see to the check.
        """
        task, found = job.task, 0
        try:
            async for pull in self._missed.open_pulls(task.pull.repository, task.pull.installation):
                if pull.head == task.head:
                    ref = task.pull.model_copy(update={"number": pull.number})
                    again = task.model_copy(update={"pull": ref})
                    await self._jobs.submit(again, delivery=job.delivery, priority=job.priority)
                    found += 1
        except (Refused, Retry) as error:
            if not found:
                raise
            log.warning("pull_listing_incomplete", found=found, reason=str(error))
        if not found:
            check = render_check_withdrawn(NO_PULL)
            await self._end(task.pull, task.head or "", check, patient=patient)

    async def _may_ask(self, task: Task) -> bool:
        asked = self._forge.may_command(task.pull, task.actor)
        permitted = await best_effort(asked, False, what="whose check it is", ref=task.pull, patient=True)
        if not permitted:
            log.info("check_rerun_refused", actor=task.actor)
        return permitted

    async def _posted(self, pull: Pull) -> ReviewRecord | None:
        """The review that the head has."""
        last = await self._records.latest(pull.ref)
        return last if last and last.head == pull.head and last.stage is ReviewStage.POSTED else None

    async def _is_unreadable(self, last: ReviewRecord | None) -> bool:
        """Whether what a review lacks is due to answers that could not be read. They are in the journal, and
        would be taken from there again. What failed otherwise, or the budget left out, is not.
        """
        if last is None or last.id is None or not last.review.problems:
            return False
        if any(file.later for file in last.review.coverage):
            return False
        transcript = await self._records.transcript(last.id)
        exchanges = transcript.exchanges if transcript else ()
        return not any(isinstance(exchange.answer, Failure) for exchange in exchanges)

    async def _gains(self, pull: Pull, last: ReviewRecord | None) -> bool:
        """Whether a new review may say more than the one that is there: that all was read needs no second."""
        if last is None:
            return True
        check = await self._forge.find_check(pull.ref, pull.head, CHECK_NAME)
        return check is None or check.conclusion is not Conclusion.SUCCESS

    async def _end_as_it_is(self, task: Task, pull: Pull, *, patient: bool) -> None:
        """A review that is under way ends the check by itself."""
        head = task.head or ""
        if head in await self._published.announced(pull.ref):
            return
        if head != pull.head:
            check = render_check_cancelled(pull.head)
        else:
            check = render_check_withdrawn(NOT_REVIEWED if pull.open else CLOSED)
        await self._end(pull.ref, head, check, patient=patient)

    async def _end(self, ref: PullRef, head: str, otherwise: Check, *, patient: bool) -> None:
        """The check as it is; `otherwise` where there is none that has ended. One that GitHub does not show
        stays where it may tell of a review.
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
