"""The journey of one job, from the pull request to the posted review.

Every step may be repeated: whoever claims the job after a crash goes the same way again, finds the
answers in the journal and the bot's own comments by their markers, and ends at the same place.
"""

from datetime import UTC, datetime

import structlog

from bot.core.change import Pull, PullRef
from bot.core.comment import Reaction
from bot.core.errors import Refused, Retry
from bot.core.jobs import Cause, Job, State
from bot.core.records import Record, Stage
from bot.core.review import Settings
from bot.review.library import ForgeLibrary
from bot.review.ports import Forge, Meter, Records
from bot.review.publisher import Publisher
from bot.review.reviewer import Reviewer, Verdict, make_report
from bot.review.wish import Wish

log = structlog.get_logger()


class Journey:
    """Goes the way of one job after another; many at the same time."""

    def __init__(
        self,
        forge: Forge,
        reviewer: Reviewer,
        publisher: Publisher,
        records: Records,
        meter: Meter,
        *,
        settings: Settings,
    ) -> None:
        self._forge = forge
        self._reviewer = reviewer
        self._publisher = publisher
        self._records = records
        self._meter = meter
        self._settings = settings

    async def run(self, job: Job, *, patient: bool) -> State:
        """Reviews what the job names. `patient`: wait for a model that is away, rather than do without.

        Raises `Retry`, `Refused` or `ModuleError`; the worker decides what becomes of the job then.
        """
        if not await self._permitted(job):
            return State.DONE
        pull = await self._forge.pull(job.task.pull)
        if not pull.open and job.task.cause is not Cause.COMMAND:
            await self._publisher.withdraw(pull, "the pull request was closed")
            return State.CANCELLED  # so that it can be asked for again when the pull is reopened
        if not await self._has_review(job, pull):
            await self._review(job, pull, patient=patient)
        await self._publisher.settle_others(pull)
        # A head that is pushed back to must be reviewed again: this job has not seen it.
        return State.DONE if job.task.head in (None, pull.head) else State.SUPERSEDED

    async def _review(self, job: Job, pull: Pull, *, patient: bool) -> None:
        comment = await self._publisher.announce(pull, job.task)
        change = await self._forge.change(pull)
        wish = Wish(settings=self._settings, private=pull.private, patient=patient, job=str(job.id))
        library = ForgeLibrary(self._forge, pull.ref)
        verdict = await self._reviewer.review(change, wish, pull.ref, library)
        record = await self._records.save(_record(job, pull, verdict), change, verdict.transcript)
        await self._publisher.publish(pull, make_report(change, verdict, pull.url))
        await self._records.save(record.model_copy(update={"stage": Stage.POSTED, "comment": comment}))
        self._meter.review(verdict.seconds)

    async def end(self, job: Job, state: State, reason: str) -> None:
        """Says on the pull request that there will be no review, and why.

        Raises `Retry` when that cannot be said now. Where GitHub will not take it, there is nobody to tell.
        """
        try:
            pull = await self._forge.pull(job.task.pull)
            if state is State.CANCELLED:
                await self._publisher.withdraw(pull, reason)
            else:
                await self._publisher.fail(pull, reason)
            await self._publisher.settle_others(pull)
        except Refused as error:
            log.warning("nothing can be said on the pull request", reason=str(error))

    async def wait(self, job: Job, reason: str, due: datetime) -> None:
        """Says on the pull request what the review waits for."""
        pull = await self._reachable(job.task.pull)
        if pull:
            await self._publisher.wait(pull, reason, due)

    async def supersede(self, job: Job) -> None:
        """Says that the review of the job's head was stopped for a newer one."""
        pull = await self._reachable(job.task.pull)
        if pull and job.task.head and job.task.head != pull.head:
            await self._publisher.supersede(pull.model_copy(update={"head": job.task.head}), pull.head)

    async def _permitted(self, job: Job) -> bool:
        """A command is taken from those who may write; others get a reaction and cost nothing."""
        task = job.task
        if task.cause is not Cause.COMMAND or task.comment is None:
            return True
        permitted = await self._forge.may_command(task.pull, task.actor)
        await self._forge.react(task.pull, task.comment, Reaction.SEEN if permitted else Reaction.REFUSED)
        if not permitted:
            log.info("a command was refused", actor=task.actor)
        return permitted

    async def _has_review(self, job: Job, pull: Pull) -> bool:
        """Whether another job has posted the review of this head. A command wants it again."""
        last = await self._records.latest(pull.ref)
        if last is None or job.task.cause is Cause.COMMAND:
            return False
        return last.head == pull.head and last.stage is Stage.POSTED and last.job != job.id

    async def _reachable(self, ref: PullRef) -> Pull | None:
        """The pull request, if it can be read: the trouble that is to be told may be that it cannot."""
        try:
            return await self._forge.pull(ref)
        except (Retry, Refused) as error:
            log.warning("nothing can be said on the pull request", reason=str(error))
            return None


def _record(job: Job, pull: Pull, verdict: Verdict) -> Record:
    return Record(
        pull=pull.ref,
        head=pull.head,
        cause=job.task.cause,
        job=job.id,
        review=verdict.review,
        model=verdict.model,
        usage=verdict.tally.usage,
        seconds=verdict.seconds,
        created=datetime.now(UTC),
    )
