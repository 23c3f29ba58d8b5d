"""The engine for servers with a chat completions API: a module encodes and decodes, the SDK sends."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, nullcontext
from typing import Protocol

import structlog

from bot.core.cooldowns import Cooldowns, LocalCooldowns
from bot.core.errors import EngineFailure, Retry
from bot.core.llm.dialect import Dialect
from bot.core.llm.messages import Completion, Enforcement, FailureKind, Model, Request
from bot.core.redaction import HIDDEN, redact
from bot.models.chat.adaptation import is_about
from bot.models.chat.backoff import BackoffPolicy, is_short
from bot.models.chat.base_url import moved
from bot.models.chat.dialects import Dialects
from bot.models.chat.negotiator import Negotiator
from bot.models.chat.rejection import RequestRejected
from bot.models.chat.rejection import read as read_rejection
from bot.models.chat.sent_request import read as read_sent
from bot.models.chat.throttle import Throttle
from bot.models.chat.transport import ChatResponse, ChatTransport
from bot.models.chat.usage import believable
from bot.models.circuit_open import CircuitOpen
from bot.models.token_counting import AROUND, counter_for

log = structlog.get_logger()

_BUSY = frozenset({408, 409, 425})  # statuses that do not mean a rate limit

# Held during one request, to limit the requests of all processes. Raises `Retry` if no slot is free.
Turn = Callable[[], AbstractAsyncContextManager[None]]


class Codec(Protocol):
    """Encodes requests and decodes answers. Both block for about a millisecond and raise `EngineFailure`."""

    def encode(self, request: Request, model: Model, dialect: Dialect) -> str:
        """The body of `POST /chat/completions` in the server's dialect."""
        ...

    def decode(self, status: int, body: str) -> Completion: ...


class OpenAIEngine:
    """Asks `model` at `base_url` (None: OpenAI's API).

    `timeout` is in seconds and for one attempt; no attempt begins after that time. At most `concurrency`
    requests run concurrently, each with at most `attempts` attempts. `local` says whether the server
    counts as local; None: only if it is on this machine. Processes that share `cooldowns` obey a wait that
    the server requested from one of them; each attempt holds a `turn`. `wire` replaces the engine's own
    transport. `dialects` stores the learned dialect.
    """

    def __init__(
        self,
        codec: Codec,
        model: Model,
        *,
        base_url: str | None = None,
        key: str | None = None,
        timeout: float = 300,
        concurrency: int = 4,
        attempts: int = 4,
        local: bool | None = None,
        waits: BackoffPolicy | None = None,
        cooldowns: Cooldowns | None = None,
        turn: Turn | None = None,
        wire: ChatTransport | None = None,
        dialects: Dialects | None = None,
    ) -> None:
        self._codec = codec
        self._model = model.model_copy(update={"context": model.context - AROUND})
        self._key = key
        self._timeout = timeout
        self._attempts = attempts
        self._waits = waits or BackoffPolicy()
        self._wire = wire or ChatTransport(base_url, key, timeout)
        self._local = self._wire.on_this_machine if local is None else local
        self._places = asyncio.Semaphore(concurrency)
        self._pace = Throttle(cooldowns or LocalCooldowns(), self._model, self._waits)
        self._turn: Turn = turn or nullcontext
        self._negotiator = Negotiator(self._model, self._wire.address.server, self._ask, dialects)
        self._counter = counter_for(model.name)

    @property
    def model(self) -> Model:
        """As configured; the context is reduced by the chat template's tokens."""
        return self._model

    @property
    def kind(self) -> str:
        return "openai"

    @property
    def local(self) -> bool:
        return self._local

    @property
    def enforcement(self) -> Enforcement:
        """The enforcement of JSON, as known from the answers so far."""
        return self._negotiator.dialect.enforcement

    @property
    def learnt(self) -> tuple[str, ...]:
        """The adaptations to the server, in words for the operator."""
        return self._negotiator.learnt

    async def start(self) -> None:
        """Loads the vocabulary in advance for the first count."""
        await asyncio.to_thread(self._counter, "")

    def count(self, text: str) -> int:
        """Tokens of `text`, never too few. May be called from any thread."""
        return self._counter(text)

    async def complete(self, request: Request) -> Completion:
        """The model's answer. Raises `EngineFailure`, after retries if the failure is temporary."""
        try:
            return await self._negotiator.complete(request)
        except CircuitOpen:
            raise
        except EngineFailure as failure:
            raise EngineFailure(failure.kind, self._without_key(str(failure)), failure.after) from None

    async def aclose(self) -> None:
        await self._wire.aclose()

    async def _ask(self, request: Request, model: Model, dialect: Dialect) -> Completion:
        """A request keeps its slot while it waits for a retry, which reduces the load on a failing server."""
        body = await asyncio.to_thread(self._codec.encode, request, model, dialect)
        async with self._places:
            completion, answer = await self._retry(body)
        usage = await asyncio.to_thread(believable, request, completion, self._counter, answer.body)
        return completion.model_copy(update={"usage": usage})

    async def _retry(self, body: str) -> tuple[Completion, ChatResponse]:
        """Retries temporary failures, and an unreadable answer once."""
        clock = asyncio.get_running_loop().time
        end = clock() + self._timeout
        tries = _Tries(self._waits, self._attempts)
        while True:
            try:
                return await self._attempt(body, end)
            except CircuitOpen:
                raise
            except EngineFailure as failure:
                wait = tries.wait(failure)
                if wait is None or clock() + wait > end:
                    raise
                if isinstance(failure, _RateLimited):
                    await self._pace.slow(wait, self._without_key(str(failure)))
                await asyncio.sleep(wait)

    async def _attempt(self, body: str, end: float) -> tuple[Completion, ChatResponse]:
        answer = None
        while answer is None:
            await self._pace.wait(end)
            answer = await self._post(body)
        try:
            return await self._decoded(body, answer), answer
        except EngineFailure as failure:
            if failure.kind == FailureKind.UNAVAILABLE and failure.after is not None:
                await self._pace.slow(failure.after, self._without_key(str(failure)))
            raise

    async def _post(self, body: str) -> ChatResponse | None:
        """None if a cooldown began before the turn was free. An answer is kept even if its turn was lost."""
        answer = None
        try:
            async with self._turn():
                if await self._pace.open():
                    answer = await self._wire.post(body)
        except Retry as error:
            if answer is None:
                raise CircuitOpen(f"no request slot is available: {error}", error.after) from None
            log.warning("request_slot_release_failed", reason=str(error))
        return answer

    async def _decoded(self, body: str, answer: ChatResponse) -> Completion:
        if 300 <= answer.status < 400 and answer.location:
            raise EngineFailure(FailureKind.REFUSED, _moved(answer))
        try:
            completion = await asyncio.to_thread(self._codec.decode, answer.status, answer.body)
        except EngineFailure as failure:
            told = EngineFailure(failure.kind, str(failure), answer.after)
            if told.kind in (FailureKind.UNSUPPORTED, FailureKind.CONTEXT) or _objects(answer, body):
                raise RequestRejected(told, body, answer.status, answer.body) from None
            raise _passing(told, answer) from None
        # A server that names no model has used the requested one.
        return completion if completion.model else completion.model_copy(update={"model": self._model.name})

    def _without_key(self, message: str) -> str:
        """The message without the key, which servers may repeat."""
        return redact(message.replace(self._key, HIDDEN) if self._key else message)


