"""A chat server in trouble: what one request is told, all keep; turns that processes take."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from bot.core.cooldowns import Cooldown, LocalCooldowns
from bot.core.errors import EngineFailure, Retry
from bot.core.llm.engine import Engine
from bot.core.llm.messages import Completion, Model
from bot.models.chat.backoff import BackoffPolicy
from bot.models.chat.engine import OpenAIEngine
from bot.models.circuit_breaker import CircuitBreaker, CircuitState
from bot.models.circuit_open import CircuitOpen
from bot.models.routing import Route
from bot.sandbox.openai_codec import OpenAICodec
from tests.models.scripted_engine import REQUEST, ScriptedEngine, failure_of
from tests.models.scripted_server import Reply, ScriptedServer, fails, hangs_up, says, sends

KEY = "key-of-the-operator"
QUICK = BackoffPolicy(first=0.001, longest=0.002, patience=5)
PACE = "model some-model pace"

Make = Callable[..., OpenAIEngine]


@pytest.fixture
async def engine(codec: OpenAICodec, server: ScriptedServer) -> AsyncIterator[Make]:
    made: list[OpenAIEngine] = []

    def make(**options: object) -> OpenAIEngine:
        model = Model(name="some-model", context=8192, answer=512)
        given: dict[str, object] = {"base_url": server.url, "key": KEY, "waits": QUICK, **options}
        made.append(OpenAIEngine(codec, model, **given))  # type: ignore[arg-type]  # a test's shorthand
        return made[-1]

    yield make
    for one in made:
        await one.aclose()


class HeldCooldowns(LocalCooldowns):
    """What is closed stays so for a moment more until `opened`; `looks` counts who found it closed."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.looks = asyncio.Semaphore(0)

    async def active(self, name: str) -> Cooldown | None:
        if name not in self.names:
            return None
        self.looks.release()
        return Cooldown(seconds=0.001, reason="slow down")

    async def start(self, name: str, seconds: float, reason: str) -> None:
        self.names.add(name)


async def _all(engine: Engine, count: int) -> list[Completion | BaseException]:
    return await asyncio.gather(*(engine.complete(REQUEST) for _ in range(count)), return_exceptions=True)


@pytest.mark.parametrize("processes", [1, 2])
@pytest.mark.parametrize("status", [429, 503])
async def test_what_one_request_is_told_all_keep(
    engine: Make, server: ScriptedServer, status: int, processes: int
) -> None:
    server.replies = [fails(status, "slow down", Retry_After="0.001"), says("{}")]
    cooldowns = HeldCooldowns()
    engines = [engine(cooldowns=cooldowns) for _ in range(processes)]

    told = asyncio.create_task(engines[0].complete(REQUEST))
    await cooldowns.looks.acquire()
    others = [asyncio.create_task(engines[-1].complete(REQUEST)) for _ in range(3)]
    for _ in range(20):
        await cooldowns.looks.acquire()
    meanwhile = len(server.bodies)
    cooldowns.names.clear()
    await asyncio.gather(told, *others)

    assert (1, 5) == (meanwhile, len(server.bodies))


async def test_a_long_wait_sends_nobody_else_into_the_wall(engine: Make, server: ScriptedServer) -> None:
    server.replies = [fails(429, "come back later", Retry_After="120")]

    failures = await _all(engine(concurrency=2), 20)

    afters = [failure.after or 0 for failure in failures if isinstance(failure, EngineFailure)]
    assert 20 == len(afters)
    assert all(110 < after <= 120 for after in afters)
    assert len(server.bodies) <= 2


async def test_a_wait_that_ends_after_the_time_of_a_request_is_left_to_the_queue(engine: Make) -> None:
    cooldowns = LocalCooldowns()
    await cooldowns.start(PACE, 4, "slow down")

    failure = await failure_of(engine(cooldowns=cooldowns, timeout=1))

    assert isinstance(failure, CircuitOpen)
    assert "slow down" in str(failure)


async def test_a_rest_is_not_waited_out_by_those_in_the_queue(engine: Make, server: ScriptedServer) -> None:
    cooldowns = LocalCooldowns()
    await cooldowns.start("model some-model", 4, "it is down")

    failure = await failure_of(engine(cooldowns=cooldowns))

    assert isinstance(failure, CircuitOpen)
    assert (str(failure), server.bodies) == ("some-model is paused after failures: it is down", [])


async def test_the_key_is_in_no_gate(engine: Make, server: ScriptedServer) -> None:
    server.replies = [fails(429, f"the key {KEY} is limited", Retry_After="120")]
    cooldowns = LocalCooldowns()

    await failure_of(CircuitBreaker(engine(cooldowns=cooldowns), cooldowns))

    reasons = [
        closed.reason for name in ("model some-model", PACE) if (closed := await cooldowns.active(name))
    ]
    assert 2 == len(reasons)
    assert all("is limited" in reason and KEY not in reason for reason in reasons)


