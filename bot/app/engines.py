"""Creates the configured model engines, in the order in which they are called."""

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
from bot.models.chat.dialects import DialectFiles, Dialects, reasons
from bot.models.chat.engine import OpenAIEngine
from bot.models.circuit_breaker import BreakerPolicy, CircuitBreaker
from bot.sandbox import OpenAICodec, Sandbox
from bot.settings import EngineName, Settings

Maker = Callable[[], AbstractAsyncContextManager[Engine]]


@dataclass(frozen=True)
class ModelCooldowns:
    """Selects the cooldowns of a model: `shared` by all processes, or this process's `own` for a server on
    the same machine.
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
    """The configured engines of `model_order`.

    `model_cooldowns` and `semaphores` are shared by all processes; None limits this process only. `dialects`
    stores the learned dialects of the models' servers; None: in the cache directory. Raises `SettingsError`
    or `ModuleError`.
    """
    cooldowns = model_cooldowns or ModelCooldowns(settings)
    stored = dialects or kept_dialects(settings)
    makers: dict[str, Maker] = {
        "openai": lambda: _openai(settings, sandbox, cooldowns.of("openai"), semaphores, stored),
        "llama": lambda: local_model(settings, sandbox, cooldowns.of("llama"), stored),
    }
    configured = {"openai": settings.has_openai, "llama": settings.has_llama}
    async with AsyncExitStack() as stack:
        yield tuple(
            [
                await stack.enter_async_context(makers[name]())
                for name in dict.fromkeys(settings.model_order)
                if configured[name]
            ]
        )


def kept_dialects(settings: Settings) -> Dialects:
    """The learned dialects of the models' servers, shared by the processes of this machine."""
    return DialectFiles(settings.cache_dir / "dialects")


def guarded(models: Sequence[Engine], model_cooldowns: ModelCooldowns) -> Sequence[CircuitBreaker]:
    """The engines, each behind a circuit breaker."""
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
        reasoning=bool(settings.openai_effort) or reasons(settings.openai_model),
        effort=settings.openai_effort,
        version=settings.openai_base_url or "",
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
    """Limits concurrent requests across all processes, if a limit is set."""
    most = settings.openai_concurrency_total
    if semaphores is None or not most:
        return None
    return lambda: semaphores.acquire(f"model {settings.openai_model}", most)
