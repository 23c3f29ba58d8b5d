"""A model that fails repeatedly is not asked for a while, and its fallback answers."""

import asyncio

import pytest

from bot.core.cooldowns import Cooldown, LocalCooldowns
from bot.core.errors import EngineFailure
from bot.models.circuit_breaker import BreakerPolicy, CircuitBreaker, CircuitState
from bot.models.circuit_open import CircuitOpen
from bot.models.routing import Route
from tests.models.scripted_engine import (
    DOWN,
    REQUEST,
    Clock,
    ClockedCooldowns,
    Reply,
    ScriptedEngine,
    failure_of,
    opened,
)

AN_HOUR = 3600.0


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def cooldowns(clock: Clock) -> ClockedCooldowns:
    return ClockedCooldowns(clock)


async def test_after_five_failures_the_stand_in_answers_and_the_first_is_not_asked(
    cooldowns: ClockedCooldowns, clock: Clock
) -> None:
    first, second = ScriptedEngine("first", DOWN), ScriptedEngine("second")
    guarded = CircuitBreaker(first, cooldowns, clock=clock)
    route = Route([guarded, CircuitBreaker(second, cooldowns, clock=clock)])

    answers = [await route.complete(REQUEST) for _ in range(8)]

    assert ["second"] * 8 == [completion.model for _, completion in answers]
    assert (5, 8) == (first.asked, second.asked)
    assert guarded.state == CircuitState.OPEN


async def test_without_a_stand_in_the_review_hears_when_to_come_back(
    cooldowns: ClockedCooldowns, clock: Clock
) -> None:
    route = Route([await opened(ScriptedEngine("first"), cooldowns, clock)])
    clock.now += 10

    with pytest.raises(EngineFailure) as caught:
        await route.complete(REQUEST)

    assert caught.value.kind == "unavailable"
    assert caught.value.after == pytest.approx(cooldowns.breaker_policy[0] - 10)
    assert str(caught.value) == "first is paused after failures: it is down"


@pytest.mark.parametrize("kind", [None, "context", "invalid", "refused", "unsupported"])
async def test_any_answer_shows_that_the_server_lives(
    cooldowns: ClockedCooldowns, clock: Clock, kind: str | None
) -> None:
    answer: Reply = EngineFailure(kind, "no") if kind else None
    engine = ScriptedEngine("first", *[DOWN] * 4, answer, *[DOWN] * 4, answer, DOWN)
    guarded = CircuitBreaker(engine, cooldowns, clock=clock)

    for _ in range(10):
        await asyncio.gather(guarded.complete(REQUEST), return_exceptions=True)

    assert (CircuitState.CLOSED, 10) == (guarded.state, engine.asked)


async def test_what_one_process_learns_the_other_keeps() -> None:
    shared = LocalCooldowns()
    here, there = ScriptedEngine("first", DOWN), ScriptedEngine("first")
    ours, theirs = CircuitBreaker(here, shared), CircuitBreaker(there, shared)

    for _ in range(5):
        await failure_of(ours)
    failure = await failure_of(theirs)

    assert isinstance(failure, CircuitOpen)
    assert (0, CircuitState.OPEN) == (there.asked, theirs.state)
    assert str(failure) == "first is paused after failures: it is down"


async def test_a_model_is_not_given_the_rest_of_another(cooldowns: ClockedCooldowns, clock: Clock) -> None:
    await opened(ScriptedEngine("first"), cooldowns, clock)

    completion = await CircuitBreaker(ScriptedEngine("second"), cooldowns, clock=clock).complete(REQUEST)

    assert completion.model == "second"


async def test_a_process_keeps_its_own_rests_while_the_database_is_away(clock: Clock) -> None:
    class Away(ClockedCooldowns):
        async def closed(self, name: str) -> Cooldown | None:
            return None

    guarded = await opened(ScriptedEngine("first"), Away(clock), clock)

    assert isinstance(await failure_of(guarded), CircuitOpen)


async def test_a_rest_ends_by_the_time_of_this_world() -> None:
    engine = ScriptedEngine("first", DOWN, None)
    guarded = CircuitBreaker(engine, LocalCooldowns(), breaker_policy=BreakerPolicy(threshold=1, first=0.02))

    await failure_of(guarded)
    await asyncio.sleep(0.05)

    assert (await guarded.complete(REQUEST)).model == "first"


async def test_a_long_wait_that_is_named_is_kept_to_from_the_first_time_on(
    cooldowns: ClockedCooldowns, clock: Clock
) -> None:
    engine = ScriptedEngine("first", EngineFailure("unavailable", "the day's quota is spent", AN_HOUR), None)
    guarded = CircuitBreaker(engine, cooldowns, clock=clock)

    await failure_of(guarded)
    refused = await failure_of(guarded)
    clock.now += AN_HOUR

    assert (AN_HOUR, "first is paused after failures: the day's quota is spent") == (
        refused.after,
        str(refused),
    )
    assert (await guarded.complete(REQUEST)).model == "first"
    assert engine.asked == 2


async def test_a_short_wait_that_is_named_is_a_failure_like_others(
    cooldowns: ClockedCooldowns, clock: Clock
) -> None:
    engine = ScriptedEngine("first", EngineFailure("unavailable", "slow down", 30))
    guarded = CircuitBreaker(engine, cooldowns, clock=clock)

    for _ in range(4):
        await failure_of(guarded)

    assert guarded.state == CircuitState.CLOSED


async def test_a_rest_is_not_shorter_than_what_the_server_named(
    cooldowns: ClockedCooldowns, clock: Clock
) -> None:
    engine = ScriptedEngine("first", EngineFailure("unavailable", "slow down", 20))

    await failure_of(
        CircuitBreaker(engine, cooldowns, breaker_policy=BreakerPolicy(threshold=1, first=1), clock=clock)
    )

    assert [20] == cooldowns.breaker_policy


async def test_the_longest_of_the_waits_that_are_named_is_kept_to(
    cooldowns: ClockedCooldowns, clock: Clock
) -> None:
    replies = [EngineFailure("unavailable", "limited", seconds) for seconds in (AN_HOUR, 90)]
    engine = ScriptedEngine("first", *replies)
    engine.going.clear()
    guarded = CircuitBreaker(engine, cooldowns, clock=clock)
    asked = [asyncio.create_task(guarded.complete(REQUEST)) for _ in replies]
    for _ in asked:
        await engine.arrived.acquire()

    engine.going.set()
    await asyncio.gather(*asked, return_exceptions=True)
    clock.now += 91

    assert ([AN_HOUR, 90], CircuitState.OPEN) == (cooldowns.breaker_policy, guarded.state)


def test_the_guarded_engine_is_the_engine_in_all_else(cooldowns: ClockedCooldowns) -> None:
    engine = ScriptedEngine("first")
    guarded = CircuitBreaker(engine, cooldowns)

    assert (engine.model, engine.local, 3) == (guarded.model, guarded.local, guarded.count("abc"))
