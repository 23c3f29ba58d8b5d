"""Makes a review of a change: the function in its sandbox, a route of models, the journal."""

import time
from dataclasses import dataclass

from bot import __version__
from bot.core.change import Change, PullRef
from bot.core.rendering import Report
from bot.core.review import Review, Settings
from bot.review.answers import Answers, Tally
from bot.review.fold import Fold
from bot.review.ports import Function, Journal, Meter, Router


@dataclass(frozen=True)
class Verdict:
    """A finished review and what it took. `model` is the one that prompts were cut for; None: none was
    asked.
    """

    review: Review
    tally: Tally
    seconds: float
    model: str | None
    module: str


class Reviewer:
    """`settings` without a model; each review takes its model from the router."""

    def __init__(
        self, function: Function, router: Router, journal: Journal, meter: Meter, settings: Settings
    ) -> None:
        self._function = function
        self._router = router
        self._journal = journal
        self._meter = meter
        self._settings = settings

    async def review(
        self, change: Change, *, private: bool, patient: bool, pull: PullRef | None = None
    ) -> Verdict:
        """`private`: the code must not leave for a model that the operator did not allow for it.

        Raises:
            Refused: no configured model may see this change.
            Retry: `patient`, and the models are away.
            ModuleError: the function misbehaved.
        """
        started = time.monotonic()
        route = self._router.route(private=private)
        answers = Answers(route, self._journal, self._meter, pull) if route else None
        model = answers.primary.model if answers else None
        settings = self._settings.model_copy(update={"model": model})
        review = await Fold(self._function, answers, patient=patient).run(change, settings)
        seconds = time.monotonic() - started
        return Verdict(
            review=review,
            tally=answers.tally if answers else Tally(),
            seconds=seconds,
            model=model.name if model else None,
            module=self._function.digest,
        )


def make_report(change: Change, verdict: Verdict, url: str) -> Report:
    """What is told of the review. `url` is the pull request's page, empty where there is none."""
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
        version=__version__,
        module=verdict.module,
    )
