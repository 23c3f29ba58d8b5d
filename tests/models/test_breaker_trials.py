"""After a rest a model is tried again, by one request; what counts as a trial, and what says nothing."""

import asyncio

import pytest

from bot.models.breaker import Circuit, Guarded
from bot.models.rest import NotAsked
from tests.models.scripted_engine import (
    DOWN,
    REQUEST,
    Clock,
    ClockedGates,
    Reply,
    ScriptedEngine,
    failure_of,
    opened,
)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def gates(clock: Clock) -> ClockedGates:
    return ClockedGates(clock)


async def test_after_the_rest_one_that_works_ends_the_doubt(gates: ClockedGates, clock: Clock) -> None:
    engine = ScriptedEngine("first")
    guarded = await opened(engine, gates, clock)

    clock.now += gates.rests[0]
    before = guarded.state
    completion = await guarded.complete(REQUEST)

    assert (Circuit.HALF_OPEN, "first", Circuit.CLOSED) == (before, completion.model, guarded.state)


async def test_a_trial_that_fails_means_a_longer_rest_at_once(gates: ClockedGates, clock: Clock) -> None:
    engine = ScriptedEngine("first")
    guarded = await opened(engine, gates, clock)
    engine.replies = [DOWN]

    for _ in range(6):
        clock.now += gates.rests[-1]
        assert guarded.state == Circuit.HALF_OPEN
        await failure_of(guarded)
        assert isinstance(await failure_of(guarded), NotAsked)

    assert engine.asked == 5 + 6
    for wanted, rest in zip([30, 60, 120, 240, 480, 600, 600], gates.rests, strict=True):
        assert wanted <= rest <= wanted * 1.1


async def test_an_answer_makes_the_next_rest_a_short_one(gates: ClockedGates, clock: Clock) -> None:
    engine = ScriptedEngine("first")
    guarded = await opened(engine, gates, clock)
    engine.replies = [DOWN, None, DOWN]

    for _ in range(2):
        clock.now += gates.rests[-1]
        await asyncio.gather(guarded.complete(REQUEST), return_exceptions=True)
    for _ in range(5):
        await failure_of(guarded)

    assert 3 == len(gates.rests)
    assert gates.rests[2] <= 33


@pytest.mark.parametrize(("reply", "asked", "answered"), [(None, 20, 20), (DOWN, 1, 0)])
async def test_a_review_of_twenty_questions_waits_for_one_trial(
    gates: ClockedGates, clock: Clock, reply: Reply, asked: int, answered: int
) -> None:
    engine = ScriptedEngine("first")
    guarded = await opened(engine, gates, clock)
    clock.now += gates.rests[0]
    engine.replies, engine.asked, engine.arrived = [reply], 0, asyncio.Semaphore(0)
    engine.going.clear()

    review = asyncio.gather(*(guarded.complete(REQUEST) for _ in range(20)), return_exceptions=True)
    await engine.arrived.acquire()
    on_trial = engine.asked
    engine.going.set()
    answers = await review

    assert (1, asked) == (on_trial, engine.asked)
    assert answered == sum(not isinstance(answer, BaseException) for answer in answers)


async def test_the_other_process_tries_as_carefully_after_the_rest(gates: ClockedGates, clock: Clock) -> None:
    await opened(ScriptedEngine("first"), gates, clock)
    there = ScriptedEngine("first", DOWN)
    theirs = Guarded(there, gates, clock=clock)
    await failure_of(theirs)

    clock.now += gates.rests[0]
    for _ in range(3):
        await failure_of(theirs)

    assert (1, Circuit.OPEN) == (there.asked, theirs.state)


async def test_what_was_asked_before_the_rest_makes_it_no_longer(gates: ClockedGates, clock: Clock) -> None:
    engine = ScriptedEngine("first", DOWN)
    engine.going.clear()
    guarded = Guarded(engine, gates, clock=clock)
    asked = [asyncio.create_task(guarded.complete(REQUEST)) for _ in range(20)]
    for _ in asked:
        await engine.arrived.acquire()

    engine.going.set()
    await asyncio.gather(*asked, return_exceptions=True)

    assert (20, 1) == (engine.asked, len(gates.rests))


async def test_an_answer_from_before_the_rest_does_not_end_it(gates: ClockedGates, clock: Clock) -> None:
    engine = ScriptedEngine("first", *[DOWN] * 5, None)
    engine.going.clear()
    guarded = Guarded(engine, gates, clock=clock)
    asked = [asyncio.create_task(guarded.complete(REQUEST)) for _ in range(6)]
    for _ in asked:
        await engine.arrived.acquire()

    engine.going.set()
    await asyncio.gather(*asked, return_exceptions=True)

    assert guarded.state == Circuit.OPEN
    assert isinstance(await failure_of(guarded), NotAsked)


@pytest.mark.parametrize("nothing", [NotAsked("no turn"), ValueError("a bug")])
async def test_what_says_nothing_about_the_model_counts_as_nothing(
    gates: ClockedGates, clock: Clock, nothing: Exception
) -> None:
    guarded = Guarded(ScriptedEngine("first", *[DOWN] * 4, nothing, DOWN), gates, clock=clock)

    for _ in range(5):
        await asyncio.gather(guarded.complete(REQUEST), return_exceptions=True)
    before = guarded.state
    await failure_of(guarded)

    assert (Circuit.CLOSED, Circuit.OPEN) == (before, guarded.state)


async def _cancel_one(guarded: Guarded, engine: ScriptedEngine) -> None:
    engine.going.clear()
    engine.arrived = asyncio.Semaphore(0)
    task = asyncio.create_task(guarded.complete(REQUEST))
    await engine.arrived.acquire()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    engine.going.set()


async def test_a_question_that_is_cancelled_counts_as_nothing(gates: ClockedGates, clock: Clock) -> None:
    engine = ScriptedEngine("first", DOWN)
    guarded = Guarded(engine, gates, clock=clock)
    for _ in range(4):
        await failure_of(guarded)

    await _cancel_one(guarded, engine)
    before = guarded.state
    await failure_of(guarded)

    assert (Circuit.CLOSED, Circuit.OPEN) == (before, guarded.state)


async def test_a_trial_that_is_cancelled_leaves_room_for_the_next(gates: ClockedGates, clock: Clock) -> None:
    engine = ScriptedEngine("first")
    guarded = await opened(engine, gates, clock)
    clock.now += gates.rests[0]

    await _cancel_one(guarded, engine)
    before = guarded.state
    await guarded.complete(REQUEST)

    assert (Circuit.HALF_OPEN, Circuit.CLOSED) == (before, guarded.state)
