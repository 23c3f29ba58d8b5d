"""After a rest a model is tried again, by one request; what counts as a trial, and what says nothing."""

import asyncio

import pytest

from bot.models.circuit_breaker import CircuitBreaker, CircuitState
from bot.models.circuit_open import CircuitOpen
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


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def cooldowns(clock: Clock) -> ClockedCooldowns:
    return ClockedCooldowns(clock)


async def test_after_the_rest_one_that_works_ends_the_doubt(
    cooldowns: ClockedCooldowns, clock: Clock
) -> None:
    engine = ScriptedEngine("first")
    guarded = await opened(engine, cooldowns, clock)

    clock.now += cooldowns.breaker_policy[0]
    before = guarded.state
    completion = await guarded.complete(REQUEST)

    assert (CircuitState.HALF_OPEN, "first", CircuitState.CLOSED) == (before, completion.model, guarded.state)


async def test_a_trial_that_fails_means_a_longer_rest_at_once(
    cooldowns: ClockedCooldowns, clock: Clock
) -> None:
    engine = ScriptedEngine("first")
    guarded = await opened(engine, cooldowns, clock)
    engine.replies = [DOWN]

    for _ in range(6):
        clock.now += cooldowns.breaker_policy[-1]
        assert guarded.state == CircuitState.HALF_OPEN
        await failure_of(guarded)
        assert isinstance(await failure_of(guarded), CircuitOpen)

    assert engine.asked == 5 + 6
    for wanted, rest in zip([30, 60, 120, 240, 480, 600, 600], cooldowns.breaker_policy, strict=True):
        assert wanted <= rest <= wanted * 1.1


async def test_an_answer_makes_the_next_rest_a_short_one(cooldowns: ClockedCooldowns, clock: Clock) -> None:
    engine = ScriptedEngine("first")
    guarded = await opened(engine, cooldowns, clock)
    engine.replies = [DOWN, None, DOWN]

    for _ in range(2):
        clock.now += cooldowns.breaker_policy[-1]
        await asyncio.gather(guarded.complete(REQUEST), return_exceptions=True)
    for _ in range(5):
        await failure_of(guarded)

    assert 3 == len(cooldowns.breaker_policy)
    assert cooldowns.breaker_policy[2] <= 33


@pytest.mark.parametrize(("reply", "asked", "answered"), [(None, 20, 20), (DOWN, 1, 0)])
async def test_a_review_of_twenty_questions_waits_for_one_trial(
    cooldowns: ClockedCooldowns, clock: Clock, reply: Reply, asked: int, answered: int
) -> None:
    engine = ScriptedEngine("first")
    guarded = await opened(engine, cooldowns, clock)
    clock.now += cooldowns.breaker_policy[0]
    engine.replies, engine.asked, engine.arrived = [reply], 0, asyncio.Semaphore(0)
    engine.going.clear()

    review = asyncio.gather(*(guarded.complete(REQUEST) for _ in range(20)), return_exceptions=True)
    await engine.arrived.acquire()
    on_trial = engine.asked
    engine.going.set()
    answers = await review

    assert (1, asked) == (on_trial, engine.asked)
    assert answered == sum(not isinstance(answer, BaseException) for answer in answers)


async def test_the_other_process_tries_as_carefully_after_the_rest(
    cooldowns: ClockedCooldowns, clock: Clock
) -> None:
    await opened(ScriptedEngine("first"), cooldowns, clock)
    there = ScriptedEngine("first", DOWN)
    theirs = CircuitBreaker(there, cooldowns, clock=clock)
    await failure_of(theirs)

    clock.now += cooldowns.breaker_policy[0]
    for _ in range(3):
        await failure_of(theirs)

    assert (1, CircuitState.OPEN) == (there.asked, theirs.state)


async def test_what_was_asked_before_the_rest_makes_it_no_longer(
    cooldowns: ClockedCooldowns, clock: Clock
) -> None:
    engine = ScriptedEngine("first", DOWN)
    engine.going.clear()
    guarded = CircuitBreaker(engine, cooldowns, clock=clock)
    asked = [asyncio.create_task(guarded.complete(REQUEST)) for _ in range(20)]
    for _ in asked:
        await engine.arrived.acquire()

    engine.going.set()
    await asyncio.gather(*asked, return_exceptions=True)

    assert (20, 1) == (engine.asked, len(cooldowns.breaker_policy))


async def test_an_answer_from_before_the_rest_does_not_end_it(
    cooldowns: ClockedCooldowns, clock: Clock
) -> None:
    engine = ScriptedEngine("first", *[DOWN] * 5, None)
    engine.going.clear()
    guarded = CircuitBreaker(engine, cooldowns, clock=clock)
    asked = [asyncio.create_task(guarded.complete(REQUEST)) for _ in range(6)]
    for _ in asked:
        await engine.arrived.acquire()

    engine.going.set()
    await asyncio.gather(*asked, return_exceptions=True)

    assert guarded.state == CircuitState.OPEN
    assert isinstance(await failure_of(guarded), CircuitOpen)


@pytest.mark.parametrize("nothing", [CircuitOpen("no turn"), ValueError("a bug")])
async def test_what_says_nothing_about_the_model_counts_as_nothing(
    cooldowns: ClockedCooldowns, clock: Clock, nothing: Exception
) -> None:
    guarded = CircuitBreaker(ScriptedEngine("first", *[DOWN] * 4, nothing, DOWN), cooldowns, clock=clock)

    for _ in range(5):
        await asyncio.gather(guarded.complete(REQUEST), return_exceptions=True)
    before = guarded.state
    await failure_of(guarded)

    assert (CircuitState.CLOSED, CircuitState.OPEN) == (before, guarded.state)


async def _cancel_one(guarded: CircuitBreaker, engine: ScriptedEngine) -> None:
    engine.going.clear()
    engine.arrived = asyncio.Semaphore(0)
    task = asyncio.create_task(guarded.complete(REQUEST))
    await engine.arrived.acquire()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    engine.going.set()


async def test_a_question_that_is_cancelled_counts_as_nothing(
    cooldowns: ClockedCooldowns, clock: Clock
) -> None:
    engine = ScriptedEngine("first", DOWN)
    guarded = CircuitBreaker(engine, cooldowns, clock=clock)
    for _ in range(4):
        await failure_of(guarded)

    await _cancel_one(guarded, engine)
    before = guarded.state
    await failure_of(guarded)

    assert (CircuitState.CLOSED, CircuitState.OPEN) == (before, guarded.state)


async def test_a_trial_that_is_cancelled_leaves_room_for_the_next(
    cooldowns: ClockedCooldowns, clock: Clock
) -> None:
    engine = ScriptedEngine("first")
    guarded = await opened(engine, cooldowns, clock)
    clock.now += cooldowns.breaker_policy[0]

    await _cancel_one(guarded, engine)
    before = guarded.state
    await guarded.complete(REQUEST)

    assert (CircuitState.HALF_OPEN, CircuitState.CLOSED) == (before, guarded.state)
