"""Drives the review function: calls it, answers its requests, and calls it again until it is done.

The function is stateless, so a crash costs only the model calls that were not journaled: the next run makes
the same requests and finds the answers in the journal. A person's question is answered in the same way.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Protocol, TypeVar, assert_never

from bot.core.change import Change
from bot.core.errors import EngineFailure, ModuleError, Retry
from bot.core.llm.journal_key import omission_key
from bot.core.llm.messages import Completion, Excerpt, Exchange, Failure, FailureKind, Request, TextLocation
from bot.core.llm.token_counts import CountCache, RecordingCounter
from bot.core.lookups import Passages
from bot.core.omission import Omission
from bot.core.rendering.omissions import render_omission, with_omission
from bot.core.review import AnswerText, Ask, Done, Fetch, Look, Lookup, Question, Review, ReviewSettings
from bot.review.ports import Function, Library
from bot.review.produce.lookups import Lookups
from bot.review.produce.rule_fallback import NoMemory, OmissionMemory, RuleFallback
from bot.review.produce.source_files import refused

MAX_ROUNDS = 100
MAX_ANSWERS = 10_000
MAX_TEXTS = 1000
MAX_TEXT = 20_000_000  # bytes of all texts of one review

Wanted = TypeVar("Wanted", Request, TextLocation, Lookup)
Step = Ask | Fetch | Look | Done | AnswerText
Call = Callable[[ReviewSettings, Sequence[Exchange]], Awaitable[Step]]
Checkpoint = Callable[[], Awaitable[None]]


class Answerer(Protocol):
    """Answers requests, e.g. a route of engines behind the journal. `name` identifies its tokenizer."""

    @property
    def name(self) -> str: ...

    def count(self, text: str) -> int: ...

    async def complete(self, request: Request) -> Completion:
        """Called concurrently for all requests of a round, in the function's order."""
        ...


