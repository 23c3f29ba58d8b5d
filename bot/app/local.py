"""The local model: a GGUF file in a process of its own, or a server that the operator runs."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import structlog

from bot.app.function import module
from bot.app.profile import profile_of, room
from bot.core.cooldowns import Cooldowns
from bot.core.errors import EngineFailure
from bot.core.llm.engine import Engine
from bot.core.llm.engine_stats import EngineStats
from bot.core.llm.messages import FailureKind, Model
from bot.models.chat.dialects import Dialects
from bot.models.llama.engine import LlamaEngine
from bot.models.llama.profiled import ProfiledBackend, ProfiledGguf
from bot.models.profiles import profile_for
from bot.models.servers.engine import ServedEngine, ServerConfig
from bot.sandbox import LlamaModule, OpenAICodec, Sandbox
from bot.settings import Settings

log = structlog.get_logger()


Local = LlamaEngine | ServedEngine


def watch(models: Sequence[Engine], tell: Callable[[str, Callable[[], EngineStats]], None]) -> None:
    """Tells the names of the local ones among `models`, and how to ask how busy they are."""
    for model in models:
        if isinstance(model, Local):
            tell(model.model.name, partial(_load_of, model))


def _load_of(model: Local) -> EngineStats:
    return model.load


@asynccontextmanager
async def local_model(
    settings: Settings, sandbox: Sandbox, cooldowns: Cooldowns, dialects: Dialects | None = None
) -> AsyncIterator[Local]:
    """The one that LLAMA_MODEL or LLAMA_SERVER_URL names. Raises `ModuleError`."""
    made = (
        served(settings, sandbox, cooldowns, dialects)
        if settings.llama_server_url
        else _gguf(settings, sandbox)
    )
    loading = asyncio.create_task(_start(made))
    if isinstance(made, ServedEngine):
        await loading  # takes no time, and tells the model's name
    try:
        yield made
    finally:
        loading.cancel()
        await made.aclose()


def _gguf(settings: Settings, sandbox: Sandbox) -> LlamaEngine:
    """Its model is loaded beside the start of the server: a large one takes its time."""
    path = settings.llama_model or Path()
    profile, has_template = profile_of(path, settings)
    context, answer = room(profile, settings)
    model = Model(name=path.stem, context=context, answer=answer, level=profile.level)
    gguf = ProfiledGguf(
        path=path,
        context=context,
        slots=settings.llama_slots,
        threads=settings.llama_threads,
        gpu_layers=settings.llama_gpu_layers,
        setting="LLAMA_MODEL",
        profile=profile,
        has_template=has_template,
    )
    backend = ProfiledBackend(model.name, gguf)
    wasm = LlamaModule(
        sandbox, module(settings, "llama-integration"), backend, patience=settings.llama_timeout
    )
    return LlamaEngine(wasm, backend, model, profile)


def served(
    settings: Settings, sandbox: Sandbox, cooldowns: Cooldowns | None = None, dialects: Dialects | None = None
) -> ServedEngine:
    """The model of the server at LLAMA_SERVER_URL, not looked at yet. Raises `ModuleError` or
    `SettingsError`.
    """
    key, given = settings.llama_server_key, settings.model_fields_set
    profile_for("", wanted=settings.llama_profile)  # to know of a wrong one now
    place = ServerConfig(
        url=settings.llama_server_url or "",
        key=key.get_secret_value() if key else None,
        model=settings.llama_server_model,
        context=settings.llama_context if "llama_context" in given else None,
        answer=settings.llama_answer,
        timeout=settings.llama_timeout,
        profile=settings.llama_profile,
        slots=settings.llama_server_slots,
        local=settings.llama_server_local,
    )
    codec = OpenAICodec(sandbox, module(settings, "openai-integration"))
    return ServedEngine(codec, place, cooldowns=cooldowns, dialects=dialects)


async def _start(engine: Local) -> None:
    """What is wrong with the model is told at once in the log, and again to each review that needs it."""
    try:
        await engine.start()
    except EngineFailure as failure:
        tell = log.warning if failure.kind == FailureKind.UNAVAILABLE else log.error
        tell("the local model cannot be used", reason=str(failure))
