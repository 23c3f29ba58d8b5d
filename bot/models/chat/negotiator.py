"""Adapts requests to a server: changes what the server rejects, and remembers what works."""

import asyncio
import re
import time
from collections import Counter
from collections.abc import Awaitable, Callable

import structlog

from bot.core.errors import EngineFailure
from bot.core.llm.dialect import Dialect
from bot.core.llm.messages import Completion, FailureKind, Model, Request
from bot.models.answer_check import look
from bot.models.chat.adaptation import adapt, fitting, lowered
from bot.models.chat.dialects import KEPT, Dialects, NoDialects, assumed, spoken
from bot.models.chat.rejection import Rejection, RequestRejected
from bot.models.chat.rejection import read as read_rejection
from bot.models.chat.sent_request import SentRequest
from bot.models.chat.sent_request import read as read_sent

log = structlog.get_logger()

TRIES = 10  # dialects that are tried for one question, at most
LARGE = 6000  # characters of a prompt that may exceed the context
FULL = frozenset({200, 400, 413, 422, 500})  # statuses of servers and routers for a full context
SHORTER = 2  # shorter answers that are tried for one question, before it is asked in smaller parts
VAIN = 2  # failed guesses about the meaning of a rejection, after which it is not guessed again

Ask = Callable[[Request, Model, Dialect], Awaitable[Completion]]
Look = Callable[[Request, Completion], None]


class Negotiator:
    """The negotiation for one model at `server` (its base URL). `ask` raises `RequestRejected` for a rejected
    request.

    The journal key of a question depends on the model as configured, not on the dialect. A dialect that works
    is kept for later questions, in `dialects` also across restarts, until it expires.
    """

    def __init__(
        self, model: Model, server: str, ask: Ask, dialects: Dialects | None = None, watch: Look = look
    ) -> None:
        self._model = model
        self._server = server
        self._ask = ask
        self._dialects = dialects or NoDialects()
        self._look = watch
        self._usual = assumed(model)
        self._dialect = self._usual
        self._until = 0.0  # by the monotonic clock
        self._guesses = _Guesses()

    @property
    def dialect(self) -> Dialect:
        """The dialect as known so far."""
        return self._dialect

    @property
    def learnt(self) -> tuple[str, ...]:
        """The adaptations to the server, in words for the operator."""
        return self._dialect.differences(self._usual)

    async def complete(self, request: Request) -> Completion:
        """Raises `EngineFailure`; of kind context also if the server rejects a long question without a
        reason.
        """
        known = await self._known()
        attempt = _Attempt(known)
        while True:
            try:
                completion = await self._put(request, attempt.dialect)
            except RequestRejected as rejected:
                self._adapt(attempt, rejected, request)
                continue
            self._guesses.answered(request)
            await self._keep(attempt)
            return completion

    async def _put(self, request: Request, dialect: Dialect) -> Completion:
        completion = await self._ask(*spoken(request, self._model, dialect), dialect)
        if request.format is not None:
            self._look(request, completion)
        return completion

    def _adapt(self, attempt: "_Attempt", rejected: RequestRejected, request: Request) -> None:
        """Chooses the next dialect to try. Raises `EngineFailure` if there is none."""
        if self._dialect not in attempt.tried and rejected.kind != FailureKind.CONTEXT:
            attempt.begin(self._dialect)  # another question has found a new dialect meanwhile
            return
        sent, rejection = read_sent(rejected.sent), read_rejection(rejected.status, rejected.body)
        if attempt.adapt(rejected.kind, sent, rejection, self._guesses):
            return
        if attempt.is_lowered and rejected.kind == FailureKind.UNSUPPORTED:
            self._guesses.lowered_in_vain(rejection)
        if rejected.kind == FailureKind.UNSUPPORTED and self._guesses.is_full(request, sent, rejection):
            raise EngineFailure(
                FailureKind.CONTEXT, f"{rejected}; it may not fit the model's context: check OPENAI_CONTEXT"
            )
        kind = FailureKind.REFUSED if rejected.kind == FailureKind.UNSUPPORTED else rejected.kind
        raise EngineFailure(kind, str(rejected), rejected.after)

    async def _known(self) -> Dialect:
        now = time.monotonic()
        if now >= self._until:
            self._until = now + KEPT
            kept = await asyncio.to_thread(self._dialects.read, self._server, self._model.name)
            self._dialect = self._within(kept) if kept else self._usual
        return self._dialect

    def _within(self, kept: Dialect) -> Dialect:
        """The stored dialect, with at most the enforcement of JSON that is configured now."""
        levels = list(type(kept.enforcement))
        least = max(kept.enforcement, self._usual.enforcement, key=levels.index)
        return kept.model_copy(update={"enforcement": least})

    async def _keep(self, attempt: "_Attempt") -> None:
        if attempt.dialect in (attempt.begun, self._dialect):
            return
        self._dialect = attempt.dialect
        self._until = time.monotonic() + KEPT
        log.info("dialect_changed", model=self._model.name, ways=list(self.learnt))
        kept = None if self._dialect == self._usual else self._dialect
        await asyncio.to_thread(self._dialects.write, self._server, self._model.name, kept)


