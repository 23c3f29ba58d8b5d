"""Runs the review function until it is done: calls it, gets it what it wants to know, calls it again.

The function keeps nothing, so a crash costs no more than the calls that had not been journaled:
the next run asks the same questions and finds their answers in the journal. A person's question is
answered in the same way.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Protocol, TypeVar, assert_never

from bot.core.change import Change
from bot.core.errors import EngineFailure, ModuleError, Retry
from bot.core.llm.journal_key import omission_key
from bot.core.llm.messages import Completion, Excerpt, Exchange, Failure, FailureKind, Request, TextLocation
from bot.core.llm.token_counts import CountCache, RecordingCounter
from bot.core.omission import Omission
from bot.core.rendering.omissions import render_omission, with_omission
from bot.core.review import AnswerText, Ask, Done, Fetch, Question, Review, ReviewSettings
from bot.review.ports import Function, Library
from bot.review.produce.rule_fallback import NoMemory, OmissionMemory, RuleFallback
from bot.review.produce.source_files import refused

MAX_ROUNDS = 100
MAX_ANSWERS = 10_000
MAX_TEXTS = 1000
MAX_TEXT = 20_000_000  # bytes of all texts of one review

Wanted = TypeVar("Wanted", Request, TextLocation)
Step = Ask | Fetch | Done | AnswerText
Call = Callable[[ReviewSettings, Sequence[Exchange]], Awaitable[Step]]
Look = Callable[[], Awaitable[None]]


class Answerer(Protocol):
    """Whoever answers questions: a route of engines behind the journal. `name` stands for how it counts."""

    @property
    def name(self) -> str: ...

    def count(self, text: str) -> int: ...

    async def complete(self, request: Request) -> Completion:
        """Called for all questions of a round at once, in the order in which the function gave them."""
        ...


class FunctionDriver:
    """One review, or one answer to a person, in the making.

    With `patient`, a model that is unavailable ends the run with `Retry`, to be gone on with later;
    without, the function is told, and does without the answers that are missing. A `memo` keeps counts of
    tokens for other reviews, a `memory` what had to be left out for the next run of this one. `look` is
    called before each round of questions, and ends the run by raising.
    """

    def __init__(
        self,
        function: Function,
        answerer: Answerer | None,
        library: Library | None = None,
        *,
        patient: bool,
        memo: CountCache | None = None,
        memory: OmissionMemory | None = None,
        look: Look | None = None,
    ) -> None:
        self._function = function
        self._answerer = answerer
        self._library = library
        self._patient = patient
        self._look = look
        self._memo = memo or CountCache()
        self._told = RecordingCounter(self._count)
        self._answers: dict[str, Exchange] = {}
        self._places: list[TextLocation] = []
        self._room = MAX_TEXT
        self._memory = memory or NoMemory()
        self._omission: Omission | None = None

    @property
    def exchanges(self) -> tuple[Exchange, ...]:
        """What was asked and answered so far, in the order of the asking."""
        return tuple(self._answers.values())

    @property
    def places(self) -> tuple[TextLocation, ...]:
        """The texts that were looked for, in the order of the asking."""
        return tuple(self._places)

    @property
    def omission(self) -> Omission | None:
        """What was left out because the function failed with it."""
        return self._omission

    @property
    def counts(self) -> dict[str, int]:
        """The counts of tokens that the last call of the function was told."""
        return self._told.counts

    async def run(self, change: Change, settings: ReviewSettings) -> Review:
        """Raises `ModuleError` when the function misbehaves and `Retry` when a model must be waited for."""
        key = await asyncio.to_thread(omission_key, self._function.digest, change, settings)
        last = await self._turns(
            change,
            settings,
            lambda narrowed, known: self._function.review(change, narrowed, known, self._told),
            key,
        )
        if isinstance(last, Done):
            return with_omission(last.review, self._omission, settings.model)
        raise ModuleError("invalid", "review function", "answers with words where a review belongs")

    async def answer(self, change: Change, settings: ReviewSettings, question: Question) -> str:
        """What the function says to a person's question, as Markdown. Raises like `run`."""
        key = await asyncio.to_thread(omission_key, self._function.digest, change, settings, question)
        last = await self._turns(
            change,
            settings,
            lambda narrowed, known: self._function.reply(change, narrowed, question, known, self._told),
            key,
        )
        if isinstance(last, AnswerText):
            return f"{last.text}\n\n_{render_omission(self._omission)}_" if self._omission else last.text
        raise ModuleError("invalid", "review function", "answers with a review where words belong")

    async def _turns(
        self, change: Change, settings: ReviewSettings, call: Call, key: str
    ) -> Done | AnswerText:
        async def told(narrowed: ReviewSettings, known: Sequence[Exchange]) -> Step:
            self._told = RecordingCounter(self._count)
            return await call(narrowed, known)

        # The first count of all reads a vocabulary, which is not to be on the function's time.
        await asyncio.to_thread(self._count, "x")
        fallback = RuleFallback(told, settings, self._function, memory=self._memory, key=key)
        await fallback.recall()
        for _ in range(MAX_ROUNDS):
            step = await fallback.step(self.exchanges)
            self._omission = fallback.omission
            match step:
                case Ask():
                    if self._look:
                        await self._look()
                    await self._ask(self._fresh(step.requests))
                case Fetch():
                    await self._fetch(change, self._fresh(step.places))
                case Done() | AnswerText():
                    return step
                case _:
                    assert_never(step)
        raise ModuleError("invalid", "review function", f"not done after {MAX_ROUNDS} rounds")

    def _count(self, text: str) -> int:
        if self._answerer is None:
            return len(text.encode("utf-8", "replace"))
        return self._memo.count(self._answerer.name, text, self._answerer.count)

    def _fresh(self, wanted: Iterable[Wanted]) -> tuple[Wanted, ...]:
        """What is not answered yet. A function that asks for nothing new would go on for ever."""
        fresh = {one.id: one for one in wanted if one.id not in self._answers}
        if not fresh:
            raise ModuleError("invalid", "review function", "asks again what has been answered")
        if len(self._answers) + len(fresh) > MAX_ANSWERS:
            raise ModuleError("invalid", "review function", f"asks more than {MAX_ANSWERS} questions")
        return tuple(fresh.values())

    def _keep(self, name: str, answer: Completion | Excerpt | Failure) -> None:
        self._answers[name] = Exchange(id=name, answer=answer)

    async def _ask(self, requests: tuple[Request, ...]) -> None:
        """Asks all at once. One that must wait does not stop the others: what they bring is journaled."""
        if self._answerer is None:
            raise ModuleError("invalid", "review function", "asks a model although none is configured")
        try:
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(self._answered(self._answerer, request)) for request in requests]
        except ExceptionGroup as errors:
            raise errors.exceptions[0] from None
        answers = [task.result() for task in tasks]
        waits = [answer for answer in answers if isinstance(answer, Retry)]
        if waits:
            raise max(waits, key=lambda wait: wait.after or 0)
        for request, answer in zip(requests, answers, strict=True):
            if not isinstance(answer, Retry):
                self._keep(request.id, answer)

    async def _answered(self, answerer: Answerer, request: Request) -> Completion | Failure | Retry:
        try:
            return await answerer.complete(request)
        except EngineFailure as failure:
            if self._patient and failure.kind == FailureKind.UNAVAILABLE:
                return Retry(str(failure), failure.after)
            return Failure(kind=FailureKind(failure.kind), message=str(failure))

    async def _fetch(self, change: Change, places: tuple[TextLocation, ...]) -> None:
        """Texts beyond the limits are refused, so that a review does with those that it has."""
        wanted = places[: MAX_TEXTS - len(self._places)]
        self._places += wanted
        for place, text in zip(wanted, await self._read(change, wanted), strict=True):
            self._keep(place.id, self._within(text))
        for place in places[len(wanted) :]:
            self._keep(place.id, refused("too many texts"))

    async def _read(self, change: Change, places: tuple[TextLocation, ...]) -> Sequence[Excerpt | Failure]:
        if self._library is None:
            return [refused("there are no texts here")] * len(places)
        if not places:
            return []
        try:
            return await self._library.read(change, places)
        except Retry as wait:
            if self._patient:
                raise
            return [Failure(kind=FailureKind.UNAVAILABLE, message=str(wait))] * len(places)

    def _within(self, text: Excerpt | Failure) -> Excerpt | Failure:
        if isinstance(text, Failure):
            return text
        size = len(text.text.encode("utf-8", "replace"))
        if size > self._room:
            return refused("too many texts")
        self._room -= size
        return text
