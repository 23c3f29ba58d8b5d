"""Modules in their sandbox, tiny models, and servers to ask."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp.test_utils import TestServer

from bot.sandbox import Sandbox
from bot.sandbox.codec import OpenAICodec
from tests.gguf_models import make_model
from tests.models.scripted_server import ScriptedServer

MODULES = Path(__file__).parents[2] / "wasm_modules" / "dist"


@pytest.fixture(scope="session")
def sandbox() -> Sandbox:
    return Sandbox()


@pytest.fixture(scope="session")
def codec(sandbox: Sandbox) -> OpenAICodec:
    return OpenAICodec(sandbox, MODULES / "openai-integration.wasm")


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_model(tmp_path_factory.mktemp("gguf") / "tiny.gguf")


@pytest.fixture
async def server() -> AsyncIterator[ScriptedServer]:
    scripted = ScriptedServer()
    async with TestServer(scripted.app) as running:
        scripted.url = str(running.make_url("/v1"))
        yield scripted
