"""The driver: what it passes to the function, in which order, and how it handles failed requests."""

import asyncio
from collections.abc import Callable, Sequence

import pytest

from bot.core.change import Change
from bot.core.errors import EngineFailure, ModuleError, Retry
from bot.core.llm.messages import (
    Completion,
    Excerpt,
    Exchange,
    Failure,
    Finish,
    Message,
    Request,
    Revision,
    Role,
    TextLocation,
    Usage,
)
from bot.core.llm.token_counts import CountCache, count_key
from bot.core.lookups import Passages
from bot.core.review import (
    AnswerText,
    Ask,
    Done,
    Fetch,
    Purpose,
    Question,
    Review,
    ReviewSettings,
    Step,
    Turn,
)
from bot.review.produce import driver
from bot.review.produce.driver import FunctionDriver

CHANGE = Change()
SETTINGS = ReviewSettings(model=None, templates=())
REVIEW = Review(purpose="Done.", effort=1)


def request(name: str) -> Request:
    return Request(id=name, messages=(Message(role=Role.USER, text=name),), answer=10)


class Silent:
    """Has no reply to a person."""

    digest = "0"

    async def families(self) -> Sequence[str]:
        return ()

    async def reply(
        self,
        change: Change,
        settings: ReviewSettings,
        question: Question,
        answers: Sequence[Exchange],
        count: Callable[[str], int],
    ) -> Turn:
        raise ModuleError("refused", "function", "answers no questions")


class TwoQuestions(Silent):
    """Requests "one" and "two" together, and is done when both are answered."""

    def __init__(self) -> None:
        self.answers: Sequence[Exchange] = ()

    async def review(
        self,
        change: Change,
        settings: ReviewSettings,
        answers: Sequence[Exchange],
        count: Callable[[str], int],
    ) -> Step:
        self.answers = answers
        return Done(review=REVIEW) if answers else Ask(requests=(request("one"), request("two")))


class Reader(Silent):
    """Requests texts, a list of places per call; done when all are answered. Counts "word" each time."""

    def __init__(self, *rounds: Sequence[TextLocation]) -> None:
        self.rounds = rounds
        self.answers: Sequence[Exchange] = ()

    async def review(
        self,
        change: Change,
        settings: ReviewSettings,
        answers: Sequence[Exchange],
        count: Callable[[str], int],
    ) -> Step:
        self.answers = answers
        assert count("word") == 4
        for places in self.rounds:
            if any(place.id not in {exchange.id for exchange in answers} for place in places):
                return Fetch(places=tuple(places))
        return Done(review=REVIEW)

    async def reply(
        self,
        change: Change,
        settings: ReviewSettings,
        question: Question,
        answers: Sequence[Exchange],
        count: Callable[[str], int],
    ) -> Turn:
        step = await self.review(change, settings, answers, count)
        return AnswerText(text=f"{question.text} Yes.") if isinstance(step, Done) else step

    @property
    def told(self) -> list[tuple[str, str]]:
        """Its answers in the order of the exchanges: texts, or the reasons of failures."""
        return [
            (one.id, one.answer.message if isinstance(one.answer, Failure) else one.answer.text)
            for one in self.answers
            if not isinstance(one.answer, Passages)
        ]


class Shelf:
    """Has a text for every path: the path itself, or `text`."""

    def __init__(self, text: str = "", error: Exception | None = None) -> None:
        self.text = text
        self.error = error
        self.asked: list[str] = []

    async def read(self, change: Change, places: Sequence[TextLocation]) -> Sequence[Excerpt | Failure]:
        if self.error:
            raise self.error
        self.asked += [place.path for place in places]
        return [Excerpt(text=self.text or place.path) for place in places]


def places(*names: str) -> list[TextLocation]:
    return [TextLocation(id=f"text/{name}", path=name, revision=Revision.HEAD) for name in names]


class Answerer:
    """Fails at request "one" with `error`; counts its answers."""

    name = "m"

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
        await FunctionDriver(TwoQuestions(), Answerer(broken), patient=True).run(CHANGE, SETTINGS)


async def test_a_model_that_is_away_is_waited_for_and_the_other_answers_are_had() -> None:
    answerer = Answerer(EngineFailure("unavailable", "busy", after=40))

    with pytest.raises(Retry) as caught:
        await FunctionDriver(TwoQuestions(), answerer, patient=True).run(CHANGE, SETTINGS)

    assert (caught.value.after, answerer.given) == (40, 1)


async def test_without_patience_the_function_is_told() -> None:
    function = TwoQuestions()
    answerer = Answerer(EngineFailure("unavailable", "busy"))

    review = await FunctionDriver(function, answerer, patient=False).run(CHANGE, SETTINGS)

    assert review == REVIEW
    assert [type(exchange.answer) for exchange in function.answers if exchange.id == "one"] == [Failure]


