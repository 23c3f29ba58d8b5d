"""The engine for a model on the operator's server: chat completions plus the server's own extensions."""

import asyncio
from dataclasses import dataclass

import structlog

from bot.core.cooldowns import Cooldowns
from bot.core.errors import EngineFailure
from bot.core.llm.engine_stats import EngineStats
from bot.core.llm.messages import Completion, Enforcement, FailureKind, Model, Request
from bot.models.chat.dialects import Dialects
from bot.models.chat.engine import Codec, OpenAIEngine, Turn
from bot.models.chat.transport import ChatTransport
from bot.models.circuit_open import CircuitOpen
from bot.models.profiles import AUTO, Profile
from bot.models.servers.counting import Counts
from bot.models.servers.kinds import find_server, kind_of
from bot.models.servers.profiled import ProfiledCodec, profile_of
from bot.models.servers.schema_fallback import SchemaFallback
from bot.models.servers.server_info import ServerInfo
from bot.models.servers.usage import ServerUsage, UsageCodec
from bot.models.token_counting import AROUND, counter_for

log = structlog.get_logger()

UNNAMED = "llama-server"  # the name of a model before its server has been probed
ANSWER = 1536  # tokens
MOST = 256  # concurrent questions
LEAST = 1024  # tokens of the smallest useful context
# Failures after which the server is probed again: it may have been restarted with another configuration.
_DOUBTFUL = frozenset({FailureKind.UNAVAILABLE, FailureKind.REFUSED, FailureKind.CONTEXT})
_SETTINGS = {
    "OPENAI_API_KEY": "LLAMA_SERVER_KEY",
    "OPENAI_BASE_URL": "LLAMA_SERVER_URL",
    "OPENAI_MODEL": "LLAMA_SERVER_MODEL",
    "OPENAI_CONTEXT": "LLAMA_CONTEXT",
}


@dataclass(frozen=True)
class ServerConfig:
    """A server; `url` is with or without /v1. `model` and `context` None: the server's values apply; `answer`
    None: the profile's. `slots` 0: as many as the server has. `timeout` is in seconds for one answer.
    `profile` is the value of LLAMA_PROFILE. `local` says whether the server counts as local; None: only if it
    is on this machine.
    """

    url: str
    key: str | None = None
    model: str | None = None
    context: int | None = None
    answer: int | None = None
    timeout: float = 600
    profile: str = AUTO
    slots: int = 0
    local: bool | None = None

    @property
    def root(self) -> str:
        return self.url.rstrip("/").removesuffix("/v1").rstrip("/")


@dataclass(frozen=True)
class _ConnectedServer:
    """The probed server, and the objects that were created for it."""

    found: ServerInfo
    profile: Profile
    model: Model
    slots: int
    engine: OpenAIEngine
    held: SchemaFallback
    counts: Counts
    wire: ChatTransport

    async def aclose(self) -> None:
        self.counts.close()
        await self.wire.aclose()


