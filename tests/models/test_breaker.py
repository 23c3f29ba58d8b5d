"""A model in trouble is given a rest; its stand-in answers, and it is tried again."""

import asyncio

import pytest

from bot.core.errors import EngineFailure
from bot.core.gates import LocalGates
from bot.models.breaker import Circuit, Guarded, Rests
from bot.models.rest import NotAsked
from bot.models.routing import Engine, Route
from tests.models.scripted_engine import DOWN, REQUEST, Clock, ClockedGates, Reply, ScriptedEngine

AN_HOUR = 3600.0


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def gates(clock: Clock) -> ClockedGates:
    return ClockedGates(clock)


async def _failure(engine: Engine) -> EngineFailure:
    with pytest.raises(EngineFailure) as caught:
        await engine.complete(REQUEST)
    return caught.value


async def _opened(engine: ScriptedEngine, gates: ClockedGates, clock: Clock) -> Guarded:
    """After five failures; from now on the model answers."""
    engine.replies = [DOWN] * 5 + [None]
    guarded = Guarded(engine, gates, clock=clock)
    for _ in range(5):
        await _failure(guarded)
    return guarded


async def test_after_five_failures_the_stand_in_answers_and_the_first_is_not_asked(
    gates: ClockedGates, clock: Clock
) -> None:
    first, second = ScriptedEngine("first", DOWN), ScriptedEngine("second")
    guarded = Guarded(first, gates, clock=clock)
    route = Route([guarded, Guarded(second, gates, clock=clock)])

    answers = [await route.complete(REQUEST) for _ in range(8)]

    assert ["second"] * 8 == [completion.model for _, completion in answers]
    assert (5, 8) == (first.asked, second.asked)
    assert guarded.state == Circuit.OPEN


async def test_without_a_stand_in_the_review_hears_when_to_come_back(
    gates: ClockedGates, clock: Clock
) -> None:
    route = Route([await _opened(ScriptedEngine("first"), gates, clock)])
    clock.now += 10

    with pytest.raises(EngineFailure) as caught:
        await route.complete(REQUEST)

    assert caught.value.kind == "unavailable"
    assert caught.value.after == pytest.approx(gates.rests[0] - 10)
    assert str(caught.value) == "first is given a rest: it is down"


@pytest.mark.parametrize("kind", [None, "context", "invalid", "refused", "unsupported"])
async def test_any_answer_shows_that_the_server_lives(
    gates: ClockedGates, clock: Clock, kind: str | None
) -> None:
    answer: Reply = EngineFailure(kind, "no") if kind else None
    engine = ScriptedEngine("first", *[DOWN] * 4, answer, *[DOWN] * 4, answer, DOWN)
    guarded = Guarded(engine, gates, clock=clock)

    for _ in range(10):
        await asyncio.gather(guarded.complete(REQUEST), return_exceptions=True)

    assert (Circuit.CLOSED, 10) == (guarded.state, engine.asked)


async def test_after_the_rest_one_that_works_ends_the_doubt(gates: ClockedGates, clock: Clock) -> None:
    engine = ScriptedEngine("first")
    guarded = await _opened(engine, gates, clock)

    clock.now += gates.rests[0]
    before = guarded.state
    completion = await guarded.complete(REQUEST)

    assert (Circuit.HALF_OPEN, "first", Circuit.CLOSED) == (before, completion.model, guarded.state)


async def test_a_trial_that_fails_means_a_longer_rest_at_once(gates: ClockedGates, clock: Clock) -> None:
    engine = ScriptedEngine("first")
    guarded = await _opened(engine, gates, clock)
    engine.replies = [DOWN]

    for _ in range(6):
        clock.now += gates.rests[-1]
        assert guarded.state == Circuit.HALF_OPEN
        await _failure(guarded)
        assert isinstance(await _failure(guarded), NotAsked)

    assert engine.asked == 5 + 6
    for wanted, rest in zip([30, 60, 120, 240, 480, 600, 600], gates.rests, strict=True):
        assert wanted <= rest <= wanted * 1.1


async def test_an_answer_makes_the_next_rest_a_short_one(gates: ClockedGates, clock: Clock) -> None:
    engine = ScriptedEngine("first")
    guarded = await _opened(engine, gates, clock)
    engine.replies = [DOWN, None, DOWN]

    for _ in range(2):
        clock.now += gates.rests[-1]
        await asyncio.gather(guarded.complete(REQUEST), return_exceptions=True)
    for _ in range(5):
        await _failure(guarded)

    assert 3 == len(gates.rests)
    assert gates.rests[2] <= 33


