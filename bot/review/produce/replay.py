"""Replays a stored review, offline from its transcript or with other models and prompts."""

from collections.abc import Callable, Sequence
from typing import assert_never

from bot.core.change import Change
from bot.core.errors import Refused
from bot.core.llm.messages import Excerpt, Exchange, Failure, TextLocation
from bot.core.llm.token_counts import ReplayCounter
from bot.core.lookups import Lookup, Passages
from bot.core.records import ExportedReview
from bot.core.rendering.omissions import with_omission
from bot.core.review import Ask, Done, Fetch, Look, Review, Step
from bot.review.ports import Function
from bot.review.produce.source_files import refused


async def replay_review(function: Function, stored: ExportedReview, count: Callable[[str], int]) -> Review:
    """Calls the function once with the stored change, settings and answers. Calls no model.

    `count` counts the tokens of texts that the transcript has no count for.

    Raises:
        Refused: the function makes a request that the transcript does not answer.
        ModuleError: the function misbehaved or refused.
    """
    transcript = stored.transcript
    counts = ReplayCounter(transcript.counts, count)
    omission = transcript.omission
    settings = omission.narrowed(transcript.settings) if omission else transcript.settings
    step = await function.review(stored.change, settings, transcript.exchanges, counts)
    if isinstance(step, Done):
        return with_omission(step.review, omission, transcript.settings.model)
    raise Refused(
        f"the review function makes requests that the stored review does not answer: {_request_names(step)}; "
        "use --model to ask a model"
    )


class KeptLibrary:
    """The texts that are stored with a review; all others are refused."""

    def __init__(self, places: Sequence[TextLocation], exchanges: Sequence[Exchange]) -> None:
        answers = {exchange.id: exchange.answer for exchange in exchanges}
        self._texts = {(place.path, place.revision): answers.get(place.id) for place in places}

    async def read(self, change: Change, places: Sequence[TextLocation]) -> Sequence[Excerpt | Failure]:  # noqa: ARG002 - a library's shape
        return [self._at(place) for place in places]

    def _at(self, place: TextLocation) -> Excerpt | Failure:
        text = self._texts.get((place.path, place.revision))
        return text if isinstance(text, Excerpt | Failure) else refused(f"{place.path} was not stored")


class KeptRepository:
    """The answers to look-ups that are stored with a review; all others are refused."""

    def __init__(self, exchanges: Sequence[Exchange]) -> None:
        self._answers = {exchange.id: exchange.answer for exchange in exchanges}

    async def answer(self, lookup: Lookup) -> Passages:
        """Raises `Refused`."""
        found = self._answers.get(lookup.id)
        if isinstance(found, Passages):
            return found
        raise Refused(found.message if isinstance(found, Failure) else f"{lookup.id} was not stored")


def _request_names(step: Step) -> str:
    match step:
        case Ask():
            names = [request.id for request in step.requests]
        case Fetch():
            names = [place.id for place in step.places]
        case Look():
            names = [lookup.id for lookup in step.lookups]
        case Done():
            names = []
        case _:
            assert_never(step)
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return ", ".join(names[:3]) + more