class _UnreadableAnswer(EngineFailure):
    """An answer that cannot be read. A retry may succeed."""


class _RateLimited(EngineFailure):
    """Requests are rate limited, and the server states no wait."""


def _passing(failure: EngineFailure, answer: ChatResponse) -> EngineFailure:
    """The same failure as the class that determines its retries."""
    kind = EngineFailure
    if failure.kind == FailureKind.INVALID:
        kind = _UnreadableAnswer
    elif failure.kind == FailureKind.UNAVAILABLE and failure.after is None and _is_limit(answer):
        kind = _RateLimited
    return kind(failure.kind, str(failure), failure.after)


def _is_limit(answer: ChatResponse) -> bool:
    return 400 <= answer.status < 500 and answer.status not in _BUSY and is_short(answer.body)


class _Tries:
    """The attempts and waits of one request."""

    def __init__(self, waits: BackoffPolicy, attempts: int) -> None:
        self._waits = waits
        self._attempts = attempts
        self._tried = 0
        self._unreadable = 0
        self._limited = 0
        self._waited = 0.0

    def wait(self, failure: EngineFailure) -> float | None:
        """Seconds until the next attempt; None if there is none. A rate limit counts against the patience,
        not as an attempt.
        """
        if isinstance(failure, _RateLimited):
            self._limited += 1
            wait = self._waits.growing(self._limited, self._waited)
            self._waited += wait or 0
            return wait
        self._tried += 1
        self._unreadable += isinstance(failure, _UnreadableAnswer)
        passes = isinstance(failure, _UnreadableAnswer) or failure.kind == FailureKind.UNAVAILABLE
        # A rejected request is adapted instead.
        if (
            isinstance(failure, RequestRejected)
            or not passes
            or self._unreadable > 1
            or self._tried >= self._attempts
        ):
            return None
        return self._waits.next(self._tried, failure.after)


def _objects(answer: ChatResponse, body: str) -> bool:
    """Whether the error report names a part of the request, regardless of its status."""
    return is_about(read_sent(body), read_rejection(answer.status, answer.body))


def _moved(answer: ChatResponse) -> str:
    """The message about a redirect, which is not followed: code goes only to the configured server."""
    address, is_base = moved(answer.location, "/chat/completions", answer.url)
    advice = f"set OPENAI_BASE_URL={address}" if is_base else "check OPENAI_BASE_URL"
    return f"the server redirects to {address} ({answer.status}), but redirects are not followed; {advice}"