@pytest.mark.parametrize(("reply", "asked", "answered"), [(None, 20, 20), (DOWN, 1, 0)])
async def test_a_review_of_twenty_questions_waits_for_one_trial(
    gates: ClockedGates, clock: Clock, reply: Reply, asked: int, answered: int
) -> None:
    engine = ScriptedEngine("first")
    guarded = await _opened(engine, gates, clock)
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


async def test_what_one_process_learns_the_other_keeps() -> None:
    shared = LocalGates()
    here, there = ScriptedEngine("first", DOWN), ScriptedEngine("first")
    ours, theirs = Guarded(here, shared), Guarded(there, shared)

    for _ in range(5):
        await _failure(ours)
    failure = await _failure(theirs)

    assert isinstance(failure, NotAsked)
    assert (0, Circuit.OPEN) == (there.asked, theirs.state)
    assert str(failure) == "first is given a rest: it is down"


async def test_the_other_process_tries_as_carefully_after_the_rest(gates: ClockedGates, clock: Clock) -> None:
    await _opened(ScriptedEngine("first"), gates, clock)
    there = ScriptedEngine("first", DOWN)
    theirs = Guarded(there, gates, clock=clock)
    await _failure(theirs)

    clock.now += gates.rests[0]
    for _ in range(3):
        await _failure(theirs)

    assert (1, Circuit.OPEN) == (there.asked, theirs.state)


async def test_a_model_is_not_given_the_rest_of_another(gates: ClockedGates, clock: Clock) -> None:
    await _opened(ScriptedEngine("first"), gates, clock)

    completion = await Guarded(ScriptedEngine("second"), gates, clock=clock).complete(REQUEST)

    assert completion.model == "second"


async def test_a_rest_ends_by_the_time_of_this_world() -> None:
    engine = ScriptedEngine("first", DOWN, None)
    guarded = Guarded(engine, LocalGates(), rests=Rests(threshold=1, first=0.02))

    await _failure(guarded)
    await asyncio.sleep(0.05)

    assert (await guarded.complete(REQUEST)).model == "first"


async def test_a_long_wait_that_is_named_is_kept_to_from_the_first_time_on(
    gates: ClockedGates, clock: Clock
) -> None:
    engine = ScriptedEngine("first", EngineFailure("unavailable", "the day's quota is spent", AN_HOUR), None)
    guarded = Guarded(engine, gates, clock=clock)

    await _failure(guarded)
    refused = await _failure(guarded)
    clock.now += AN_HOUR

    assert (AN_HOUR, "first is given a rest: the day's quota is spent") == (refused.after, str(refused))
    assert (await guarded.complete(REQUEST)).model == "first"
    assert engine.asked == 2


async def test_a_short_wait_that_is_named_is_a_failure_like_others(gates: ClockedGates, clock: Clock) -> None:
    engine = ScriptedEngine("first", EngineFailure("unavailable", "slow down", 30))
    guarded = Guarded(engine, gates, clock=clock)

    for _ in range(4):
        await _failure(guarded)

    assert guarded.state == Circuit.CLOSED


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
    assert isinstance(await _failure(guarded), NotAsked)


@pytest.mark.parametrize("nothing", [NotAsked("no turn"), ValueError("a bug")])
async def test_what_says_nothing_about_the_model_counts_as_nothing(
    gates: ClockedGates, clock: Clock, nothing: Exception
) -> None:
    guarded = Guarded(ScriptedEngine("first", *[DOWN] * 4, nothing, DOWN), gates, clock=clock)

    for _ in range(5):
        await asyncio.gather(guarded.complete(REQUEST), return_exceptions=True)
    before = guarded.state
    await _failure(guarded)

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
        await _failure(guarded)

    await _cancel_one(guarded, engine)
    before = guarded.state
    await _failure(guarded)

    assert (Circuit.CLOSED, Circuit.OPEN) == (before, guarded.state)


async def test_a_trial_that_is_cancelled_leaves_room_for_the_next(gates: ClockedGates, clock: Clock) -> None:
    engine = ScriptedEngine("first")
    guarded = await _opened(engine, gates, clock)
    clock.now += gates.rests[0]

    await _cancel_one(guarded, engine)
    before = guarded.state
    await guarded.complete(REQUEST)

    assert (Circuit.HALF_OPEN, Circuit.CLOSED) == (before, guarded.state)


def test_the_guarded_engine_is_the_engine_in_all_else(gates: ClockedGates) -> None:
    engine = ScriptedEngine("first")
    guarded = Guarded(engine, gates)

    assert (engine.model, engine.local, 3) == (guarded.model, guarded.local, guarded.count("abc"))
