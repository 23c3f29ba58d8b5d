"""Something other than GitHub answers any one of the bot's calls, or GitHub fails for good: the review ends,
and what was paid for is shown.

`make refusals` tries all cells and prints them as a table, as CI does; the suite tries every call and every
way to refuse it, but not each with each.
"""

from pathlib import Path

import pytest

from tests.stories.refusals.fixtures import broken, running
from tests.stories.refusals.matrix import Matrix, unknown_account
from tests.stories.refusals.refusals import FOREIGN
from tests.stories.refusals.sweeping import sweep_refused

__all__ = ["running"]

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(600)]


@pytest.mark.parametrize("refusal", FOREIGN)
async def test_whatever_is_answered_the_review_ends_and_nothing_is_lost(
    running: Matrix, refusal: str
) -> None:
    outcomes = await running.run(refusal, running.chosen(refusal))

    assert not broken(outcomes)
    assert len(outcomes) >= 10


async def test_whatever_a_sweep_is_answered_the_rest_is_found(tmp_path: Path) -> None:
    assert not broken(await sweep_refused(tmp_path, FOREIGN))


@pytest.mark.parametrize("refusal", ["403", "200 HTML"])
async def test_a_bot_that_is_not_told_who_it_is_leaves_nothing_in_progress(
    tmp_path: Path, refusal: str
) -> None:
    assert not broken([await unknown_account(tmp_path, refusal)])