async def test_a_function_that_asks_the_same_again_is_stopped() -> None:
    class Forgetful(TwoQuestions):
        async def review(
            self,
            change: Change,
            settings: ReviewSettings,
            answers: Sequence[Exchange],
            count: Callable[[str], int],
        ) -> Step:
            return Ask(requests=(request("two"),))

    with pytest.raises(ModuleError, match="repeats only answered requests"):
        await FunctionDriver(Forgetful(), Answerer(ValueError()), patient=True).run(CHANGE, SETTINGS)


async def test_answers_are_kept_in_the_order_of_the_questions_whichever_came_first() -> None:
    class Slow(Answerer):
        async def complete(self, request: Request) -> Completion:
            if request.id == "one":
                await asyncio.sleep(0.02)
            return Completion(text=request.id, finish=Finish.STOP, usage=Usage(prompt=1, answer=1), model="m")

    made = FunctionDriver(TwoQuestions(), Slow(ValueError()), patient=True)
    await made.run(CHANGE, SETTINGS)

    assert ["one", "two"] == [exchange.id for exchange in made.exchanges]


async def test_texts_are_handed_out_round_after_round() -> None:
    function, config_source = Reader(places("a", "b"), places("c")), Shelf()
    made = FunctionDriver(function, None, config_source, patient=True)

    assert await made.run(CHANGE, SETTINGS) == REVIEW
    assert [("text/a", "a"), ("text/b", "b"), ("text/c", "c")] == function.told
    assert ["a", "b", "c"] == config_source.asked
    assert [exchange.id for exchange in made.exchanges] == ["text/a", "text/b", "text/c"]


async def test_without_a_library_the_function_is_told() -> None:
    function = Reader(places("a"))
    await FunctionDriver(function, None, patient=True).run(CHANGE, SETTINGS)

    assert [("text/a", "the review has no access to file texts")] == function.told


async def test_more_texts_than_a_review_may_have_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(driver, "MAX_TEXTS", 3)
    function, config_source = Reader(places("a", "b"), places("c", "d"), places("e")), Shelf()
    await FunctionDriver(function, None, config_source, patient=True).run(CHANGE, SETTINGS)

    assert ["a", "b", "c"] == config_source.asked
    assert [("text/d", "too many texts"), ("text/e", "too many texts")] == function.told[3:]


async def test_texts_that_are_too_much_together_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(driver, "MAX_TEXT", 10)
    function = Reader(places("a", "b", "c"))
    await FunctionDriver(function, None, Shelf("ééé"), patient=True).run(CHANGE, SETTINGS)

    assert ["ééé", "too many texts", "too many texts"] == [text for _, text in function.told]


async def test_texts_that_cannot_be_read_now_are_waited_for_or_done_without() -> None:
    function, away = Reader(places("a")), Shelf(error=Retry("GitHub is away", 30))
    with pytest.raises(Retry, match="GitHub is away"):
        await FunctionDriver(function, None, away, patient=True).run(CHANGE, SETTINGS)

    assert await FunctionDriver(function, None, away, patient=False).run(CHANGE, SETTINGS) == REVIEW
    assert [("text/a", "GitHub is away")] == function.told


async def test_a_function_that_wants_the_same_text_again_is_stopped() -> None:
    class Forgetful(Reader):
        async def review(
            self,
            change: Change,
            settings: ReviewSettings,
            answers: Sequence[Exchange],
            count: Callable[[str], int],
        ) -> Step:
            return Fetch(places=tuple(places("a")))

    with pytest.raises(ModuleError, match="repeats only answered requests"):
        await FunctionDriver(Forgetful(), None, Shelf(), patient=True).run(CHANGE, SETTINGS)


async def test_a_person_is_answered_in_the_same_way() -> None:
    question = Question(purpose=Purpose.ANSWER, text="Is it?")
    made = FunctionDriver(Reader(places("a")), None, Shelf(), patient=True)

    assert "Is it? Yes." == await made.answer(CHANGE, SETTINGS, question)
    assert ["text/a"] == [exchange.id for exchange in made.exchanges]


async def test_the_counts_of_the_last_call_are_kept() -> None:
    made = FunctionDriver(Reader(places("a")), None, Shelf(), patient=True)
    await made.run(CHANGE, SETTINGS)

    assert {count_key("word"): 4} == made.counts


async def test_a_text_is_counted_once_for_all_reviews_by_the_same_counter() -> None:
    class Counting(Answerer):
        def __init__(self, name: str) -> None:
            super().__init__(ValueError())
            self.name = name

        def count(self, text: str) -> int:
            counted.append((self.name, text))
            return len(text)

    counted: list[tuple[str, str]] = []
    memo = CountCache()
    for name in ("m", "m", "other"):
        await FunctionDriver(Reader(places("a")), Counting(name), Shelf(), patient=True, memo=memo).run(
            CHANGE, SETTINGS
        )

    assert [("m", "x"), ("m", "word"), ("other", "x"), ("other", "word")] == counted