class _Attempt:
    """One question and the dialects that were tried for it."""

    def __init__(self, dialect: Dialect) -> None:
        self.tried: set[Dialect] = set()
        self.is_lowered = False
        self._shortened = 0
        self.begin(dialect)

    def begin(self, dialect: Dialect) -> None:
        self.begun = self.dialect = dialect
        self.tried.add(dialect)

    def adapt(self, kind: str, sent: SentRequest, rejection: Rejection, guesses: "_Guesses") -> bool:
        """Chooses the next dialect; returns whether there is one. For a rejection without a reason, lowers
        the enforcement of JSON by one step, once.
        """
        if len(self.tried) >= TRIES or (kind == FailureKind.CONTEXT and self._shortened >= SHORTER):
            return False
        way = fitting if kind == FailureKind.CONTEXT else adapt
        better = way(self.dialect, sent, rejection, self.tried)
        self._shortened += kind == FailureKind.CONTEXT
        is_unsaid = better is None and kind == FailureKind.UNSUPPORTED and sent.format and not self.is_lowered
        if is_unsaid and guesses.may_be_format(rejection):
            self.is_lowered = True
            better = lowered(self.dialect)
        if better is None or better in self.tried:
            return False
        self.dialect = better
        self.tried.add(better)
        return True


class _Guesses:
    """Guesses about rejections without a reason: first an unsupported form of JSON, then a full context, for
    which a long question is asked in smaller parts, once. The ID of a part begins with that of its whole.
    A guess that has failed `VAIN` times is not made again.
    """

    def __init__(self) -> None:
        self._wholes: dict[str, str] = {}  # signatures of what was refused, by id
        self._vain: Counter[str] = Counter()  # parts that were refused like their whole, by signature
        self._proven: set[str] = set()  # signatures of wholes whose parts were answered
        self._lowered: Counter[str] = Counter()  # refused with less of JSON, too, by signature

    def may_be_format(self, rejection: Rejection) -> bool:
        return self._lowered[_signature(rejection)] < VAIN

    def lowered_in_vain(self, rejection: Rejection) -> None:
        self._lowered[_signature(rejection)] += 1

    def is_full(self, request: Request, sent: SentRequest, rejection: Rejection) -> bool:
        """Whether the question is worth asking in smaller parts."""
        words = _signature(rejection)
        whole = self._whole_of(request)
        if whole is not None:
            self._vain[words] += self._wholes[whole] == words
            return False
        is_vain = self._vain[words] >= VAIN and words not in self._proven
        if sent.prompt < LARGE or rejection.status not in FULL or is_vain:
            return False
        self._wholes[request.id] = words
        return True

    def answered(self, request: Request) -> None:
        """Records an answer: an answered part proves that its whole was too long."""
        self._wholes.pop(request.id, None)
        whole = self._whole_of(request)
        if whole is not None:
            self._proven.add(self._wholes[whole])

    def _whole_of(self, request: Request) -> str | None:
        parents = [request.id[: match.start()] for match in re.finditer("/", request.id)]
        return next((parent for parent in parents if parent in self._wholes), None)


def _signature(rejection: Rejection) -> str:
    return re.sub(r"\d+", "#", f"{rejection.status} {rejection.words}")[:300]
