"""The journey of one job, from what has happened to the posted review.

Every step may be repeated: whoever claims the job after a crash goes the same way again, finds the
answers in the journal and the bot's own comments by their markers, and ends at the same place.
"""

from typing import assert_never

import structlog

from bot.core.change import Pull
from bot.core.errors import Retry
from bot.core.jobs import Cause, Job, State, Task
from bot.review.bench import Bench
from bot.review.conduct import Conduct, Declined
from bot.review.making import Making, is_reviewed
from bot.review.merge_queue import MergeQueue
from bot.review.orders import Orders
from bot.review.ports import Records
from bot.review.publisher import Publisher
from bot.review.reruns import Reruns
from bot.review.tracker import Tracker
from bot.review.wanted import CLOSED, NotWanted, look

log = structlog.get_logger()


class Journey:
    """Goes the way of one job after another; many at the same time."""

    def __init__(
        self,
        bench: Bench,
        *,
        conduct: Conduct,
        making: Making,
        orders: Orders,
        reruns: Reruns,
        queue: MergeQueue,
        publisher: Publisher,
        tracker: Tracker,
        records: Records,
    ) -> None:
        self._forge = bench.forge
        self._configured = bench.configured
        self._conduct = conduct
        self._making = making
        self._orders = orders
        self._reruns = reruns
        self._queue = queue
        self._publisher = publisher
        self._tracker = tracker
        self._records = records

    async def run(self, job: Job, *, patient: bool) -> State:
        """Does what the job asks for. `patient`: wait for a model that is away, rather than do without.

        Raises `Retry`, `Refused` or `ModuleError`; the worker decides what becomes of the job then.
        """
        try:
            return await self._run(job, patient=patient)
        except NotWanted as stop:
            return await self._stop(job, stop, patient=patient)

    async def is_over(self, job: Job) -> bool:
        """Whether the pull request of a job that began by itself was closed meanwhile."""
        if job.task.cause is Cause.COMMAND:
            return False
        pull = await look(self._forge, job.task.pull)
        return pull is not None and not pull.open

    async def _run(self, job: Job, *, patient: bool) -> State:
        task = job.task
        match task.cause:
            case Cause.COMMAND:
                await self._command(job, patient=patient)
            case Cause.RERUN:
                await self._reruns.run(job, patient=patient)
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
        return State.DONE

    async def _command(self, job: Job, *, patient: bool) -> None:
        resumed = await self._orders.run(job, patient=patient)
        if resumed and resumed.open:
            await self._by_itself(job, _pushed(job.task, resumed), resumed, patient=patient)

    async def _event(self, job: Job, *, patient: bool) -> State:
        task = job.task
        if await self._conduct.is_idle(task):
            return State.DONE
        pull = await self._forge.pull(task.pull)
        if task.cause is Cause.CLOSED:
            await self._tracker.learn(pull, patient=patient)
        if not pull.open:
            await self._close(pull)
        if task.cause is Cause.CLOSED:
            return State.DONE
        if not pull.open or not await self._by_itself(job, task, pull, patient=patient):
            return State.CANCELLED  # so that it can be asked for again: the pull is reopened, or made ready
        # A head that is pushed back to must be reviewed again: this job has not seen it.
        return State.DONE if task.head in (None, pull.head) else State.SUPERSEDED

    async def _by_itself(self, job: Job, task: Task, pull: Pull, *, patient: bool) -> bool:
        """Whether the head has its review now."""
        declined = None
        if not is_reviewed(await self._records.latest(pull.ref), job, pull.head):
            effective = await self._configured.of(pull, patient=patient)
            declined = await self._conduct.declines(task, pull, effective, patient=patient)
            if declined:
                await self._decline(job, pull, declined, patient=patient)
            else:
                await self._making.review(job, pull, patient=patient)
        if declined is None:
            await self._conduct.settle(pull)
        await self._publisher.settle_others(pull, patient=patient)
        return declined is None

    async def _decline(self, job: Job, pull: Pull, declined: Declined, *, patient: bool) -> None:
        """Tells whoever would wonder. What the job announced at an earlier try is taken back in any case."""
        log.info("no review", reason=declined.reason)
        if declined.told:
            await self._publisher.skip(pull, declined.reason, patient=patient)
            await self._conduct.pass_over(pull, declined)
        elif job.error:
            await self._publisher.withdraw(pull, declined.reason)

    async def _close(self, pull: Pull) -> None:
        await self._publisher.withdraw(pull, CLOSED)
        await self._conduct.settle(pull)
        await self._queue.forget(pull.ref)

    async def _stop(self, job: Job, stop: NotWanted, *, patient: bool) -> State:
        """Takes back what was announced of a review that is not wanted any more."""
        if stop.declined:
            await self._decline(job, stop.pull, stop.declined, patient=patient)
            return State.CANCELLED
        log.info("no review", reason=CLOSED)
        await self._close(stop.pull)
        now = await look(self._forge, stop.pull.ref)
        if now and now.open:  # what told of that is one job with this one, and waits for nothing
            raise Retry(f"{now.ref} was opened again", after=1)
        return State.CANCELLED


def _pushed(task: Task, pull: Pull) -> Task:
    """What a pull request that is resumed is to be looked at for."""
    return task.model_copy(update={"cause": Cause.PUSHED, "head": pull.head})
