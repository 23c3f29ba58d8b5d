"""Makes a review of a change, or answers a question about it: the function in its sandbox, a route of
models, the journal, the budget.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from bot import __version__
from bot.core.change import Change, PullRef
from bot.core.config.problem import ConfigProblem
from bot.core.llm.budget import Spending, TokenLimits
from bot.core.llm.token_counts import CountCache
from bot.core.records import Transcript
from bot.core.rendering import Report
from bot.core.review import Question, Review, ReviewSettings
from bot.review.ports import Function, Journal, Library, Metrics, Router, TokenLedger
from bot.review.produce.completions import Completions, ReviewUsage
from bot.review.produce.driver import FunctionDriver, Look
from bot.review.produce.options import ReviewOptions
from bot.review.produce.token_budget import NOWHERE


@dataclass(frozen=True)
class ReviewOutcome:
    """A finished review and what it took. `model` is the one that prompts were cut for; None: none was
    asked. `spending` is what was paid for when it was finished, `transcript` what it can be made again from.
    """

    review: Review
    tally: ReviewUsage
    seconds: float
    model: str | None
    module: str
    transcript: Transcript
    spending: Spending
    limits: TokenLimits


@dataclass(frozen=True)
class AnswerOutcome:
    """The answer to a person's question, as Markdown, and what it took."""

    text: str
    tally: ReviewUsage
    seconds: float
    model: str | None


@dataclass(frozen=True)
class _ReviewRun:
    """What one review, or one answer, is made with."""

    fold: FunctionDriver
    answers: Completions | None
    settings: ReviewSettings
    private: bool
    started: float

    @property
    def tally(self) -> ReviewUsage:
        return self.answers.tally if self.answers else ReviewUsage()

    @property
    def model(self) -> str | None:
        return self.settings.model.name if self.settings.model else None

    def transcript(self, module: str) -> Transcript:
        return Transcript(
            settings=self.settings,
            exchanges=self.fold.exchanges,
            places=self.fold.places,
            counts=self.fold.counts,
            module=module,
            private=self.private,
            omission=self.fold.omission,
        )

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.started


class Reviewer:
    """What a review is to be like comes with its wish; each takes its model from the router."""

    def __init__(
        self, function: Function, router: Router, journal: Journal, ledger: TokenLedger, meter: Metrics
    ) -> None:
        self._function = function
        self._router = router
        self._journal = journal
        self._ledger = ledger
        self._meter = meter
        self._memo = CountCache()

    async def review(
        self,
        change: Change,
        options: ReviewOptions,
        pull: PullRef | None = None,
        library: Library | None = None,
        look: Look | None = None,
    ) -> ReviewOutcome:
        """`library` hands out the texts of the change's files; without, there are none. `look` is called
        before each round of questions; what it raises is raised.

        Raises:
            Refused: no configured model may see this change.
            Retry: the wish is patient, and the models are away; or the database is.
            ModuleError: the function misbehaved.
        """
        desk = self._review_run(options, pull, library, look)
        review = await desk.fold.run(change, desk.settings)
        return ReviewOutcome(
            review=review,
            tally=desk.tally,
            seconds=desk.seconds,
            model=desk.model,
            module=self._function.digest,
            transcript=desk.transcript(self._function.digest),
            spending=await self._ledger.spending(pull or NOWHERE, options.job),
            limits=options.limits,
        )

    async def reply(
        self,
        change: Change,
        question: Question,
        options: ReviewOptions,
        pull: PullRef | None = None,
        library: Library | None = None,
    ) -> AnswerOutcome:
        """What is to be answered to `question`. Raises like `review`."""
        desk = self._review_run(options, pull, library)
        text = await desk.fold.answer(change, desk.settings, question)
        return AnswerOutcome(text=text, tally=desk.tally, seconds=desk.seconds, model=desk.model)

    def _review_run(
        self, options: ReviewOptions, pull: PullRef | None, library: Library | None, look: Look | None = None
    ) -> _ReviewRun:
        started = time.monotonic()
        route = self._router.route(private=options.private, wanted=options.model)
        answers = (
            Completions(route, self._journal, self._ledger, self._meter, options=options, pull=pull)
            if route
            else None
        )
        fold = FunctionDriver(
            self._function,
            answers,
            library,
            patient=options.patient,
            memo=self._memo,
            memory=answers,
            look=look,
        )
        model = answers.primary.model if answers else None
        settings = options.settings.model_copy(update={"model": model})
        return _ReviewRun(fold, answers, settings, options.private, started)


def make_report(
    change: Change, verdict: ReviewOutcome, url: str, problems: Sequence[ConfigProblem] = ()
) -> Report:
    """What is told of the review. `url` is the pull request's page, empty where there is none; `problems` are
    those of the repository's configuration.
    """
    tally = verdict.tally
    return Report(
        change=change,
        review=verdict.review,
        url=url,
        model=verdict.model,
        usage=tally.usage,
        asked=tally.asked,
        reused=tally.reused,
        seconds=verdict.seconds,
        limits=verdict.limits,
        spending=verdict.spending,
        problems=tuple(problems),
        version=__version__,
        module=verdict.module,
    )
