"""Makes reviews: of a whole pull request, into its summary comment; or of some files, beside it."""

from collections.abc import Sequence
from datetime import UTC, datetime

from bot.core.change import Pull
from bot.core.config import filter_findings
from bot.core.jobs import Job
from bot.core.records import ReviewRecord, ReviewStage
from bot.core.value import Value
from bot.review.jobs.still_wanted import StillWanted
from bot.review.policy.triggers import TriggerPolicy
from bot.review.ports import Metrics, Records
from bot.review.produce.context import ReviewContext, ReviewContextBuilder
from bot.review.produce.reviewer import ReviewOutcome, make_report
from bot.review.publish.publisher import Publisher


class ReviewPlan(Value):
    """How a review is to be made. `fresh`: without the answers of earlier ones. `short`: it sums up, nothing
    is put on lines, and a whole one is still to be made.
    """

    fresh: bool = False
    short: bool = False


class ReviewJob:
    """A review that is not wanted any more ends with `NotWanted` before its next round of questions, and
    before anything of it is posted.
    """

    def __init__(
        self,
        bench: ReviewContextBuilder,
        publisher: Publisher,
        policy: TriggerPolicy,
        records: Records,
        meter: Metrics,
    ) -> None:
        self._bench = bench
        self._policy = policy
        self._publisher = publisher
        self._records = records
        self._meter = meter

    async def review(self, job: Job, pull: Pull, plan: ReviewPlan | None = None, *, patient: bool) -> None:
        """From the placeholder to the posted review. Raises `NotWanted`, and what a reviewer raises."""
        plan = plan or ReviewPlan()
        comment = await self._announce(job, pull)
        subject = await self._bench.subject(pull, patient=patient)
        verdict = await self._verdict(job, pull, subject, plan, patient=patient)
        record = _record(job, pull, verdict).model_copy(update={"comment": comment})
        if not plan.short:
            record = await self._records.save(record, subject.change, verdict.transcript)
        await self._publish(pull, subject, verdict, patient=patient, quiet_inline=plan.short)
        if not plan.short:
            await self._records.save(record.model_copy(update={"stage": ReviewStage.POSTED}))
        await self._publisher.settle_others(pull, patient=patient)
        self._meter.review(verdict.seconds)

    async def partial_review(
        self, job: Job, pull: Pull, paths: Sequence[str], plan: ReviewPlan, *, patient: bool
    ) -> Sequence[str]:
        """Reviews the files that `paths` name. Returns those that name none: nothing is reviewed then. Raises
        like `review`.
        """
        subject = await self._bench.subject(pull, paths, patient=patient)
        if subject.unmatched:
            return subject.unmatched
        verdict = await self._verdict(job, pull, subject, plan, patient=patient)
        await self._publish(pull, subject, verdict, patient=patient, partial_review=job.task.comment)
        self._meter.review(verdict.seconds)
        return ()

    async def _announce(self, job: Job, pull: Pull) -> int | None:
        """Nothing is announced of a review that this job has made already: parts of it may be shown."""
        last = await self._records.latest(pull.ref)
        if last is not None and last.job == job.id and last.head == pull.head:
            return last.comment
        return await self._publisher.announce(pull, job.task, again=is_reviewed(last, job, pull.head))

    async def _verdict(
        self, job: Job, pull: Pull, subject: ReviewContext, plan: ReviewPlan, *, patient: bool
    ) -> ReviewOutcome:
        options = self._bench.options(job, pull, subject, patient=patient, fresh=plan.fresh)
        if plan.short:
            features = options.settings.features.model_copy(update={"verification": False})
            settings = options.settings.model_copy(update={"features": features})
            options = options.model_copy(update={"settings": settings})
        wanted = StillWanted(self._bench.forge, self._policy, job.task, pull, subject.effective)
        reviewer = self._bench.reviewer
        verdict = await reviewer.review(subject.change, options, pull.ref, subject.library, wanted.check)
        await wanted.check()
        return verdict

    async def _publish(
        self,
        pull: Pull,
        subject: ReviewContext,
        verdict: ReviewOutcome,
        *,
        patient: bool,
        quiet_inline: bool = False,
        partial_review: int | None = None,
    ) -> None:
        effective = subject.effective
        report = make_report(subject.change, verdict, pull.url, effective.problems)
        sifted = report.review.model_copy(
            update={"findings": filter_findings(report.review.findings, effective)}
        )
        report = report.model_copy(update={"review": sifted})
        await self._publisher.publish(
            pull,
            report,
            effective.config,
            patient=patient,
            quiet_inline=quiet_inline,
            partial_review=partial_review,
        )


def is_reviewed(last: ReviewRecord | None, job: Job, head: str | None) -> bool:
    """Whether `last`, the latest review of a pull request, is of `head`, posted by another job, and still
    holds: a change of the base asks for another.
    """
    if last is None or job.task.base:
        return False
    return last.head == head and last.stage is ReviewStage.POSTED and last.job != job.id


def _record(job: Job, pull: Pull, verdict: ReviewOutcome) -> ReviewRecord:
    return ReviewRecord(
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
