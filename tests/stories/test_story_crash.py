"""Web, worker and inference are killed at random; afterwards everything stands once, and nothing is lost.

`python -m tests.stories.crash` tells the same story at length.
"""

from pathlib import Path

import pytest

from tests.gguf_models import make_model
from tests.postgres import Cluster
from tests.stories.crash.plan import Database, Plan
from tests.stories.crash.reaper import KINDS
from tests.stories.crash.run import play

PULLS, KILLS, SEED = 8, 12, 7


@pytest.fixture(scope="module")
def gguf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_model(tmp_path_factory.mktemp("models") / "tiny.gguf", context=49_152, favourite='"')


async def check(database: Database, url: str, directory: Path, gguf: Path) -> None:
    tale = await play(Plan(database, url, PULLS, KILLS, SEED, directory, gguf))

    assert [] == tale.faults, tale.summary
    assert set(KINDS) == set(tale.kills)
    assert KILLS == sum(tale.kills.values())
    assert tale.questions >= PULLS


@pytest.mark.timeout(600)
async def test_web_and_worker_on_one_file(tmp_path: Path, gguf: Path) -> None:
    await check("sqlite", f"sqlite:///{tmp_path / 'bot.db'}", tmp_path, gguf)


@pytest.mark.timeout(600)
async def test_web_and_two_workers_on_postgresql(tmp_path: Path, gguf: Path, postgres: Cluster) -> None:
    await check("postgresql", postgres.fresh(), tmp_path, gguf)
