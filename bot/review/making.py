"""Makes reviews: of a whole pull request, into its summary comment; or of some files, beside it."""

from collections.abc import Sequence
from datetime import UTC, datetime

from bot.core.change import Pull
from bot.core.config import sift
from bot.core.jobs import Job
from bot.core.records import Record, Stage
from bot.core.value import Value
from bot.review.bench import Bench, Subject
from bot.review.conduct import Conduct
from bot.review.ports import Meter, Records
from bot.review.publisher import Publisher
from bot.review.reviewer import Verdict, make_report
from bot.review.wanted import StillWanted


class Plan(Value):
    """How a review is to be made. `fresh`: without the answers of earlier ones. `short`: it sums up, nothing
    is put on lines, and a whole one is still to be made.
    """

    fresh: bool = False
    short: bool = False


class Making:
    """A review that is not wanted any more ends with `NotWanted` before its next round of questions, and
    before anything of it is posted.
    """

    def __init__(
        self, bench: Bench, publisher: Publisher, conduct: Conduct, records: Records, meter: Meter
    ) -> None:
        self._bench = bench
        self._conduct = conduct
        self._publisher = publisher
        self._records = records
        self._meter = meter

    async def review(self, job: Job, pull: Pull, plan: Plan | None = None, *, patient: bool) -> None:
        """From the placeholder to the posted review. Raises `NotWanted`, and what a reviewer raises."""
        plan = plan or Plan()
        comment = await self._announce(job, pull)
        subject = await self._bench.subject(pull, patient=patient)
        verdict = await self._verdict(job, pull, subject, plan, patient=patient)
        record = _record(job, pull, verdict).model_copy(update={"comment": comment})
        if not plan.short:
            record = await self._records.save(record, subject.change, verdict.transcript)
        await self._publish(pull, subject, verdict, patient=patient, quiet_inline=plan.short)
        if not plan.short:
            await self._records.save(record.model_copy(update={"stage": Stage.POSTED}))
        await self._publisher.settle_others(pull, patient=patient)
        self._meter.review(verdict.seconds)

    async def aside(
        self, job: Job, pull: Pull, paths: Sequence[str], plan: Plan, *, patient: bool
    ) -> Sequence[str]:
        """Reviews the files that `paths` name. Returns those that name none: nothing is reviewed then. Raises
        like `review`.
        """
        subject = await self._bench.subject(pull, paths, patient=patient)
        if subject.unmatched:
            return subject.unmatched
        verdict = await self._verdict(job, pull, subject, plan, patient=patient)
        await self._publish(pull, subject, verdict, patient=patient, aside=job.task.comment)
        self._meter.review(verdict.seconds)
        return ()

    async def _announce(self, job: Job, pull: Pull) -> int | None:
        """Nothing is announced of a review that this job has made already: parts of it may be shown."""
        last = await self._records.latest(pull.ref)
        if last is not None and last.job == job.id and last.head == pull.head:
            return last.comment
        return await self._publisher.announce(pull, job.task, again=is_reviewed(last, job, pull.head))

    async def _verdict(self, job: Job, pull: Pull, subject: Subject, plan: Plan, *, patient: bool) -> Verdict:
        wish = self._bench.wish(job, pull, subject, patient=patient, fresh=plan.fresh)
        if plan.short:
            features = wish.settings.features.model_copy(update={"verification": False})
            settings = wish.settings.model_copy(update={"features": features})
            wish = wish.model_copy(update={"settings": settings})
        wanted = StillWanted(self._bench.forge, self._conduct, job.task, pull, subject.effective)
        reviewer = self._bench.reviewer
        verdict = await reviewer.review(subject.change, wish, pull.ref, subject.library, wanted.check)
        await wanted.check()
        return verdict

    async def _publish(
        self,
        pull: Pull,
        subject: Subject,
        verdict: Verdict,
        *,
        patient: bool,
        quiet_inline: bool = False,
        aside: int | None = None,
    ) -> None:
        effective = subject.effective
        report = make_report(subject.change, verdict, pull.url, effective.problems)
        sifted = report.review.model_copy(update={"findings": sift(report.review.findings, effective)})
        report = report.model_copy(update={"review": sifted})
        await self._publisher.publish(
            pull, report, effective.config, patient=patient, quiet_inline=quiet_inline, aside=aside
        )


def is_reviewed(last: Record | None, job: Job, head: str | None) -> bool:
    """Whether `last`, the latest review of a pull request, is of `head`, posted by another job, and still
    holds: a change of the base asks for another.
    """
    if last is None or job.task.base:
        return False
    return last.head == head and last.stage is Stage.POSTED and last.job != job.id


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
