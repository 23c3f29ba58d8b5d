"""From the webhook to the posted comment with real models: llama.cpp's own server, and WASI-NN.

The model is tiny and random: what it says is noise (it loves to end a string), but it is asked, answers
and is held to the schema as any other.
"""

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from tests.gguf_models import make_model
from tests.llama_server import llama_server
from tests.stories.diffs import LOOP
from tests.stories.stage import Stage

CONTEXT = 49_152
ANSWER = 8_000


@pytest.fixture(scope="module")
def gguf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_model(tmp_path_factory.mktemp("models") / "tiny.gguf", context=CONTEXT, favourite='"')


def answers(directory: Path) -> list[dict[str, Any]]:
    """What the journal holds."""
    with sqlite3.connect(directory / "bot.db") as database:
        rows = database.execute("SELECT completion FROM journal").fetchall()
    texts = [json.loads(json.loads(row[0])["text"]) for row in rows]
    return [text for text in texts if "passages" not in text]  # the answers to look-ups are there, too


FULL = [("analysis", "findings", "notes", "risks"), ("flow", "groups", "majors", "purpose", "tests")]
SIMPLE = [("findings", "note"), ("purpose",)]


def check_answers(directory: Path, asked: list[tuple[str, ...]] = FULL) -> None:
    """A chunk and a summary, each with every field of its schema and none besides."""
    assert asked == sorted(tuple(sorted(answer)) for answer in answers(directory))


async def test_through_a_compatible_server_that_nobody_here_wrote(
    unset_stage: Stage, gguf: Path, tmp_path: Path
) -> None:
    stage = unset_stage
    with llama_server(gguf, context=CONTEXT, key="k") as url:
        stage.server.settings = {
            **stage.server.settings,
            "OPENAI_BASE_URL": url,
            "OPENAI_API_KEY": "k",
            "OPENAI_MODEL": "tiny",
            "OPENAI_CONTEXT": str(CONTEXT),
            "OPENAI_ANSWER": str(ANSWER),
            "CONTROL_QUESTIONS": "false",
        }
        await stage.start()
        number = await stage.open(LOOP)
        summary = await stage.reviewed(number)

    assert "1 of 1 file reviewed" in summary
    assert "Model: `tiny`" in summary
    check_answers(tmp_path)


@pytest.mark.parametrize(("profile", "asked"), [("auto/full", FULL), ("auto", SIMPLE)])
async def test_through_wasi_nn_in_the_bots_own_process(
    unset_stage: Stage, gguf: Path, tmp_path: Path, profile: str, asked: list[tuple[str, ...]]
) -> None:
    stage = unset_stage
    stage.server.settings = {
        **{name: value for name, value in stage.server.settings.items() if "OPENAI" not in name},
        "LLAMA_MODEL": str(gguf),
        "LLAMA_CONTEXT": str(CONTEXT),
        "LLAMA_ANSWER": str(ANSWER),
        "LLAMA_PROFILE": profile,
        "CONTROL_QUESTIONS": "false",
    }
    await stage.start()
    number = await stage.open(LOOP, private=True)
    summary = await stage.reviewed(number)

    assert "1 of 1 file reviewed" in summary
    assert "Model: `tiny`" in summary
    assert [] == stage.model.asked
    check_answers(tmp_path, asked)


async def test_private_code_stays_at_home_when_it_is_asked_for(unset_stage: Stage) -> None:
    stage = unset_stage
    stage.server.settings = {
        **stage.server.settings,
        "PRIVATE_LOCAL_ONLY": "true",
        "OPENAI_LOCAL": "false",
    }
    await stage.start()
    number = await stage.open(LOOP, private=True)
    await stage.until(lambda: stage.pull(number)["checks"][-1:] != [], "a check")
    await stage.until(lambda: stage.pull(number)["checks"][0]["conclusion"], "an end")

    assert "failure" == stage.pull(number)["checks"][0]["conclusion"]
    assert " failed:**" in stage.summary(number)
    assert "PRIVATE_LOCAL_ONLY" in stage.summary(number)
    assert [] == stage.model.asked


async def test_a_model_file_that_is_none_is_named_and_the_server_lives_on(
    unset_stage: Stage, tmp_path: Path
) -> None:
    stage = unset_stage
    broken = tmp_path / "broken.gguf"
    broken.write_bytes(b"GGUF" + b"\xff" * 5000)
    stage.server.settings = {
        **{name: value for name, value in stage.server.settings.items() if "OPENAI" not in name},
        "LLAMA_MODEL": str(broken),
        "ATTEMPTS": "1",
    }
    await stage.start()
    number = await stage.open(LOOP)
    summary = await stage.reviewed(number)

    assert "LLAMA_MODEL" in summary
    assert "success" != stage.pull(number)["checks"][0]["conclusion"]
