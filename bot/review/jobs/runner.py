"""Runs one job, from its trigger to the posted review.

Every step is idempotent. After a crash the next worker repeats the job: it finds answers in the journal and
the bot's own comments by their markers, and ends with the same result.
"""

from typing import assert_never

import structlog

from bot.core.change import Pull
from bot.core.errors import Retry
from bot.core.jobs import Cause, Job, JobState, Task
from bot.review.jobs.check_reruns import Reruns
from bot.review.jobs.commands import CommandHandler
from bot.review.jobs.merge_queue import MergeQueue
from bot.review.jobs.review_job import ReviewJob, is_reviewed
from bot.review.jobs.still_wanted import CLOSED, NotWanted, fetch_if_possible
from bot.review.policy.triggers import SkipDecision, TriggerPolicy
from bot.review.ports import Records
from bot.review.produce.context import ReviewContextBuilder
from bot.review.publish.finding_tracker import FindingTracker
from bot.review.publish.publisher import Publisher
from bot.review.publish.reply_learner import ReplyLearner

log = structlog.get_logger()


class JobRunner:
    """Runs jobs; safe for concurrent use."""

    def __init__(
        self,
        contexts: ReviewContextBuilder,
        *,
        policy: TriggerPolicy,
        review_job: ReviewJob,
        command_handler: CommandHandler,
        reruns: Reruns,
        queue: MergeQueue,
        publisher: Publisher,
        tracker: FindingTracker,
        learner: ReplyLearner,
        records: Records,
    ) -> None:
        self._forge = contexts.forge
        self._configured = contexts.configured
        self._policy = policy
        self._review_job = review_job
        self._commands = command_handler
        self._reruns = reruns
        self._queue = queue
        self._publisher = publisher
        self._tracker = tracker
        self._learner = learner
        self._records = records

    async def run(self, job: Job, *, patient: bool) -> JobState:
        """Does what the job asks for. `patient`: wait for an unavailable model instead of reviewing without
        it.

        Raises `Retry`, `Refused` or `ModuleError`; the worker then decides what happens to the job.
        """
        try:
            return await self._run(job, patient=patient)
        except NotWanted as stop:
            return await self._stop(job, stop, patient=patient)

    async def is_over(self, job: Job) -> bool:
        """Whether the pull request of an automatic job was closed in the meantime."""
        if job.task.cause in (Cause.COMMAND, Cause.REPLIED):
            return False
        pull = await fetch_if_possible(self._forge, job.task.pull)
        return pull is not None and not pull.open

    async def _run(self, job: Job, *, patient: bool) -> JobState:
        task = job.task
        match task.cause:
            case Cause.COMMAND:
                await self._command(job, patient=patient)
            case Cause.RERUN:
                await self._reruns.run(job, patient=patient)
            case Cause.REPLIED:
                await self._learner.run(task, patient=patient)
            case Cause.QUEUED | Cause.UNQUEUED:
                await self._queue.run(job)
            case (
                Cause.OPENED
                | Cause.PUSHED
                | Cause.REOPENED
                | Cause.READY
                | Cause.MISSED
                | Cause.LABELED
                | Cause.CHECKED
                | Cause.CLOSED
                | Cause.UNLABELED
                | Cause.RETITLED
                | Cause.DRAFTED
            ):
                return await self._event(job, patient=patient)
            case _:
                assert_never(task.cause)
        return JobState.DONE

    async def _command(self, job: Job, *, patient: bool) -> None:
        resumed = await self._commands.run(job, patient=patient)
        if resumed and resumed.open:
            await self._by_itself(job, _pushed(job.task, resumed), resumed, patient=patient)

    async def _event(self, job: Job, *, patient: bool) -> JobState:
        task = job.task
        if await self._policy.is_idle(task):
            return JobState.DONE
        pull = await self._forge.pull(task.pull)
        if task.cause is Cause.CLOSED:
            await self._tracker.learn(pull, patient=patient)
        if not pull.open:
            await self._close(pull)
        if task.cause is Cause.CLOSED:
            return JobState.DONE
        if not pull.open or not await self._by_itself(job, task, pull, patient=patient):
            # Not DONE, so that the same key can run again when the pull request is reopened or made ready.
            return JobState.CANCELLED
        # Not DONE for another head: if that head is pushed again, it must be reviewed.
        return JobState.DONE if task.head in (None, pull.head) else JobState.SUPERSEDED

    async def _by_itself(self, job: Job, task: Task, pull: Pull, *, patient: bool) -> bool:
        """Reviews the head unless it is reviewed or skipped. Returns whether it has its review now."""
        declined = None
        if not is_reviewed(await self._records.latest(pull.ref), job, pull.head):
            effective = await self._configured.of(pull, patient=patient)
            declined = await self._policy.decide(task, pull, effective, patient=patient)
            if declined:
                await self._decline(job, pull, declined, patient=patient)
            else:
                await self._review_job.review(job, pull, patient=patient)
        if declined is None:
            await self._policy.settle(pull)
        await self._publisher.settle_others(pull, patient=patient)
        return declined is None

    async def _decline(self, job: Job, pull: Pull, declined: SkipDecision, *, patient: bool) -> None:
        """Posts the reason if readers expect a review. Withdraws what an earlier attempt has announced."""
        log.info("review_skipped", reason=declined.reason)
        if declined.is_shown:
            await self._publisher.skip(pull, declined.reason, patient=patient)
            await self._policy.record_skip(pull, declined)
        elif job.error:
            await self._publisher.withdraw(pull, declined.reason)

    async def _close(self, pull: Pull) -> None:
        await self._publisher.withdraw(pull, CLOSED)
        await self._policy.settle(pull)
        await self._queue.forget(pull.ref)

    async def _stop(self, job: Job, stop: NotWanted, *, patient: bool) -> JobState:
        """Withdraws the announcement of a review that is no longer wanted."""
        if stop.declined:
            await self._decline(job, stop.pull, stop.declined, patient=patient)
            return JobState.CANCELLED
        log.info("review_skipped", reason=CLOSED)
        await self._close(stop.pull)
        now = await fetch_if_possible(self._forge, stop.pull.ref)
        if now and now.open:  # the reopening has the same job key, so this job must make the review
            raise Retry(f"{now.ref} was reopened", after=1)
        return JobState.CANCELLED


def _pushed(task: Task, pull: Pull) -> Task:
    """The task of a resumed pull request: as if its head had just been pushed."""
    return task.model_copy(update={"cause": Cause.PUSHED, "head": pull.head})
