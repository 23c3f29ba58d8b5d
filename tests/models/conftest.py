"""Modules in their sandbox, tiny models, and servers to ask."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.models.servers.engine import ServedEngine, ServerConfig
from bot.sandbox import ReviewFunction, Sandbox
from bot.sandbox.openai_codec import OpenAICodec
from tests.gguf_models import make_model
from tests.models.reviews import Reviews
from tests.models.scripted_server import ScriptedServer
from tests.sandbox.guests import SANDBOX

MODULES = Path(__file__).parents[2] / "wasm_modules" / "dist"

Asking = Callable[..., AbstractAsyncContextManager[ServedEngine]]


@pytest.fixture(scope="session")
def sandbox() -> Sandbox:
    return SANDBOX


@pytest.fixture(scope="session")
def codec(sandbox: Sandbox) -> OpenAICodec:
    return OpenAICodec(sandbox, MODULES / "openai-integration.wasm")


@pytest.fixture(scope="session")
def reviews(sandbox: Sandbox, codec: OpenAICodec) -> Reviews:
    """Makes whole reviews."""
    return Reviews(sandbox, codec, ReviewFunction(sandbox, MODULES / "code-review-function.wasm"))


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_model(tmp_path_factory.mktemp("gguf") / "tiny.gguf")


@pytest.fixture
async def server() -> AsyncIterator[ScriptedServer]:
    scripted = ScriptedServer()
    async with TestServer(scripted.app) as running:
        scripted.url = str(running.make_url("/v1"))
        yield scripted


@pytest.fixture
def asking(codec: OpenAICodec) -> Asking:
    """An engine for what serves at a URL, or for an application that is served for it."""

    @asynccontextmanager
    async def ask(at: str | web.Application, **place: Any) -> AsyncIterator[ServedEngine]:
        async with AsyncExitStack() as stack:
            if isinstance(at, web.Application):
                at = str((await stack.enter_async_context(TestServer(at))).make_url("/v1"))
            engine = ServedEngine(codec, ServerConfig(url=at, **place))
            stack.push_async_callback(engine.aclose)
            yield engine

    return ask
