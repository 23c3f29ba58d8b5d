"""Answers the function's requests, from the journal if it holds the answer, else from a model.

A model's answer is journaled before it is used. So no finished call is paid for twice: neither after a crash
nor after a push that leaves a chunk unchanged.
"""

import asyncio
import hashlib
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

import structlog

from bot.core.change import PullRef
from bot.core.errors import BotError, DatabaseError, EngineFailure
from bot.core.llm.budget import Payment
from bot.core.llm.engine import Engine
from bot.core.llm.journal_key import journal_key
from bot.core.llm.messages import Completion, Finish, Request, Usage
from bot.core.omission import Omission
from bot.review.ports import Journal, Metrics, Route, TokenLedger
from bot.review.produce.options import ReviewOptions
from bot.review.produce.token_budget import NOWHERE, TokenBudget

log = structlog.get_logger()

# Upper bounds of the tokens that a chat template adds, per message and per request.
PER_MESSAGE = 8
PER_REQUEST = 64


@dataclass
class ReviewUsage:
    """What a review used: tokens paid for, calls made and answers reused, by model."""

    usage: Usage = field(default_factory=lambda: Usage(prompt=0, answer=0))
    asked: int = 0
    reused: int = 0
    models: Counter[str] = field(default_factory=Counter)

    def pay(self, completion: Completion) -> None:
        self.asked += 1
        self.usage += completion.usage
        self.models[completion.model] += 1

    def reuse(self, completion: Completion) -> None:
        self.reused += 1
        self.models[completion.model] += 1


class Completions:
    """A route of engines behind the journal, for one review and its budget."""

    def __init__(
        self,
        route: Route,
        journal: Journal,
        ledger: TokenLedger,
        meter: Metrics,
        *,
        options: ReviewOptions,
        pull: PullRef | None,
    ) -> None:
        self._route = route
        self._journal = journal
        self._meter = meter
        self._pull = pull
        self._job = options.job
        self._salt = options.job if options.fresh else ""
        self._token_budget = TokenBudget(ledger, options.limits, pull or NOWHERE, options.job)
        self.tally = ReviewUsage()

    @property
    def primary(self) -> Engine:
        return self._route.engines[0]

    @property
    def name(self) -> str:
        return self.primary.model.name

    def count(self, text: str) -> int:
        return self.primary.count(text)

    async def complete(self, request: Request) -> Completion:
        """Raises `EngineFailure` when no engine of the route answers, or the budget is spent."""
        place = self._token_budget.line.join()  # before the first await, to keep the order of the calls
        try:
            journaled = await self._journaled(request)
            if journaled:
                self.tally.reuse(journaled)
                self._meter.reused(journaled.model)
                return journaled
            return await self._call(request, place)
        except EngineFailure as failure:
            self._meter.failure(self.primary.model.name, failure.kind)
            raise
        finally:
            self._token_budget.line.leave(place)

    async def recall(self, key: str) -> Omission | None:
        """What an earlier run of the same job left out. Another job starts without omissions."""
        entry = await self._journal.get(self._job_key(key))
        return Omission.model_validate_json(entry.text) if entry else None

    async def remember(self, key: str, omission: Omission) -> None:
        """Stores the omission in the journal, as a completion without tokens."""
        entry = Completion(
            text=omission.model_dump_json(), finish=Finish.STOP, usage=Usage(prompt=0, answer=0), model=""
        )
        await self._journal.put(self._job_key(key), entry, self._pull)

    def _job_key(self, key: str) -> str:
        return hashlib.sha256(f"{self._job} {key}".encode()).hexdigest()

    async def _call(self, request: Request, place: int) -> Completion:
        async with self._reserved(request, place) as reservation:
            self._token_budget.line.leave(place)
            engine, completion = await self._route.complete(request)
            paid = Payment(job=self._job, reservation=reservation)
            key = journal_key(engine.model, request, self._salt)
            await self._store(key, completion, paid)
        self.tally.pay(completion)
        self._meter.tokens(engine.model.name, completion.usage)
        return completion

    async def _store(self, key: str, completion: Completion, paid: Payment) -> None:
        """Journals an answer. If the database rejects it, it is still used: it was paid for."""
        try:
            await self._journal.put(key, completion, self._pull, paid)
        except DatabaseError:
            log.exception("completion_not_stored")

    @asynccontextmanager
    async def _reserved(self, request: Request, place: int) -> AsyncIterator[int | None]:
        """Reserves the tokens that the question can cost while it is in progress."""
        if not self._token_budget.is_limited:
            yield None
            return
        tokens = await asyncio.to_thread(self._max_cost, request)
        reservation = await self._token_budget.grant(place, tokens, request.spare)
        try:
            yield reservation
        except BaseException:
            with suppress(BotError):  # the reservation expires by itself
                await self._token_budget.give_back(reservation)
            raise
        finally:
            self._token_budget.settled()

    def _max_cost(self, request: Request) -> int:
        """The most tokens that a question can cost."""
        texts = [message.text for message in request.messages]
        prompt = sum(map(self.count, texts)) + self.count(request.format or "")
        return prompt + PER_MESSAGE * len(texts) + PER_REQUEST + request.answer

    async def _journaled(self, request: Request) -> Completion | None:
        """The journaled answer of any engine of the route: a fallback model's answer was paid for, too."""
        for engine in self._route.engines:
            completion = await self._journal.get(journal_key(engine.model, request, self._salt))
            if completion:
                return completion
        return None