class FunctionDriver:
    """Makes one review, or one answer to a person.

    With `patient`, an unavailable model ends the run with `Retry`; without, the function gets a failure and
    continues without that answer. `memo` caches token counts across reviews. `memory` keeps what was left out
    for the next run of this review. `checkpoint` is called before each round of questions and may raise to
    end the run.
    """

    def __init__(
        self,
        function: Function,
        answerer: Answerer | None,
        library: Library | None = None,
        lookups: Lookups | None = None,
        *,
        patient: bool,
        memo: CountCache | None = None,
        memory: OmissionMemory | None = None,
        checkpoint: Checkpoint | None = None,
    ) -> None:
        self._function = function
        self._answerer = answerer
        self._library = library
        self._lookups = lookups
        self._patient = patient
        self._checkpoint = checkpoint
        self._memo = memo or CountCache()
        self._counter = RecordingCounter(self._count)
        self._answers: dict[str, Exchange] = {}
        self._places: list[TextLocation] = []
        self._bytes_left = MAX_TEXT
        self._memory = memory or NoMemory()
        self._omission: Omission | None = None

    @property
    def exchanges(self) -> tuple[Exchange, ...]:
        """The requests answered so far, in the order they were made."""
        return tuple(self._answers.values())

    @property
    def places(self) -> tuple[TextLocation, ...]:
        """The requested texts, in the order they were requested."""
        return tuple(self._places)

    @property
    def omission(self) -> Omission | None:
        """What was left out because the function failed with it."""
        return self._omission

    @property
    def counts(self) -> dict[str, int]:
        """The token counts that the last call of the function got."""
        return self._counter.counts

    async def run(self, change: Change, settings: ReviewSettings) -> Review:
        """Raises `ModuleError` when the function misbehaves and `Retry` when a model is unavailable."""
        key = await asyncio.to_thread(omission_key, self._function.digest, change, settings)
        last = await self._rounds(
            change,
            settings,
            lambda narrowed, exchanges: self._function.review(change, narrowed, exchanges, self._counter),
            key,
        )
        if isinstance(last, Done):
            return with_omission(last.review, self._omission, settings.model)
        raise ModuleError("invalid", "review function", "returns a text instead of a review")

    async def answer(self, change: Change, settings: ReviewSettings, question: Question) -> str:
        """The function's answer to a person's question, as Markdown. Raises like `run`."""
        key = await asyncio.to_thread(omission_key, self._function.digest, change, settings, question)
        last = await self._rounds(
            change,
            settings,
            lambda narrowed, exchanges: self._function.reply(
                change, narrowed, question, exchanges, self._counter
            ),
            key,
        )
        if isinstance(last, AnswerText):
            return f"{last.text}\n\n_{render_omission(self._omission)}_" if self._omission else last.text
        raise ModuleError("invalid", "review function", "returns a review instead of a text")

    async def _rounds(
        self, change: Change, settings: ReviewSettings, call: Call, key: str
    ) -> Done | AnswerText:
        async def counted(narrowed: ReviewSettings, exchanges: Sequence[Exchange]) -> Step:
            self._counter = RecordingCounter(self._count)
            return await call(narrowed, exchanges)

        # The first count loads a vocabulary, which must not use up the function's time limit.
        await asyncio.to_thread(self._count, "x")
        fallback = RuleFallback(counted, settings, self._function, memory=self._memory, key=key)
        await fallback.recall()
        for _ in range(MAX_ROUNDS):
            step = await fallback.step(self.exchanges)
            self._omission = fallback.omission
            match step:
                case Ask():
                    if self._checkpoint:
                        await self._checkpoint()
                    await self._ask(self._unanswered(step.requests))
                case Fetch():
                    await self._fetch(change, self._unanswered(step.places))
                case Look():
                    await self._look(self._unanswered(step.lookups))
                case Done() | AnswerText():
                    return step
                case _:
                    assert_never(step)
        raise ModuleError("invalid", "review function", f"not done after {MAX_ROUNDS} rounds")

    def _count(self, text: str) -> int:
        if self._answerer is None:
            return len(text.encode("utf-8", "replace"))
        return self._memo.count(self._answerer.name, text, self._answerer.count)

    def _unanswered(self, requests: Iterable[Wanted]) -> tuple[Wanted, ...]:
        """The requests without an answer yet. A function that makes no new request would loop forever."""
        fresh = {item.id: item for item in requests if item.id not in self._answers}
        if not fresh:
            raise ModuleError("invalid", "review function", "repeats only answered requests")
        if len(self._answers) + len(fresh) > MAX_ANSWERS:
            raise ModuleError("invalid", "review function", f"makes more than {MAX_ANSWERS} requests")
        return tuple(fresh.values())

    def _keep(self, name: str, answer: Completion | Excerpt | Passages | Failure) -> None:
        self._answers[name] = Exchange(id=name, answer=answer)

    async def _ask(self, requests: tuple[Request, ...]) -> None:
        """Makes all requests concurrently. A `Retry` of one does not stop the others: they are journaled."""
        if self._answerer is None:
            raise ModuleError("invalid", "review function", "requests a model although none is configured")
        try:
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(self._complete(self._answerer, request)) for request in requests]
        except ExceptionGroup as errors:
            raise errors.exceptions[0] from None
        answers = [task.result() for task in tasks]
        waits = [answer for answer in answers if isinstance(answer, Retry)]
        if waits:
            raise max(waits, key=lambda wait: wait.after or 0)
        for request, answer in zip(requests, answers, strict=True):
            if not isinstance(answer, Retry):
                self._keep(request.id, answer)

    async def _complete(self, answerer: Answerer, request: Request) -> Completion | Failure | Retry:
        try:
            return await answerer.complete(request)
        except EngineFailure as failure:
            if self._patient and failure.kind == FailureKind.UNAVAILABLE:
                return Retry(str(failure), failure.after)
            return Failure(kind=FailureKind(failure.kind), message=str(failure))

    async def _look(self, lookups: tuple[Lookup, ...]) -> None:
        if self._lookups is None:
            answers: Sequence[Passages | Failure] = [
                refused("the review has no access to the repository")
            ] * len(lookups)
        else:
            answers = await self._lookups.answer(lookups)
        for lookup, answer in zip(lookups, answers, strict=True):
            self._keep(lookup.id, answer)

    async def _fetch(self, change: Change, places: tuple[TextLocation, ...]) -> None:
        """Refuses texts beyond the limits; the review continues without them."""
        accepted = places[: MAX_TEXTS - len(self._places)]
        self._places += accepted
        for place, text in zip(accepted, await self._read(change, accepted), strict=True):
            self._keep(place.id, self._within(text))
        for place in places[len(accepted) :]:
            self._keep(place.id, refused("too many texts"))

    async def _read(self, change: Change, places: tuple[TextLocation, ...]) -> Sequence[Excerpt | Failure]:
        if self._library is None:
            return [refused("the review has no access to file texts")] * len(places)
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
        if size > self._bytes_left:
            return refused("too many texts")
        self._bytes_left -= size
        return text
