"""Repositories that were made to harm who reads them: the review is posted, with what they allow.

`make bench-hostile` does the same at full size, and measures what it costs.
"""

from pathlib import Path

import pytest

from tests.hostile_archives import HOSTILE
from tests.stories.diffs import LOOP
from tests.stories.index_process import index_processes, left_over, own_cache
from tests.stories.stage import Stage

ONLY_THE_DIFF = "The review sees only the diff, because the repository cannot be read: "
HARMLESS = ""  # at the small size
CASES = {
    "many_files": (0.002, HARMLESS),
    "declared_bomb": (0.002, "the repository's archive has more than 4,096 MB"),
    "many_bombs": (0.002, HARMLESS),
    "many_texts": (0.004, HARMLESS),
    "loops": (0.01, HARMLESS),
    "names": (0.01, HARMLESS),
    "parsers": (0.05, HARMLESS),
    "headers": (0.02, "the repository's archive is nested too deeply"),
    "huge_header": (0.002, "the repository's archive has a header of 10,737,418,240 bytes"),
}


def test_every_archive_has_a_case() -> None:
    assert set(CASES) == set(HOSTILE)


def contents(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


@pytest.mark.parametrize("name", CASES)
async def test_a_review_of_a_hostile_repository_is_posted(
    unset_stage: Stage, tmp_path: Path, name: str
) -> None:
    stage, (scale, refusal) = unset_stage, CASES[name]
    indexes = own_cache(stage, tmp_path)
    stage.simulator.world.archives.made = lambda: HOSTILE[name](scale)
    await stage.start()
    before = contents(tmp_path)
    number = await stage.open(LOOP)
    summary = await stage.reviewed(number)

    told = f"{ONLY_THE_DIFF}{refusal}" if refusal else ONLY_THE_DIFF
    assert (told in summary) == bool(refusal), summary
    assert ("total(cart.items)" in str(stage.model.asked[0]["messages"])) == (not refusal)
    assert len(stage.own(number)) == 1
    assert (await stage.get(stage.server.port, "/health"))[0] == 200
    assert not stage.server.troubles
    assert list(left_over(indexes)) == []
    assert contents(tmp_path) - before <= {"own-cache", "bot.db", "bot.db-wal", "bot.db-shm"}
    assert len(index_processes(stage)) <= 1
