"""The models that the operator configured, in the order in which they are asked."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import structlog

from bot.app.function import module
from bot.core.errors import EngineFailure
from bot.core.exchange import Model
from bot.core.gates import Gates, LocalGates
from bot.engine.permits import Permits
from bot.models.breaker import Guarded, Rests
from bot.models.chat.engine import OpenAIEngine
from bot.models.chat.wire import is_this_machine
from bot.models.llama.backend import LlamaBackend
from bot.models.llama.engine import LlamaEngine
from bot.models.llama.gguf import Gguf
from bot.models.routing import Engine
from bot.sandbox import LlamaModule, OpenAICodec, Sandbox
from bot.settings import EngineName, Settings

log = structlog.get_logger()

Maker = Callable[[], AbstractAsyncContextManager[Engine]]


@dataclass(frozen=True)
class Keepers:
    """Who keeps the gates of which model: all processes together, or this one for what is on its machine
    and no trouble of the others.
    """

    settings: Settings
    shared: Gates | None = None
    own: Gates = field(default_factory=LocalGates)

    def of(self, name: EngineName) -> Gates:
        host = urlsplit(self.settings.openai_base_url or "").hostname or ""
        is_here = name == "llama" or is_this_machine(host)
        return self.own if self.shared is None or is_here else self.shared


@asynccontextmanager
async def engines(
    settings: Settings, sandbox: Sandbox, keepers: Keepers | None = None, permits: Permits | None = None
) -> AsyncIterator[tuple[Engine, ...]]:
    """Those of `model_order` that are configured.

    `keepers` and `permits` are those of all processes; without, this one minds itself only.
    Raises `SettingsError` or `ModuleError`.
    """
    known = keepers or Keepers(settings)
    makers: dict[str, Maker] = {
        "openai": lambda: _openai(settings, sandbox, known.of("openai"), permits),
        "llama": lambda: _llama(settings, sandbox),
    }
    wanted = {"openai": settings.has_openai, "llama": settings.llama_model is not None}
    async with AsyncExitStack() as stack:
        yield tuple(
            [
                await stack.enter_async_context(makers[name]())
                for name in dict.fromkeys(settings.model_order)
                if wanted[name]
            ]
        )


def guarded(models: Sequence[Engine], keepers: Keepers) -> Sequence[Guarded]:
    """The same, each given a rest when it fails again and again."""
    rests = Rests(first=keepers.settings.model_rest)
    return [Guarded(model, keepers.of(_name(model)), rests=rests) for model in models]


def _name(model: Engine) -> EngineName:
    return "llama" if isinstance(model, LlamaEngine) else "openai"


@asynccontextmanager
async def _openai(
    settings: Settings, sandbox: Sandbox, gates: Gates, permits: Permits | None
) -> AsyncIterator[OpenAIEngine]:
    key = settings.openai_api_key
    model = Model(
        name=settings.openai_model,
        context=settings.openai_context,
        answer=settings.openai_answer,
        enforcement=settings.openai_enforcement,
    )
    engine = OpenAIEngine(
        OpenAICodec(sandbox, module(settings, "openai-integration")),
        model,
        base_url=settings.openai_base_url,
        key=key.get_secret_value() if key else None,
        timeout=settings.openai_timeout,
        concurrency=settings.openai_concurrency,
        local=settings.openai_local,
        gates=gates,
        turn=_turn(settings, permits),
    )
    try:
        await engine.start()
        yield engine
    finally:
        await engine.aclose()


def _turn(
    settings: Settings, permits: Permits | None
) -> Callable[[], AbstractAsyncContextManager[None]] | None:
    """What lets only so many requests of all processes through, where that is wanted."""
    most = settings.openai_concurrency_total
    if permits is None or not most:
        return None
    return lambda: permits.turn(f"model {settings.openai_model}", most)


@asynccontextmanager
async def _llama(settings: Settings, sandbox: Sandbox) -> AsyncIterator[LlamaEngine]:
    """The model is loaded beside the start of the server: a large one takes its time."""
    path = settings.llama_model or Path()
    model = Model(name=path.stem, context=settings.llama_context, answer=settings.llama_answer)
    gguf = Gguf(
        path=path,
        context=settings.llama_context,
        threads=settings.llama_threads,
        gpu_layers=settings.llama_gpu_layers,
    )
    backend = LlamaBackend({model.name: gguf})
    wasm = LlamaModule(
        sandbox, module(settings, "llama-integration"), backend, patience=settings.llama_timeout
    )
    engine = LlamaEngine(wasm, backend, model)
    loading = asyncio.create_task(_load(engine))
    try:
        yield engine
    finally:
        loading.cancel()
        await engine.aclose()


async def _load(engine: LlamaEngine) -> None:
    """What is wrong with the model is told at once in the log, and again to each review that needs it."""
    try:
        await engine.start()
    except EngineFailure as failure:
        log.error("the GGUF model cannot be used", reason=str(failure))  # noqa: TRY400 - no bug
