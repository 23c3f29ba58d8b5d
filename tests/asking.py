"""A review function that asks for the history of what it reviews, as any function may."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from unittest.mock import patch

from bot.core.change import Change
from bot.core.llm.messages import Exchange, Failure
from bot.core.lookups import Lookup, Passages, Query
from bot.core.review import Look, ReviewSettings, Step
from bot.sandbox import ReviewFunction

_OWN = "past/"  # begins the ids of its look-ups


@contextmanager
def asking_for_history() -> Iterator[dict[str, Passages | Failure]]:
    """The bot's own review function asks for the history of the first two files first. Gives the last answers
    by their paths.
    """
    review, told = ReviewFunction.review, dict[str, Passages | Failure]()

    async def asking(
        self: ReviewFunction,
        change: Change,
        settings: ReviewSettings,
        answers: Sequence[Exchange],
        count: Callable[[str], int],
    ) -> Step:
        known = {exchange.id: exchange.answer for exchange in answers}
        wanted = [
            Lookup(id=f"{_OWN}{at}", query=Query.HISTORY, path=file.path)
            for at, file in enumerate(change.files[:2])
        ]
        missing = tuple(lookup for lookup in wanted if lookup.id not in known)
        if missing and settings.features.lookups:
            return Look(lookups=missing)
        history = {lookup.path: known.get(lookup.id) for lookup in wanted}
        told.update((path, said) for path, said in history.items() if isinstance(said, Passages | Failure))
        others = [exchange for exchange in answers if not exchange.id.startswith(_OWN)]
        return await review(self, change, settings, others, count)

    with patch.object(ReviewFunction, "review", asking):
        yield told
