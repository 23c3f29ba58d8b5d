"""Answers to the function's questions: from the journal where they are known, else from a model.

What a model has answered is journaled before anything uses it, so that no finished call is paid
for twice: not after a crash, not on a push that left a chunk as it was.
"""

from collections import Counter
from dataclasses import dataclass, field

from bot.core.change import PullRef
from bot.core.errors import EngineFailure
from bot.core.exchange import Completion, Request, Usage
from bot.core.journal import journal_key
from bot.review.ports import Engine, Journal, Meter, Route


@dataclass
class Tally:
    """What a review took: tokens paid for, calls made and reused, by model."""

    prompt: int = 0
    answer: int = 0
    asked: int = 0
    reused: int = 0
    models: Counter[str] = field(default_factory=Counter)

    def pay(self, completion: Completion) -> None:
        self.asked += 1
        self.prompt += completion.usage.prompt
        self.answer += completion.usage.answer
        self.models[completion.model] += 1

    def reuse(self, completion: Completion) -> None:
        self.reused += 1
        self.models[completion.model] += 1

    @property
    def usage(self) -> Usage:
        return Usage(prompt=self.prompt, answer=self.answer)


class Answers:
    """A route of engines behind the journal, for one review."""

    def __init__(self, route: Route, journal: Journal, meter: Meter, pull: PullRef | None) -> None:
        self._route = route
        self._journal = journal
        self._meter = meter
        self._pull = pull
        self.tally = Tally()

    @property
    def primary(self) -> Engine:
        return self._route.engines[0]

    def count(self, text: str) -> int:
        return self.primary.count(text)

    async def complete(self, request: Request) -> Completion:
        """Raises `EngineFailure` when no engine of the route answers."""
        known = await self._known(request)
        if known:
            self.tally.reuse(known)
            self._meter.reused(known.model)
            return known
        try:
            engine, completion = await self._route.complete(request)
        except EngineFailure as failure:
            self._meter.failure(self.primary.model.name, failure.kind)
            raise
        await self._journal.put(journal_key(engine.model, request), completion, self._pull)
        self.tally.pay(completion)
        self._meter.tokens(engine.model.name, completion.usage)
        return completion

    async def _known(self, request: Request) -> Completion | None:
        """A stand-in's answer counts as well: it has been paid for."""
        for engine in self._route.engines:
            completion = await self._journal.get(journal_key(engine.model, request))
            if completion:
                return completion
        return None
