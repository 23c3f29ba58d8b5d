"""Reviews a change or answers a question about it, with the sandboxed function, a route of models, the
journal and the token budget.
"""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass

from bot import __version__
from bot.core.change import Change, PullRef
from bot.core.config.problem import ConfigProblem
from bot.core.errors import Refused
from bot.core.findings.earlier import earlier_review
from bot.core.llm.budget import Spending, TokenLimits
from bot.core.llm.qualification import Qualification
from bot.core.llm.token_counts import CountCache
from bot.core.records import ExportedReview, Transcript
from bot.core.rendering import Report
from bot.core.rendering.unqualified import render_unqualified
from bot.core.review import Question, Review, ReviewSettings
from bot.review.ports import Function, Journal, Library, Metrics, Router, TokenLedger
from bot.review.produce.completions import Completions, ReviewUsage
from bot.review.produce.driver import Checkpoint, FunctionDriver
from bot.review.produce.lookups import Lookups, Open
from bot.review.produce.options import ReviewOptions
from bot.review.produce.token_budget import NOWHERE


@dataclass(frozen=True)
class ReviewOutcome:
    """A finished review and what it used. `model` is the one that prompts were sized for; None: no model was
    called. `unqualified` are the models that were not called because they did not pass the control questions.
    `spending` is the token spending at its end; `change` and `transcript` are for replays.
    """

    review: Review
    change: Change
    tally: ReviewUsage
    seconds: float
    model: str | None
    unqualified: tuple[Qualification, ...]
    module: str
    transcript: Transcript
    spending: Spending
    limits: TokenLimits


@dataclass(frozen=True)
class AnswerOutcome:
    """The answer to a person's question, as Markdown, and what it used."""

    text: str
    tally: ReviewUsage
    seconds: float
    model: str | None


@dataclass(frozen=True)
class _ReviewRun:
    """The parts of one review, or of one answer."""

    driver: FunctionDriver
    completions: Completions | None
    settings: ReviewSettings
    unqualified: tuple[Qualification, ...]
    private: bool
    started: float

    @property
    def tally(self) -> ReviewUsage:
        return self.completions.tally if self.completions else ReviewUsage()

    @property
    def model(self) -> str | None:
        return self.settings.model.name if self.settings.model else None

    def transcript(self, module: str) -> Transcript:
        return Transcript(
            settings=self.settings,
            exchanges=self.driver.exchanges,
            places=self.driver.places,
            counts=self.driver.counts,
            module=module,
            private=self.private,
            omission=self.driver.omission,
        )

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.started


class Reviewer:
    """Makes reviews and answers by their options; selects a model for each with the router."""

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
        *,
        checkpoint: Checkpoint | None = None,
        repository: Open | None = None,
        last: ExportedReview | None = None,
    ) -> ReviewOutcome:
        """`library` provides the texts of the change's files, `repository` opens its repository for look-ups;
        None: there are none. `checkpoint` is called before each round of questions; its exceptions propagate.
        `last` is an earlier review of the pull request: what it said of unchanged files stays.

        Raises:
            Refused: no configured model is allowed for this change.
            Retry: with `options.patient`, the models are unavailable; or the database is.
            ModuleError: the function misbehaved.
        """
        run = await self._start(change, options, pull, library, checkpoint=checkpoint, repository=repository)
        if last is not None and run.completions is not None:
            digest = self._function.digest
            earlier = await asyncio.to_thread(earlier_review, change, run.settings, digest, last)
            change = change.model_copy(update={"earlier": earlier})
        review = await run.driver.run(change, run.settings)
        return ReviewOutcome(
            review=review,
            change=change,
            tally=run.tally,
            seconds=run.seconds,
            model=run.model,
            unqualified=run.unqualified,
            module=self._function.digest,
            transcript=run.transcript(self._function.digest),
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
        *,
        repository: Open | None = None,
    ) -> AnswerOutcome:
        """Answers `question`. Raises like `review`, and `Refused` if no model is qualified."""
        run = await self._start(change, options, pull, library, repository=repository)
        if run.unqualified and run.completions is None:
            raise Refused(render_unqualified(run.unqualified))
        text = await run.driver.answer(change, run.settings, question)
        return AnswerOutcome(text=text, tally=run.tally, seconds=run.seconds, model=run.model)

    async def _start(
        self,
        change: Change,
        options: ReviewOptions,
        pull: PullRef | None,
        library: Library | None,
        *,
        checkpoint: Checkpoint | None = None,
        repository: Open | None = None,
    ) -> _ReviewRun:
        started = time.monotonic()
        route = self._router.route(private=options.private, wanted=options.model)
        unqualified = tuple(await route.qualify()) if route else ()
        completions = (
            Completions(route, self._journal, self._ledger, self._meter, options=options, pull=pull)
            if route and route.engines
            else None
        )
        lookups = (
            Lookups(repository, self._journal, pull, commit=change.head, origin=change.origin)
            if repository
            else None
        )
        driver = FunctionDriver(
            self._function,
            completions,
            library,
            lookups,
            patient=options.patient,
            memo=self._memo,
            memory=completions,
            checkpoint=checkpoint,
        )
        model = completions.primary.model if completions else None
        features = options.settings.features
        if repository is None:
            features = features.model_copy(update={"lookups": False})
        settings = options.settings.model_copy(update={"model": model, "features": features})
        return _ReviewRun(driver, completions, settings, unqualified, options.private, started)


def make_report(
    change: Change, outcome: ReviewOutcome, url: str, problems: Sequence[ConfigProblem] = ()
) -> Report:
    """The data for rendering the review. `url` is the pull request's page, empty if there is none; `problems`
    are those of the repository's configuration.
    """
    tally = outcome.tally
    return Report(
        change=change,
        review=outcome.review,
        url=url,
        model=outcome.model,
        unqualified=outcome.unqualified,
        usage=tally.usage,
        asked=tally.asked,
        reused=tally.reused,
        seconds=outcome.seconds,
        limits=outcome.limits,
        spending=outcome.spending,
        problems=tuple(problems),
        version=__version__,
        module=outcome.module,
    )
