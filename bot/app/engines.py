"""The models that the operator configured, in the order in which they are asked."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from bot.app.function import module
from bot.core.exchange import Model
from bot.models.chat.engine import OpenAIEngine
from bot.models.routing import Engine
from bot.sandbox import OpenAICodec, Sandbox
from bot.settings import Settings


@asynccontextmanager
async def engines(settings: Settings, sandbox: Sandbox) -> AsyncIterator[tuple[Engine, ...]]:
    """Those of `model_order` that are configured. Raises `SettingsError` or `ModuleError`."""
    async with AsyncExitStack() as stack:
        made: list[Engine] = []
        for name in settings.model_order:
            if name == "openai" and settings.has_openai:
                made.append(await stack.enter_async_context(_openai(settings, sandbox)))
        yield tuple(made)


@asynccontextmanager
async def _openai(settings: Settings, sandbox: Sandbox) -> AsyncIterator[OpenAIEngine]:
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
    )
    try:
        await engine.start()
        yield engine
    finally:
        await engine.aclose()
