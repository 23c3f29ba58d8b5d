"""Creates the local model: a GGUF file in a child process, or a server that the operator runs."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import structlog

from bot.app.function import module
from bot.app.profile import profile_of, token_limits
from bot.core.cooldowns import Cooldowns
from bot.core.errors import EngineFailure
from bot.core.llm.engine import Engine
from bot.core.llm.engine_stats import EngineStats
from bot.core.llm.messages import FailureKind, Model
from bot.models.chat.dialects import Dialects
from bot.models.llama.engine import LlamaEngine
from bot.models.llama.profiled import ProfiledBackend, ProfiledGguf
from bot.models.profiles import profile_for
from bot.models.qualification.version import file_version
from bot.models.servers.engine import ServedEngine, ServerConfig
from bot.sandbox import LlamaModule, OpenAICodec, Sandbox
from bot.settings import Settings

log = structlog.get_logger()


Local = LlamaEngine | ServedEngine


def watch(models: Sequence[Engine], register: Callable[[str, Callable[[], EngineStats]], None]) -> None:
    """Calls `register` with the name and the stats of each local model among `models`."""
    for model in models:
        if isinstance(model, Local):
            register(model.model.name, partial(_stats_of, model))


def _stats_of(model: Local) -> EngineStats:
    return model.load


@asynccontextmanager
async def local_model(
    settings: Settings, sandbox: Sandbox, cooldowns: Cooldowns, dialects: Dialects | None = None
) -> AsyncIterator[Local]:
    """The model of LLAMA_MODEL or LLAMA_SERVER_URL. Raises `ModuleError`."""
    engine = (
        served(settings, sandbox, cooldowns, dialects)
        if settings.llama_server_url
        else _gguf(settings, sandbox)
    )
    loading = asyncio.create_task(_start(engine))
    if isinstance(engine, ServedEngine):
        await loading  # fast, and provides the model's name
    try:
        yield engine
    finally:
        loading.cancel()
        await engine.aclose()


def _gguf(settings: Settings, sandbox: Sandbox) -> LlamaEngine:
    """The engine of a GGUF file, which loads while the server starts: loading a large one is slow."""
    path = settings.llama_model or Path()
    profile, has_template = profile_of(path, settings)
    context, answer = token_limits(profile, settings)
    model = Model(
        name=path.stem,
        context=context,
        answer=answer,
        level=profile.level,
        reasoning=profile.thinking == "strip",
        version=file_version(path),
    )
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
    """The model of the server at LLAMA_SERVER_URL, without calling it. Raises `ModuleError` or
    `SettingsError`.
    """
    key, fields_set = settings.llama_server_key, settings.model_fields_set
    profile_for("", wanted=settings.llama_profile)  # raises early for an unknown profile
    config = ServerConfig(
        url=settings.llama_server_url or "",
        key=key.get_secret_value() if key else None,
        model=settings.llama_server_model,
        context=settings.llama_context if "llama_context" in fields_set else None,
        answer=settings.llama_answer,
        timeout=settings.llama_timeout,
        profile=settings.llama_profile,
        slots=settings.llama_server_slots,
        local=settings.llama_server_local,
    )
    codec = OpenAICodec(sandbox, module(settings, "openai-integration"))
    return ServedEngine(codec, config, cooldowns=cooldowns, dialects=dialects)


async def _start(engine: Local) -> None:
    """Starts the engine; logs a failure, which each review with this model gets again."""
    try:
        await engine.start()
    except EngineFailure as failure:
        write = log.warning if failure.kind == FailureKind.UNAVAILABLE else log.error
        write("local_model_unusable", reason=str(failure))
