"""Answers to the function's questions: from the journal where they are known, else from a model.

What a model has answered is journaled before anything uses it, so that no finished call is paid
for twice: not after a crash, not on a push that left a chunk as it was.
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

# What a chat adds around the texts of a question, at most, in tokens: of each message, and of all of it.
PER_MESSAGE = 8
PER_REQUEST = 64


@dataclass
class ReviewUsage:
    """What a review took: tokens paid for, calls made and reused, by model."""

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
        """Raises `EngineFailure` when no engine of the route answers, or the budget does not allow it."""
        place = self._token_budget.line.join()  # before anything is waited for: the order of the calls counts
        try:
            known = await self._known(request)
            if known:
                self.tally.reuse(known)
                self._meter.reused(known.model)
                return known
            return await self._asked(request, place)
        except EngineFailure as failure:
            self._meter.failure(self.primary.model.name, failure.kind)
            raise
        finally:
            self._token_budget.line.leave(place)

    async def recall(self, key: str) -> Omission | None:
        """What was left out when the review was made before, by an earlier run of the same job. Another job
        tries anew.
        """
        kept = await self._journal.get(self._of_job(key))
        return Omission.model_validate_json(kept.text) if kept else None

    async def remember(self, key: str, omission: Omission) -> None:
        """Kept in the journal as if it had been answered, for nothing."""
        kept = Completion(
            text=omission.model_dump_json(), finish=Finish.STOP, usage=Usage(prompt=0, answer=0), model=""
        )
        await self._journal.put(self._of_job(key), kept, self._pull)

    def _of_job(self, key: str) -> str:
        return hashlib.sha256(f"{self._job} {key}".encode()).hexdigest()

    async def _asked(self, request: Request, place: int) -> Completion:
        async with self._granted(request, place) as reservation:
            self._token_budget.line.leave(place)
            engine, completion = await self._route.complete(request)
            paid = Payment(job=self._job, reservation=reservation)
            key = journal_key(engine.model, request, self._salt)
            await self._keep(key, completion, paid)
        self.tally.pay(completion)
        self._meter.tokens(engine.model.name, completion.usage)
        return completion

    async def _keep(self, key: str, completion: Completion, paid: Payment) -> None:
        """An answer that the database will never take is used all the same: it was paid for."""
        try:
            await self._journal.put(key, completion, self._pull, paid)
        except DatabaseError:
            log.exception("completion_not_stored")

    @asynccontextmanager
    async def _granted(self, request: Request, place: int) -> AsyncIterator[int | None]:
        """The tokens that the question may cost are set aside for as long as it is under way."""
        if not self._token_budget.is_limited:
            yield None
            return
        tokens = await asyncio.to_thread(self._most, request)
        reservation = await self._token_budget.grant(place, tokens, request.spare)
        try:
            yield reservation
        except BaseException:
            with suppress(BotError):  # it lapses by itself
                await self._token_budget.give_back(reservation)
            raise
        finally:
            self._token_budget.settled()

    def _most(self, request: Request) -> int:
        """The most tokens that a question can cost."""
        texts = [message.text for message in request.messages]
        said = sum(map(self.count, texts)) + self.count(request.format or "")
        return said + PER_MESSAGE * len(texts) + PER_REQUEST + request.answer

    async def _known(self, request: Request) -> Completion | None:
        """A stand-in's answer counts as well: it has been paid for."""
        for engine in self._route.engines:
            completion = await self._journal.get(journal_key(engine.model, request, self._salt))
            if completion:
                return completion
        return None
