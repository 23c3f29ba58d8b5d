"""GitHub refuses any one of the bot's calls, for good: the review ends, and what was paid for is shown.

`make refusals` tries all cells and prints them as a table, as CI does; the suite tries every call and every
way to refuse it, but not each with each.
"""

from pathlib import Path

import pytest

from tests.stories.refusals.fixtures import broken, running
from tests.stories.refusals.matrix import Matrix
from tests.stories.refusals.refusals import BY_STATUS, REFUSALS
from tests.stories.refusals.sweeping import sweep_refused

__all__ = ["running"]

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(600)]


@pytest.mark.parametrize("refusal", BY_STATUS)
async def test_whatever_is_refused_the_review_ends_and_nothing_is_lost(running: Matrix, refusal: str) -> None:
    outcomes = await running.run(refusal, running.chosen(refusal))

    assert not broken(outcomes)
    assert len(outcomes) >= 10


async def test_no_call_is_left_out(running: Matrix) -> None:
    assert len(running.rows) >= 100
    assert set(running.rows) == {row for refusal in REFUSALS for row in running.chosen(refusal)}


async def test_the_calls_of_look_ups_are_among_them(running: Matrix) -> None:
    called = {str(row.called) for row in running.rows}
    assert {
        "GET /commits",
        "GET /compare/{basehead}",
        "GET /contents/{path}",
        "GET /git/trees/{tree_sha}",
        "GET /tarball/{ref}",
        "POST /graphql (texts)",
    } <= called


async def test_whatever_a_sweep_is_refused_the_rest_is_found(tmp_path: Path) -> None:
    assert not broken(await sweep_refused(tmp_path, BY_STATUS))
