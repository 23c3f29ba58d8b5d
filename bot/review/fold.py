"""Runs the review function until it is done: calls it, gets its questions answered, calls it again.

The function keeps nothing, so a crash costs no more than the calls that had not been journaled:
the next run asks the same questions and finds their answers in the journal.
"""

import asyncio
from collections.abc import Iterable
from typing import Protocol

from bot.core.change import Change
from bot.core.errors import EngineFailure, ModuleError, Retry
from bot.core.exchange import Completion, Exchange, Failure, Request, Trouble
from bot.core.review import Done, Fetch, Review, Settings
from bot.review.ports import Function

MAX_ROUNDS = 100
MAX_REQUESTS = 10_000


class Answerer(Protocol):
    """Whoever answers questions: a route of engines behind the journal."""

    def count(self, text: str) -> int: ...

    async def complete(self, request: Request) -> Completion: ...


class Fold:
    """One review in the making.

    With `patient`, a model that is unavailable ends the run with `Retry`, to be gone on with later;
    without, the function is told, and reviews without the answers that are missing.
    """

    def __init__(self, function: Function, answerer: Answerer | None, *, patient: bool) -> None:
        self._function = function
        self._answerer = answerer
        self._patient = patient
        self._answers: dict[str, Exchange] = {}

    async def run(self, change: Change, settings: Settings) -> Review:
        """Raises `ModuleError` when the function misbehaves and `Retry` when a model must be waited for."""
        for _ in range(MAX_ROUNDS):
            answers = tuple(self._answers.values())
            step = await self._function.review(change, settings, answers, self._count)
            if isinstance(step, Done):
                return step.review
            if isinstance(step, Fetch):
                self._refuse(step)
                continue
            await self._ask(self._fresh(step.requests))
        raise ModuleError("invalid", "review function", f"not done after {MAX_ROUNDS} rounds")

    def _refuse(self, step: Fetch) -> None:
        """There are no texts here."""
        for place in step.places:
            failure = Failure(kind=Trouble.REFUSED, message="texts are not handed out")
            self._answers[place.id] = Exchange(id=place.id, answer=failure)

    def _count(self, text: str) -> int:
        return self._answerer.count(text) if self._answerer else len(text.encode())

    def _fresh(self, requests: Iterable[Request]) -> tuple[Request, ...]:
        """The requests not answered yet. A function that asks for nothing new would go on for ever."""
        fresh = {request.id: request for request in requests if request.id not in self._answers}
        if not fresh:
            raise ModuleError("invalid", "review function", "asks again what has been answered")
        if len(self._answers) + len(fresh) > MAX_REQUESTS:
            raise ModuleError("invalid", "review function", f"asks more than {MAX_REQUESTS} questions")
        return tuple(fresh.values())

    async def _ask(self, requests: tuple[Request, ...]) -> None:
        """Asks all at once. One that must wait does not stop the others: what they bring is journaled."""
        if self._answerer is None:
            raise ModuleError("invalid", "review function", "asks a model although none is configured")
        waits: list[Retry] = []
        try:
            async with asyncio.TaskGroup() as group:
                for request in requests:
                    group.create_task(self._answer(self._answerer, request, waits))
        except ExceptionGroup as errors:
            raise errors.exceptions[0] from None
        if waits:
            raise max(waits, key=lambda wait: wait.after or 0)

    async def _answer(self, answerer: Answerer, request: Request, waits: list[Retry]) -> None:
        try:
            answer: Completion | Failure = await answerer.complete(request)
        except EngineFailure as failure:
            if self._patient and failure.kind == Trouble.UNAVAILABLE:
                waits.append(Retry(str(failure), failure.after))
                return
            answer = Failure(kind=Trouble(failure.kind), message=str(failure))
        self._answers[request.id] = Exchange(id=request.id, answer=answer)
