"""Open pull requests without a delivery are found, and each becomes one job."""

from datetime import UTC, datetime

import pytest

from bot.core.change import PullRef
from bot.core.errors import Refused, Retry
from bot.core.jobs import Cause, Task
from bot.core.missed_deliveries import OpenPull
from bot.review.intake.reconciler import MAX_REPOSITORIES
from tests.review.reconciler_scene import DAY, BotState, GitHub, reconciler


@pytest.fixture
def github() -> GitHub:
    return GitHub()


@pytest.fixture
def harness() -> BotState:
    return BotState()


def pull(number: int, days: float = 1, *, draft: bool = False, by_bot: bool = False) -> OpenPull:
    updated = datetime.now(UTC) - days * DAY
    return OpenPull(number=number, head=f"{number:040x}", draft=draft, by_bot=by_bot, updated=updated)


def ref(number: int, repository: str = "acme/shop", installation: int = 1) -> PullRef:
    return PullRef(repository=repository, number=number, installation=installation)


def taken_up(harness: BotState) -> list[str]:
    return [str(task.pull) for task, _ in harness.jobs.values()]


async def test_a_pull_request_that_nobody_told_of_becomes_one_job(github: GitHub, harness: BotState) -> None:
    github.open = {1: {"acme/shop": [pull(7)]}}

    assert await reconciler(github, harness).catch_up() == 1
    assert await reconciler(github, harness).catch_up() == 0

    task = Task(pull=ref(7), cause=Cause.MISSED, head=pull(7).head)
    assert list(harness.jobs.values()) == [(task, -10)]


async def test_what_has_a_job_or_a_review_of_its_head_is_left_alone(
    github: GitHub, harness: BotState
) -> None:
    github.open = {1: {"acme/shop": [pull(1), pull(2), pull(3)]}}
    await harness.submit(Task(pull=ref(1), cause=Cause.PUSHED, head=pull(1).head), priority=0)
    harness.reviewed = {ref(2): pull(2).head, ref(3): "f" * 40}

    assert await reconciler(github, harness).catch_up() == 1
    assert taken_up(harness) == ["acme/shop#1", "acme/shop#3"]


@pytest.mark.parametrize(
    ("options", "wanted"),
    [
        ({}, [1]),
        ({"drafts": True}, [1, 2]),
        ({"bots": True}, [1, 3]),
        ({"drafts": True, "bots": True}, [1, 2, 3, 4]),
    ],
)
async def test_drafts_and_bots_are_left_alone_unless_they_are_wanted(
    options: dict[str, bool], wanted: list[int], github: GitHub, harness: BotState
) -> None:
    pulls = [pull(1), pull(2, draft=True), pull(3, by_bot=True), pull(4, draft=True, by_bot=True)]
    github.open = {1: {"acme/shop": pulls}}

    assert await reconciler(github, harness, **options).catch_up() == len(wanted)
    assert taken_up(harness) == [f"acme/shop#{number}" for number in wanted]


async def test_what_nobody_has_touched_for_days_is_left_alone(github: GitHub, harness: BotState) -> None:
    github.open = {1: {"acme/shop": [pull(1, days=2.9), pull(2, days=3.1)], "acme/api": [pull(3, days=400)]}}

    assert await reconciler(github, harness, days=3).catch_up() == 1
    assert taken_up(harness) == ["acme/shop#1"]


async def test_of_each_installation_only_so_many_are_taken_up_at_once(
    github: GitHub, harness: BotState
) -> None:
    many = {f"acme/r{place}": [pull(number) for number in range(1, 5)] for place in range(3)}
    github.open = {1: many, 2: {"other/shop": [pull(9)]}}

    stored = [await reconciler(github, harness, most=5).catch_up() for _ in range(4)]

    assert stored == [6, 5, 2, 0]
    assert taken_up(harness)[:6] == [
        *(f"acme/r0#{number}" for number in range(1, 5)),
        "acme/r1#1",
        "other/shop#9",
    ]


async def test_with_a_bound_of_none_nothing_is_asked(github: GitHub, harness: BotState) -> None:
    github.open = {1: {"acme/shop": [pull(1)]}}
    github.troubles["installations"] = AssertionError("asked")

    assert await reconciler(github, harness, most=0).catch_up() == 0


async def test_of_an_installation_without_end_a_part_is_looked_at(github: GitHub, harness: BotState) -> None:
    github.open = {1: {f"acme/r{number}": [] for number in range(MAX_REPOSITORIES + 5)}}

    await reconciler(github, harness).catch_up()

    assert github.looked_at == [f"acme/r{number}" for number in range(MAX_REPOSITORIES)]


async def test_with_a_plain_token_there_is_nothing_to_catch_up_with(
    github: GitHub, harness: BotState
) -> None:
    assert await reconciler(github, harness).catch_up() == 0
    assert github.looked_at == []


@pytest.mark.parametrize("trouble", [Refused("404 Not Found"), Retry("502")])
async def test_a_repository_that_fails_does_not_stop_the_others(
    trouble: Exception, github: GitHub, harness: BotState
) -> None:
    github.open = {1: {"acme/gone": [pull(1)], "acme/shop": [pull(2)]}}
    github.troubles["acme/gone"] = trouble

    assert await reconciler(github, harness).catch_up() == 1
    assert taken_up(harness) == ["acme/shop#2"]


async def test_a_limit_ends_the_look_at_its_installation_and_at_no_other(
    github: GitHub, harness: BotState
) -> None:
    first = {"acme/a": [pull(1)], "acme/limited": [pull(2)], "acme/shop": [pull(3)]}
    github.open = {1: first, 2: {"other/shop": [pull(4)]}}
    github.troubles["acme/limited"] = Retry("GitHub's rate limit is reached", after=900)

    assert await reconciler(github, harness).catch_up() == 2
    assert github.looked_at == ["acme/a", "acme/limited", "other/shop"]


@pytest.mark.parametrize("trouble", [Refused("suspended"), Retry("502"), Retry("limit", after=60)])
async def test_an_installation_that_fails_does_not_stop_the_others(
    trouble: Exception, github: GitHub, harness: BotState
) -> None:
    github.open = {1: {"acme/shop": [pull(1)]}, 2: {"other/shop": [pull(2)]}}
    github.troubles[1] = trouble

    assert await reconciler(github, harness).catch_up() == 1
    assert taken_up(harness) == ["other/shop#2"]


async def test_where_even_the_installations_are_not_told_nothing_is_raised(
    github: GitHub, harness: BotState
) -> None:
    github.open = {1: {"acme/shop": [pull(1)]}}
    github.troubles["installations"] = Retry("502")

    assert await reconciler(github, harness).catch_up() == 0


async def test_a_database_that_is_away_for_a_moment_costs_one_sweep(
    github: GitHub, harness: BotState
) -> None:
    github.open = {1: {"acme/shop": [pull(1)]}, 2: {"other/shop": [pull(2)]}}
    harness.away = 1

    assert await reconciler(github, harness).catch_up() == 1
    assert await reconciler(github, harness).catch_up() == 1
    assert taken_up(harness) == ["other/shop#2", "acme/shop#1"]
