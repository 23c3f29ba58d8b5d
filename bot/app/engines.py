"""The models that the operator configured, in the order in which they are asked."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from bot.app.function import module
from bot.app.local import local_model
from bot.core.cooldowns import Cooldowns, LocalCooldowns
from bot.core.llm.engine import Engine
from bot.core.llm.messages import Model
from bot.engine.shared.semaphores import Semaphores
from bot.models.chat.base_url import is_this_machine
from bot.models.chat.dialects import DialectFiles, Dialects
from bot.models.chat.engine import OpenAIEngine
from bot.models.circuit_breaker import BreakerPolicy, CircuitBreaker
from bot.sandbox import OpenAICodec, Sandbox
from bot.settings import EngineName, Settings

Maker = Callable[[], AbstractAsyncContextManager[Engine]]


@dataclass(frozen=True)
class ModelCooldowns:
    """Who keeps the gates of which model: all processes together, or this one for what is on its machine
    and no trouble of the others.
    """

    settings: Settings
    shared: Cooldowns | None = None
    own: Cooldowns = field(default_factory=LocalCooldowns)

    def of(self, name: EngineName) -> Cooldowns:
        url = self.settings.llama_server_url if name == "llama" else self.settings.openai_base_url
        is_here = (name == "llama" and url is None) or is_this_machine(urlsplit(url or "").hostname or "")
        return self.own if self.shared is None or is_here else self.shared


@asynccontextmanager
async def engines(
    settings: Settings,
    sandbox: Sandbox,
    model_cooldowns: ModelCooldowns | None = None,
    semaphores: Semaphores | None = None,
    dialects: Dialects | None = None,
) -> AsyncIterator[tuple[Engine, ...]]:
    """Those of `model_order` that are configured.

    `model_cooldowns` and `semaphores` are those of all processes; without, this one minds itself only.
    What the models' servers teach is kept in `dialects`, or else in the cache directory.
    Raises `SettingsError` or `ModuleError`.
    """
    known = model_cooldowns or ModelCooldowns(settings)
    lessons = dialects or kept_dialects(settings)
    makers: dict[str, Maker] = {
        "openai": lambda: _openai(settings, sandbox, known.of("openai"), semaphores, lessons),
        "llama": lambda: local_model(settings, sandbox, known.of("llama"), lessons),
    }
    wanted = {"openai": settings.has_openai, "llama": settings.has_llama}
    async with AsyncExitStack() as stack:
        yield tuple(
            [
                await stack.enter_async_context(makers[name]())
                for name in dict.fromkeys(settings.model_order)
                if wanted[name]
            ]
        )


def kept_dialects(settings: Settings) -> Dialects:
    """What the models' servers taught the processes of this machine."""
    return DialectFiles(settings.cache_dir / "dialects")


def guarded(models: Sequence[Engine], model_cooldowns: ModelCooldowns) -> Sequence[CircuitBreaker]:
    """The same, each given a rest when it fails again and again."""
    breaker_policy = BreakerPolicy(first=model_cooldowns.settings.model_rest)
    return [
        CircuitBreaker(model, model_cooldowns.of(_name(model)), breaker_policy=breaker_policy)
        for model in models
    ]


def _name(model: Engine) -> EngineName:
    return "llama" if model.kind == "llama" else "openai"


@asynccontextmanager
async def _openai(
    settings: Settings,
    sandbox: Sandbox,
    cooldowns: Cooldowns,
    semaphores: Semaphores | None,
    dialects: Dialects,
) -> AsyncIterator[OpenAIEngine]:
    key = settings.openai_api_key
    model = Model(
        name=settings.openai_model,
        context=settings.openai_context,
        answer=settings.openai_room,
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
        cooldowns=cooldowns,
        turn=_turn(settings, semaphores),
        dialects=dialects,
    )
    try:
        await engine.start()
        yield engine
    finally:
        await engine.aclose()


def _turn(
    settings: Settings, semaphores: Semaphores | None
) -> Callable[[], AbstractAsyncContextManager[None]] | None:
    """What lets only so many requests of all processes through, where that is wanted."""
    most = settings.openai_concurrency_total
    if semaphores is None or not most:
        return None
    return lambda: semaphores.acquire(f"model {settings.openai_model}", most)
