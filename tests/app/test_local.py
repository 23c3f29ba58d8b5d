"""The local model by the settings: a file or a server."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.app.engines import ModelCooldowns, engines
from bot.app.local import watch
from bot.app.profile import profile_of
from bot.core.cooldowns import LocalCooldowns
from bot.core.errors import SettingsError
from bot.core.llm.engine_stats import EngineStats
from bot.core.llm.messages import Message, Request, Role
from bot.settings import Settings
from tests.gguf_models import CHATML, make_model
from tests.llama_server import llama_server
from tests.sandbox.guests import SANDBOX

REQUEST = Request(id="summary", messages=(Message(role=Role.USER, text="the inner"),), answer=20)
SERVER = "http://gpu.example:8000"


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_model(tmp_path_factory.mktemp("gguf") / "tiny.gguf")


def _settings(**chosen: object) -> Settings:
    return Settings(**chosen)  # type: ignore[arg-type]


async def test_a_file_s_model_tells_how_busy_it_is(tiny: Path) -> None:
    loads: dict[str, Callable[[], EngineStats]] = {}
    async with engines(_settings(llama_model=tiny), SANDBOX) as models:
        watch(models, loads.__setitem__)
        completion = await models[0].complete(REQUEST)
        load = loads["tiny"]()

    assert load.up
    assert (0, 0, 0) == (load.busy, load.waiting, load.restarts)
    assert load.slots > 0
    assert completion.usage.answer == load.answer_tokens > 0
    assert completion.usage.prompt == load.prompt_tokens + load.cached_tokens
    assert load.answer_seconds
    assert not loads["tiny"]().up


async def test_a_server_s_model_answers_in_place_of_a_file(tiny: Path) -> None:
    loads: dict[str, Callable[[], EngineStats]] = {}
    with llama_server(tiny, context=4096) as url:
        settings = _settings(llama_server_url=url, llama_server_key="llama-key")
        async with engines(settings, SANDBOX) as (model,):
            watch([model], loads.__setitem__)
            completion = await model.complete(REQUEST)

    assert ("tiny", "llama", True) == (completion.model, model.kind, model.local)
    assert 4096 - 64 == model.model.context
    assert loads["tiny"]().answer_tokens == completion.usage.answer


async def test_llama_context_holds_for_a_server_when_it_is_set(tiny: Path) -> None:
    with llama_server(tiny, context=4096) as url:
        settings = _settings(llama_server_url=url, llama_server_key="llama-key", llama_context=3072)
        async with engines(settings, SANDBOX) as (model,):
            assert 3072 - 64 == model.model.context


async def test_a_server_that_is_away_does_not_keep_the_bot_from_starting() -> None:
    settings = _settings(llama_server_url="http://127.0.0.1:9", llama_server_model="coder")
    async with engines(settings, SANDBOX) as (model,):
        assert "coder" == model.model.name


@pytest.mark.parametrize(
    ("chosen", "shared"),
    [
        ({"llama_model": "tiny.gguf"}, False),
        ({"llama_server_url": "http://127.0.0.1:8000"}, False),
        ({"llama_server_url": SERVER}, True),
    ],
)
def test_the_gates_of_a_server_elsewhere_are_those_of_all_processes(
    chosen: dict[str, str], shared: bool
) -> None:
    cooldowns = LocalCooldowns()
    keepers = ModelCooldowns(_settings(**chosen), cooldowns)

    assert shared == (keepers.of("llama") is cooldowns)


async def test_a_profile_that_is_none_is_told_at_the_start() -> None:
    settings = _settings(llama_server_url="http://127.0.0.1:9", llama_profile="made-up")
    with pytest.raises(SettingsError, match="LLAMA_PROFILE is 'made-up'"):
        async with engines(settings, SANDBOX):
            pass


@pytest.mark.parametrize(
    ("template", "name", "has_template"),
    [
        (CHATML, "chatml", True),
        ("{{ '[INST]' + messages[0].content }}", "mistral", True),
        ("", "plain", False),
    ],
)
def test_a_file_whose_name_says_nothing_is_asked_as_its_template_tells(
    tmp_path: Path, template: str, name: str, has_template: bool
) -> None:
    profile, templated = profile_of(make_model(tmp_path / "m.gguf", template=template), _settings())

    assert (profile.name, templated) == (name, has_template)


def test_a_file_that_cannot_be_read_is_left_to_whoever_loads_it(tmp_path: Path) -> None:
    (tmp_path / "m.gguf").write_bytes(b"GGUF")

    for path in (tmp_path / "m.gguf", tmp_path / "gone.gguf"):
        profile, templated = profile_of(path, _settings())
        assert (profile.name, templated) == ("plain", True)
