"""Makes a review again from what was kept of it: without asking anybody, or with other models and prompts."""

from collections.abc import Callable, Sequence
from typing import assert_never

from bot.core.change import Change
from bot.core.errors import Refused
from bot.core.llm.messages import Excerpt, Exchange, Failure, TextLocation
from bot.core.llm.token_counts import ReplayCounter
from bot.core.records import ExportedReview
from bot.core.rendering.omissions import with_omission
from bot.core.review import Ask, Done, Fetch, Review, Step
from bot.review.ports import Function
from bot.review.produce.source_files import refused


async def again(function: Function, kept: ExportedReview, count: Callable[[str], int]) -> Review:
    """What the function makes of the same change, settings and answers. Nobody is asked.

    `count` counts what the transcript has no count of.

    Raises:
        Refused: the function wants to know more than was answered then.
        ModuleError: it misbehaved, or refuses.
    """
    told = kept.transcript
    counts = ReplayCounter(told.counts, count)
    settings = told.omission.narrowed(told.settings) if told.omission else told.settings
    step = await function.review(kept.change, settings, told.exchanges, counts)
    if isinstance(step, Done):
        return with_omission(step.review, told.omission, told.settings.model)
    raise Refused(
        f"the review function asks what was not asked then: {_named(step)}; with --model it is asked anew"
    )


class KeptLibrary:
    """The texts that a review was shown; there are no others."""

    def __init__(self, places: Sequence[TextLocation], exchanges: Sequence[Exchange]) -> None:
        answers = {exchange.id: exchange.answer for exchange in exchanges}
        self._texts = {(place.path, place.revision): answers.get(place.id) for place in places}

    async def read(self, change: Change, places: Sequence[TextLocation]) -> Sequence[Excerpt | Failure]:  # noqa: ARG002 - a library's shape
        return [self._at(place) for place in places]

    def _at(self, place: TextLocation) -> Excerpt | Failure:
        text = self._texts.get((place.path, place.revision))
        return text if isinstance(text, Excerpt | Failure) else refused(f"{place.path} was not kept")


def _named(step: Step) -> str:
    match step:
        case Ask():
            names = [request.id for request in step.requests]
        case Fetch():
            names = [place.id for place in step.places]
        case Done():
            names = []
        case _:
            assert_never(step)
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return ", ".join(names[:3]) + more
