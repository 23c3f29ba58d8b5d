"""Makes a review of a change, or answers a question about it: the function in its sandbox, a route of
models, the journal, the budget.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from bot import __version__
from bot.core.budget import Limits, Spending
from bot.core.change import Change, PullRef
from bot.core.config.problem import Problem
from bot.core.counts import Memo
from bot.core.records import Transcript
from bot.core.rendering import Report
from bot.core.review import Question, Review, Settings
from bot.review.allowance import NOWHERE
from bot.review.answers import Answers, Tally
from bot.review.fold import Fold
from bot.review.ports import Function, Journal, Library, Meter, Purse, Router
from bot.review.wish import Wish


@dataclass(frozen=True)
class Verdict:
    """A finished review and what it took. `model` is the one that prompts were cut for; None: none was
    asked. `spending` is what was paid for when it was finished, `transcript` what it can be made again from.
    """

    review: Review
    tally: Tally
    seconds: float
    model: str | None
    module: str
    transcript: Transcript
    spending: Spending
    limits: Limits


@dataclass(frozen=True)
class Reply:
    """The answer to a person's question, as Markdown, and what it took."""

    text: str
    tally: Tally
    seconds: float
    model: str | None


@dataclass(frozen=True)
class _Desk:
    """What one review, or one answer, is made with."""

    fold: Fold
    answers: Answers | None
    settings: Settings
    private: bool
    started: float

    @property
    def tally(self) -> Tally:
        return self.answers.tally if self.answers else Tally()

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
        )

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.started


class Reviewer:
    """What a review is to be like comes with its wish; each takes its model from the router."""

    def __init__(
        self, function: Function, router: Router, journal: Journal, purse: Purse, meter: Meter
    ) -> None:
        self._function = function
        self._router = router
        self._journal = journal
        self._purse = purse
        self._meter = meter
        self._memo = Memo()

    async def review(
        self, change: Change, wish: Wish, pull: PullRef | None = None, library: Library | None = None
    ) -> Verdict:
        """`library` hands out the texts of the change's files; without, there are none.

        Raises:
            Refused: no configured model may see this change.
            Retry: the wish is patient, and the models are away; or the database is.
            ModuleError: the function misbehaved.
        """
        desk = self._desk(wish, pull, library)
        review = await desk.fold.run(change, desk.settings)
        return Verdict(
            review=review,
            tally=desk.tally,
            seconds=desk.seconds,
            model=desk.model,
            module=self._function.digest,
            transcript=desk.transcript(self._function.digest),
            spending=await self._purse.spending(pull or NOWHERE, wish.job),
            limits=wish.limits,
        )

    async def reply(
        self,
        change: Change,
        question: Question,
        wish: Wish,
        pull: PullRef | None = None,
        library: Library | None = None,
    ) -> Reply:
        """What is to be answered to `question`. Raises like `review`."""
        desk = self._desk(wish, pull, library)
        text = await desk.fold.answer(change, desk.settings, question)
        return Reply(text=text, tally=desk.tally, seconds=desk.seconds, model=desk.model)

    def _desk(self, wish: Wish, pull: PullRef | None, library: Library | None) -> _Desk:
        started = time.monotonic()
        route = self._router.route(private=wish.private, wanted=wish.model)
        answers = (
            Answers(route, self._journal, self._purse, self._meter, wish=wish, pull=pull) if route else None
        )
        fold = Fold(self._function, answers, library, patient=wish.patient, memo=self._memo)
        model = answers.primary.model if answers else None
        settings = wish.settings.model_copy(update={"model": model})
        return _Desk(fold, answers, settings, wish.private, started)


def make_report(change: Change, verdict: Verdict, url: str, problems: Sequence[Problem] = ()) -> Report:
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