async def test_a_long_wait_gives_the_model_its_rest_and_the_stand_in_the_work(
    engine: Make, server: ScriptedServer
) -> None:
    server.replies = [fails(429, "come back later", Retry_After="120")]
    cooldowns = LocalCooldowns()
    guarded = CircuitBreaker(engine(cooldowns=cooldowns), cooldowns)

    answers = [await Route([guarded, ScriptedEngine("second")]).complete(REQUEST) for _ in range(3)]

    assert ["second"] * 3 == [completion.model for _, completion in answers]
    assert (1, CircuitState.OPEN) == (len(server.bodies), guarded.state)


QUOTA = "You exceeded your current quota, please check your plan and billing details."


async def test_a_spent_account_gives_the_work_to_the_stand_in(engine: Make, server: ScriptedServer) -> None:
    spent = {"error": {"message": QUOTA, "type": "insufficient_quota", "code": "insufficient_quota"}}
    server.replies = [sends(spent, 429)]

    _, completion = await Route([engine(), ScriptedEngine("second")]).complete(REQUEST)

    assert ("second", 1) == (completion.model, len(server.bodies))


async def test_a_limit_per_minute_is_waited_out_in_the_same_words(
    engine: Make, server: ScriptedServer
) -> None:
    details = [{"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "0.01s"}]
    limited = {"error": {"code": 429, "message": QUOTA, "status": "RESOURCE_EXHAUSTED", "details": details}}
    server.replies = [sends([limited], 429), says("{}")]

    _, completion = await Route([engine(), ScriptedEngine("second")]).complete(REQUEST)

    assert ("m-1", 2) == (completion.model, len(server.bodies))


@pytest.mark.parametrize("trouble", [fails(503, "overloaded"), hangs_up])
async def test_a_dead_server_is_soon_left_alone(engine: Make, server: ScriptedServer, trouble: Reply) -> None:
    server.replies = [trouble]
    cooldowns = LocalCooldowns()

    answers = await _all(
        CircuitBreaker(engine(cooldowns=cooldowns, attempts=4, concurrency=4), cooldowns), 50
    )

    assert ["unavailable"] * 50 == [getattr(answer, "kind", None) for answer in answers]
    assert 5 * 4 <= len(server.bodies) <= (5 + 4) * 4


async def test_processes_take_turns(engine: Make, server: ScriptedServer) -> None:
    turns = asyncio.Semaphore(1)
    taken: list[int] = []

    @asynccontextmanager
    async def turn() -> AsyncIterator[None]:
        async with turns:
            taken.append(1)
            yield

    server.replies = [fails(503, "overloaded"), says("{}")]

    await asyncio.gather(*(_all(engine(turn=turn), 3) for _ in range(2)))

    assert (1, 7, 7) == (server.most, len(taken), len(server.bodies))


async def test_no_turn_no_question(engine: Make, server: ScriptedServer) -> None:
    @asynccontextmanager
    async def turn() -> AsyncIterator[None]:
        raise Retry("the database is away", after=7)
        yield

    failure = await failure_of(engine(turn=turn))

    assert (failure.kind, failure.after, server.bodies) == ("unavailable", 7, [])
    assert "the database is away" in str(failure)


async def test_a_turn_that_cannot_be_had_is_not_the_models_fault(engine: Make) -> None:
    @asynccontextmanager
    async def turn() -> AsyncIterator[None]:
        raise Retry("the database is away")
        yield

    guarded = CircuitBreaker(engine(turn=turn), LocalCooldowns())
    for _ in range(6):
        await failure_of(guarded)

    assert guarded.state == CircuitState.CLOSED


async def test_an_answer_outlives_a_turn_that_cannot_be_given_back(
    engine: Make, server: ScriptedServer
) -> None:
    @asynccontextmanager
    async def turn() -> AsyncIterator[None]:
        yield
        raise Retry("the database is away")

    server.replies = [says("{}")]

    assert (await engine(turn=turn).complete(REQUEST)).text == "{}"
    assert 1 == len(server.bodies)


async def test_a_turn_that_comes_when_all_were_told_to_wait_is_given_back(
    engine: Make, server: ScriptedServer
) -> None:
    cooldowns = LocalCooldowns()
    taken: list[int] = []

    @asynccontextmanager
    async def turn() -> AsyncIterator[None]:
        if not taken:
            await cooldowns.start(PACE, 0.05, "slow down")
        taken.append(len(server.bodies))
        yield

    server.replies = [says("{}")]

    await engine(cooldowns=cooldowns, turn=turn).complete(REQUEST)

    assert [0, 0] == taken
    assert 1 == len(server.bodies)