class ServedEngine:
    """Asks the server at `place`. Probes it before the first question and again after failures."""

    def __init__(
        self,
        codec: Codec,
        place: ServerConfig,
        *,
        cooldowns: Cooldowns | None = None,
        turn: Turn | None = None,
        dialects: Dialects | None = None,
    ) -> None:
        self._codec = codec
        self._place = place
        self._cooldowns = cooldowns
        self._turn = turn
        self._dialects = dialects
        self._wire = ChatTransport(f"{place.root}/v1", place.key, place.timeout)
        self._tally = ServerUsage()
        self._present: _ConnectedServer | None = None
        self._before: list[_ConnectedServer] = []  # questions to them may be under way
        self._doubted = True
        self._looking = asyncio.Lock()
        self._under_way = 0

    @property
    def model(self) -> Model:
        """With the server's context minus the chat template's tokens; as configured until it is probed."""
        present, place = self._present, self._place
        if present:
            return present.engine.model
        context, answer = place.context or 8 * LEAST, place.answer or ANSWER
        return Model(name=place.model or UNNAMED, context=context - AROUND, answer=min(answer, context // 2))

    @property
    def profile(self) -> Profile | None:
        """How the model is asked, once it is known."""
        return self._present.profile if self._present else None

    @property
    def kind(self) -> str:
        return "llama"

    @property
    def local(self) -> bool:
        return self._wire.on_this_machine if self._place.local is None else self._place.local

    @property
    def enforcement(self) -> Enforcement:
        """The enforcement of JSON, as known from the answers so far."""
        return self._present.held.enforcement if self._present else Enforcement.SCHEMA

    @property
    def learnt(self) -> tuple[str, ...]:
        """The adaptations to the server, in words for the operator."""
        return self._present.engine.learnt if self._present else ()

    @property
    def found(self) -> ServerInfo | None:
        """The server; None before the first probe."""
        return self._present.found if self._present else None

    @property
    def load(self) -> EngineStats:
        """The load from this process; other processes may use the same server."""
        slots = self._present.slots if self._present else 0
        busy = min(self._under_way, slots)
        return EngineStats(
            up=not self._doubted,
            slots=slots,
            busy=busy,
            waiting=self._under_way - busy,
            prompt_tokens=self._tally.tokens("prompt"),
            cached_tokens=self._tally.tokens("cached"),
            answer_tokens=self._tally.tokens("answer"),
            prompt_seconds=self._tally.seconds("prompt"),
            answer_seconds=self._tally.seconds("answer"),
        )

    async def start(self) -> None:
        """Probes the server if necessary. Raises `EngineFailure`."""
        await self._connected()

    def count(self, text: str) -> int:
        """Tokens of `text` by the server's tokenizer where it has one; else never too few."""
        present = self._present
        return present.counts.count(text) if present else counter_for(self.model.name)(text)

    async def complete(self, request: Request) -> Completion:
        """The model's answer. Raises `EngineFailure`."""
        self._under_way += 1
        try:
            present = await self._connected()
            completion = await present.held.complete(present.profile.asked(request))
        except CircuitOpen:
            raise
        except EngineFailure as failure:
            self._doubted = self._doubted or failure.kind in _DOUBTFUL
            raise EngineFailure(failure.kind, _renamed(str(failure)), failure.after) from None
        finally:
            self._under_way -= 1
        return completion.model_copy(update={"model": present.found.name})

    async def aclose(self) -> None:
        for present in (*self._before, self._present):
            if present:
                await present.aclose()
        await self._wire.aclose()

    async def _connected(self) -> _ConnectedServer:
        """The server, probed again if that is due. Raises `EngineFailure`."""
        async with self._looking:
            if self._present and not self._doubted:
                return self._present
            found = await find_server(self._wire, self._place.root, self._place.model)
            self._check(found)
            if self._present is None or found != self._present.found:
                self._before += [self._present] if self._present else []
                self._present = self._make(found)
                log.info("model_server_found", **found.model_dump(include={"server", "version", "name"}))
            self._doubted = False
            return self._present

    def _check(self, found: ServerInfo) -> None:
        """Refuses a server that is remote but counts as local, or whose context is too small."""
        if found.elsewhere and self._place.local is not False:
            raise EngineFailure(
                FailureKind.REFUSED,
                f"{found.server} does not run {found.name} itself, but forwards all requests to "
                f"{found.elsewhere}: use a model that runs locally, or set LLAMA_SERVER_LOCAL=false",
            )
        if found.context is not None and found.context < LEAST:
            raise EngineFailure(
                FailureKind.REFUSED,
                f"{found.server} offers {found.context} tokens of context per question, but at least {LEAST} "
                "are needed: start the server with a larger context (llama.cpp: -c, divided by its slots)",
            )

    def _make(self, found: ServerInfo) -> _ConnectedServer:
        place = self._place
        profile = profile_of(found, place.profile)
        model = _model(found, place, profile)
        slots = place.slots or min(found.slots or kind_of(found).slots, profile.at_once or MOST)
        wire, codec = self._ways(found, model.context)
        engine = OpenAIEngine(
            ProfiledCodec(UsageCodec(codec, self._tally), profile, found),
            model,
            key=place.key,
            timeout=place.timeout,
            concurrency=slots,
            cooldowns=self._cooldowns,
            turn=self._turn,
            wire=wire,
            dialects=self._dialects,
        )
        counts = Counts(place.root, place.key, found, model.context)
        held = SchemaFallback(engine.complete, lambda: engine.enforcement, kind_of(found).loosened)
        return _ConnectedServer(found, profile, model, slots, engine, held, counts, wire)

    def _ways(self, found: ServerInfo, context: int) -> tuple[ChatTransport, Codec]:
        """The transport and the codec for the server's API."""
        place = self._place
        base = f"{place.root}/v1"
        kind = kind_of(found)
        url = f"{place.root}{kind.chat_path(found)}"
        return ChatTransport(base, place.key, place.timeout, url), kind.codec(self._codec, found, context)


def _model(found: ServerInfo, place: ServerConfig, profile: Profile) -> Model:
    """The model with the operator's limits, or else those that the profile recommends."""
    context = _context(found, place.context)
    if place.context is None:
        context = min(context, profile.context or context)
    answer = place.answer or min(ANSWER, profile.answer or ANSWER)
    return Model(
        name=found.name,
        context=context,
        answer=min(answer, context // 2),
        level=profile.level,
        reasoning=profile.thinking == "strip",
        version=f"{found.parameters} weights of {found.weights or found.model} at {place.root}",
    )


def _context(found: ServerInfo, wanted: int | None) -> int:
    """Tokens for one question: the lowest of the server's, the model's and the operator's limits."""
    limits = [limit for limit in (found.context, found.longest, wanted) if limit is not None]
    # By default, Ollama gets the same context as other local models: more would cost memory.
    return min(limits if found.context or wanted else [*limits, 8 * LEAST])


def _renamed(message: str) -> str:
    """Replaces the settings' names in the codec's messages, which are those of the other kind of server."""
    for theirs, ours in _SETTINGS.items():
        message = message.replace(theirs, ours)
    return message
