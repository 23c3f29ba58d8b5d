"""The stage of the stories."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from github_simulator import Simulator, served
from tests.openapi import Contract
from tests.sandbox.guests import product_cache
from tests.stories.scripted_model import ScriptedModel, scripted_model
from tests.stories.stage import SECRET, Server, Stage, private_key, settings


@pytest.fixture(scope="session")
def key() -> str:
    return private_key()


@pytest.fixture(scope="session", autouse=True)
def _compiled_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """All servers of a run share the compiled modules."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TEST_MODULE_CACHE", str(product_cache(tmp_path_factory.mktemp("modules") / "cache")))
        yield


@pytest.fixture
def contract() -> Iterator[Contract]:
    """Fails the story when a call of the bot, or an answer, breaks GitHub's description."""
    contract = Contract()
    yield contract
    assert not contract.violations, "\n".join(contract.violations)


@pytest.fixture
async def model() -> AsyncIterator[ScriptedModel]:
    async with scripted_model() as model:
        yield model


@pytest.fixture
async def unset_stage(
    contract: Contract, model: ScriptedModel, key: str, tmp_path: Path
) -> AsyncIterator[Stage]:
    """A stage whose server is not started yet, so that a story can change its settings."""
    simulator = Simulator(secret=SECRET, app=1)
    async with served(simulator, middlewares=[contract.check]):
        server = Server(settings(simulator, model, key, tmp_path))
        (tmp_path / "settings.toml").touch()
        stage = Stage(simulator, model, server)
        try:
            yield stage
        finally:
            server.kill()
            if server.port:
                await server.gone()


@pytest.fixture
async def stage(unset_stage: Stage) -> Stage:
    await unset_stage.start()
    return unset_stage
