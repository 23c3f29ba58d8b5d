"""Killed amid look-ups (the server, or the process that reads repositories), a review is posted once, pays
nothing twice, and leaves nothing behind.
"""

import asyncio
import json
import os
import signal
import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest

from tests.stories.diffs import LOOP
from tests.stories.index_process import at_work, index_processes, left_over, own_cache, reads_repositories
from tests.stories.stage import Stage

CART = "def total(items):\n    return sum(items)\n    # the end\n    # of the file\n"
ORDERS = "from shop.cart import total\n\n\ndef place(cart):\n    return total(cart.items)\n"
TARBALL = "GET /repos/{owner}/{repo}/tarball/{ref}"
ONLY_THE_DIFF = "The review sees only the diff"


@pytest.fixture
async def indexes(unset_stage: Stage, tmp_path: Path) -> Path:
    """The folder of the indexes of a server that reviews a shop."""
    folder = own_cache(unset_stage, tmp_path)
    await unset_stage.start()
    for path, text in (("shop/cart.py", CART), ("shop/orders.py", ORDERS)):
        unset_stage.write(path, text)
    return folder


async def restarted(stage: Stage) -> None:
    """The server is killed and started again."""
    stage.server.kill()
    await stage.server.gone()
    await stage.start()


def archives(stage: Stage) -> int:
    return int(stage.simulator.pipeline.calls.counts[TARBALL])


def indexed_commits(indexes: Path) -> int:
    [index] = indexes.glob("*.db")
    with closing(sqlite3.connect(index)) as database:
        return int(database.execute("SELECT count(*) FROM commits").fetchone()[0])


async def check_reviewed_once(stage: Stage, number: int, indexes: Path) -> str:
    """One review, one check, no question twice, nothing left over. Returns the summary."""
    summary = await stage.reviewed(number)
    pull = stage.pull(number)
    asked = Counter(json.dumps(body["messages"]) for body in stage.model.asked)

    assert (len(stage.own(number)), len(pull["checks"]), len(pull["reviews"])) == (1, 1, len(pull["reviews"]))
    assert set(asked.values()) == {1}
    assert list(left_over(indexes)) == []
    assert len(index_processes(stage)) <= 1
    return summary


async def test_while_the_archive_is_downloaded(unset_stage: Stage, indexes: Path) -> None:
    stage = unset_stage
    stage.simulator.world.archives.conduct = "drip"
    number = await stage.open(LOOP)
    await stage.until(lambda: list(indexes.glob("*/archive")), "a part of the archive")
    stage.server.kill()
    await stage.server.gone()
    assert len(list(left_over(indexes))) == 1
    stage.simulator.world.archives.conduct = "whole"
    await stage.start()

    assert ONLY_THE_DIFF not in await check_reviewed_once(stage, number, indexes)
    assert archives(stage) == 2


async def test_between_a_look_up_and_the_answer_of_the_model(unset_stage: Stage, indexes: Path) -> None:
    stage = unset_stage
    held = stage.hold_the_first_question()
    number = await stage.open(LOOP)
    await stage.until(lambda: stage.model.asked, "a question")
    before = index_processes(stage)
    await restarted(stage)
    held.set()
    first = stage.model.asked.pop(0)  # its answer was lost with the server

    assert ONLY_THE_DIFF not in await check_reviewed_once(stage, number, indexes)
    assert stage.model.asked[0]["messages"] == first["messages"]
    assert "total(cart.items)" in str(first["messages"])
    assert archives(stage) == 1
    assert len(before) == 1
    assert not any(map(reads_repositories, before))


async def test_while_the_repository_is_indexed(unset_stage: Stage, indexes: Path) -> None:
    stage = unset_stage
    opening = asyncio.create_task(stage.open(LOOP))
    child = await at_work(stage)
    number = await opening
    stage.server.kill()
    await stage.server.gone()
    assert indexed_commits(indexes) == 0  # the process did not go on without the server
    await stage.start()

    assert ONLY_THE_DIFF not in await check_reviewed_once(stage, number, indexes)
    await stage.until(lambda: not reads_repositories(child), "the end of the old process")


@pytest.mark.parametrize("kind", [signal.SIGKILL, signal.SIGSEGV], ids=["out of memory", "crash"])
async def test_only_the_process_that_reads_repositories(
    unset_stage: Stage, indexes: Path, kind: signal.Signals
) -> None:
    """As the system does it when memory is short. The review goes on without the repository."""
    stage = unset_stage
    opening = asyncio.create_task(stage.open(LOOP))
    os.kill(await at_work(stage), kind)
    number = await opening
    summary = await check_reviewed_once(stage, number, indexes)

    assert f"{ONLY_THE_DIFF}, because the repository cannot be read" in summary
    assert "ended unexpectedly" in summary
    assert not stage.server.troubles
