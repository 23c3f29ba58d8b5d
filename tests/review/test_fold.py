"""The fold's ends: what one question's trouble means for the review."""

from collections.abc import Callable, Sequence

import pytest

from bot.core.change import Change
from bot.core.errors import EngineFailure, ModuleError, Retry
from bot.core.exchange import Completion, Exchange, Failure, Finish, Message, Request, Role, Usage
from bot.core.review import Ask, Done, Review, Settings, Step
from bot.review.fold import Fold

CHANGE = Change()
SETTINGS = Settings(model=None, templates=())
REVIEW = Review(purpose="Done.", effort=1)


def request(name: str) -> Request:
    return Request(id=name, messages=(Message(role=Role.USER, text=name),), answer=10)


class TwoQuestions:
    """Asks "one" and "two" at once, and is done when both are answered."""

    digest = "0"

    def __init__(self) -> None:
        self.answers: Sequence[Exchange] = ()

    async def review(
        self, change: Change, settings: Settings, answers: Sequence[Exchange], count: Callable[[str], int]
    ) -> Step:
        self.answers = answers
        return Done(review=REVIEW) if answers else Ask(requests=(request("one"), request("two")))


class Answerer:
    """Fails at question "one" with `error`; counts the answers it gives."""

    def __init__(self, error: Exception) -> None:
        self.error = error
        self.given = 0

    def count(self, text: str) -> int:
        return len(text)

    async def complete(self, request: Request) -> Completion:
        if request.id == "one":
            raise self.error
        self.given += 1
        return Completion(text="{}", finish=Finish.STOP, usage=Usage(prompt=1, answer=1), model="m")


async def test_a_module_that_breaks_while_it_answers_is_named() -> None:
    broken = ModuleError("trap", "openai-integration", "it panicked")

    with pytest.raises(ModuleError, match="it panicked"):
        await Fold(TwoQuestions(), Answerer(broken), patient=True).run(CHANGE, SETTINGS)


async def test_a_model_that_is_away_is_waited_for_and_the_other_answers_are_had() -> None:
    answerer = Answerer(EngineFailure("unavailable", "busy", after=40))

    with pytest.raises(Retry) as caught:
        await Fold(TwoQuestions(), answerer, patient=True).run(CHANGE, SETTINGS)

    assert (caught.value.after, answerer.given) == (40, 1)


async def test_without_patience_the_function_is_told() -> None:
    function = TwoQuestions()
    answerer = Answerer(EngineFailure("unavailable", "busy"))

    review = await Fold(function, answerer, patient=False).run(CHANGE, SETTINGS)

    assert review == REVIEW
    assert [type(exchange.answer) for exchange in function.answers if exchange.id == "one"] == [Failure]


async def test_a_function_that_asks_the_same_again_is_stopped() -> None:
    class Forgetful(TwoQuestions):
        async def review(
            self, change: Change, settings: Settings, answers: Sequence[Exchange], count: Callable[[str], int]
        ) -> Step:
            return Ask(requests=(request("two"),))

    with pytest.raises(ModuleError, match="asks again"):
        await Fold(Forgetful(), Answerer(ValueError()), patient=True).run(CHANGE, SETTINGS)
