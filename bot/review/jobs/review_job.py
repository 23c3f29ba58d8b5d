"""Makes and posts reviews: of a whole pull request in its summary comment, or of some files in another."""

from collections.abc import Sequence
from datetime import UTC, datetime

from bot.core.change import Pull
from bot.core.config import filter_review
from bot.core.jobs import Job
from bot.core.records import ExportedReview, ReviewRecord, ReviewStage
from bot.core.value import Value
from bot.review.jobs.still_wanted import StillWanted
from bot.review.policy.triggers import TriggerPolicy
from bot.review.ports import Metrics, Records
from bot.review.produce.context import ReviewContext, ReviewContextBuilder
from bot.review.produce.reviewer import ReviewOutcome, make_report
from bot.review.publish.publisher import Publisher


class ReviewPlan(Value):
    """How to make a review. `fresh`: reuse no answers of earlier reviews. `short`: a summary without inline
    comments, which does not replace a full review.
    """

    fresh: bool = False
    short: bool = False


class ReviewJob:
    """Raises `NotWanted` for a review that is no longer wanted, before its next round of questions or before
    it is posted.
    """

    def __init__(
        self,
        contexts: ReviewContextBuilder,
        publisher: Publisher,
        policy: TriggerPolicy,
        records: Records,
        meter: Metrics,
    ) -> None:
        self._contexts = contexts
        self._policy = policy
        self._publisher = publisher
        self._records = records
        self._meter = meter

    async def review(self, job: Job, pull: Pull, plan: ReviewPlan | None = None, *, patient: bool) -> None:
        """Posts the placeholder, then the review. Raises `NotWanted`, and like `Reviewer.review`."""
        plan = plan or ReviewPlan()
        comment = await self._announce(job, pull)
        context = await self._contexts.build(pull, patient=patient)
        last = None if plan.fresh or plan.short else await self._last(pull)
        outcome = await self._make(job, pull, context, plan, patient=patient, last=last)
        record = _record(job, pull, outcome).model_copy(update={"comment": comment})
        if not plan.short:
            record = await self._records.save(record, outcome.change, outcome.transcript)
        await self._publish(pull, context, outcome, patient=patient, quiet_inline=plan.short)
        if not plan.short:
            await self._records.save(record.model_copy(update={"stage": ReviewStage.POSTED}))
        await self._publisher.settle_others(pull, patient=patient)
        self._meter.review(outcome.seconds)

    async def partial_review(
        self, job: Job, pull: Pull, paths: Sequence[str], plan: ReviewPlan, *, patient: bool
    ) -> Sequence[str]:
        """Reviews the files that `paths` match. If some paths match no file, returns those and reviews
        nothing. Raises like `review`.
        """
        context = await self._contexts.build(pull, paths, patient=patient)
        if context.unmatched:
            return context.unmatched
        outcome = await self._make(job, pull, context, plan, patient=patient)
        await self._publish(pull, context, outcome, patient=patient, partial_review=job.task.comment)
        self._meter.review(outcome.seconds)
        return ()

    async def _announce(self, job: Job, pull: Pull) -> int | None:
        """Posts the placeholder, unless this job has made the review already: parts of it may be posted."""
        last = await self._records.latest(pull.ref)
        if last is not None and last.job == job.id and last.head == pull.head:
            return last.comment
        return await self._publisher.announce(pull, job.task, again=is_reviewed(last, job, pull.head))

    async def _last(self, pull: Pull) -> ExportedReview | None:
        """The review of an earlier head with all its inputs, if they are stored."""
        record = await self._records.latest(pull.ref)
        if record is None or record.id is None or record.head == pull.head:
            return None
        change = await self._records.change(record.id)
        transcript = await self._records.transcript(record.id)
        if change is None or transcript is None:
            return None
        return ExportedReview(record=record, change=change, transcript=transcript)

    async def _make(
        self,
        job: Job,
        pull: Pull,
        context: ReviewContext,
        plan: ReviewPlan,
        *,
        patient: bool,
        last: ExportedReview | None = None,
    ) -> ReviewOutcome:
        """`last`: the review whose findings stay where nothing changed since."""
        options = self._contexts.options(job, pull, context, patient=patient, fresh=plan.fresh)
        if plan.short:
            features = options.settings.features.model_copy(update={"verification": False})
            settings = options.settings.model_copy(update={"features": features})
            options = options.model_copy(update={"settings": settings})
        still_wanted = StillWanted(self._contexts.forge, self._policy, job.task, pull, context.effective)
        reviewer = self._contexts.reviewer
        outcome = await reviewer.review(
            context.change,
            options,
            pull.ref,
            context.library,
            checkpoint=still_wanted.check,
            repository=context.repository,
            last=last,
        )
        await still_wanted.check()
        return outcome

    async def _publish(
        self,
        pull: Pull,
        context: ReviewContext,
        outcome: ReviewOutcome,
        *,
        patient: bool,
        quiet_inline: bool = False,
        partial_review: int | None = None,
    ) -> None:
        effective = context.effective
        report = make_report(context.change, outcome, pull.url, effective.problems)
        report = report.model_copy(update={"review": filter_review(report.review, effective)})
        await self._publisher.publish(
            pull,
            report,
            effective.config,
            patient=patient,
            quiet_inline=quiet_inline,
            partial_review=partial_review,
        )


def is_reviewed(last: ReviewRecord | None, job: Job, head: str | None) -> bool:
    """Whether `last`, the latest review of a pull request, covers `head`, was posted by another job, and is
    still valid: a changed base requires a new one.
    """
    if last is None or job.task.base:
        return False
    return last.head == head and last.stage is ReviewStage.POSTED and last.job != job.id


def _record(job: Job, pull: Pull, outcome: ReviewOutcome) -> ReviewRecord:
    return ReviewRecord(
        pull=pull.ref,
        head=pull.head,
        cause=job.task.cause,
        job=job.id,
        review=outcome.review,
        model=outcome.model,
        usage=outcome.tally.usage,
        seconds=outcome.seconds,
        created=datetime.now(UTC),
    )
