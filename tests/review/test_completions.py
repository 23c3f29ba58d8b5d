"""Requests within a budget: admitted in order, never beyond the limits, paid for once."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.change import PullRef
from bot.core.errors import DatabaseError, EngineFailure, Retry
from bot.core.jobs import JobState
from bot.core.llm.budget import InMemoryLedger, Payment, Spending, TokenLimits
from bot.core.llm.messages import Completion, Finish, Message, Model, Request, Role, Usage
from bot.core.review import ReviewSettings
from bot.models.routing import Route
from bot.review.produce import token_budget
from bot.review.produce.completions import PER_MESSAGE, PER_REQUEST, Completions
from bot.review.produce.options import ReviewOptions
from bot.review.produce.token_budget import NOWHERE, FifoTurnstile, spent

PULL = PullRef(repository="acme/shop", number=1)
AROUND = PER_MESSAGE + PER_REQUEST
COST = 100
Taken = Callable[[Request], int]


def request(name: str, cost: int = COST, spare: int = 0) -> Request:
    """A request that costs at most `cost` tokens, ten of them for the answer."""
    text = name.ljust(cost - AROUND - 10, ".")
    return Request(id=name, messages=(Message(role=Role.USER, text=text),), answer=10, spare=spare)


def most(asked: Request) -> int:
    return len(asked.messages[0].text) + AROUND + asked.answer


class Engine:
    """Answers at the cost `taken`, but not while `going` is clear."""

    kind = "openai"
    local = True
    model = Model(name="m", context=8192, answer=1024)

    def __init__(self, taken: Taken = most, failures: Sequence[str] = ()) -> None:
        self.taken = taken
        self.failures = failures
        self.asked: list[str] = []
        self.going = asyncio.Event()
        self.going.set()
        self.arrived = asyncio.Semaphore(0)

    def count(self, text: str) -> int:
        return len(text)

    async def complete(self, request: Request) -> Completion:
        self.asked.append(request.id)
        self.arrived.release()
        await self.going.wait()
        await asyncio.sleep(0)
        if request.id in self.failures:
            raise EngineFailure("refused", "no")
        usage = Usage(prompt=self.taken(request) - 1, answer=1)
        return Completion(text="{}", finish=Finish.STOP, usage=usage, model="m")


class Memory:
    """A journal that charges a token ledger, like the database."""

    def __init__(self) -> None:
        self.known: dict[str, Completion] = {}
        self.ledger = InMemoryLedger()
        self.error: Exception | None = None

    async def get(self, key: str) -> Completion | None:
        await asyncio.sleep(0)
        return self.known.get(key)

    async def put(
        self, key: str, completion: Completion, pull: PullRef | None, paid: Payment | None = None
    ) -> None:
        if self.error:
            raise self.error
        self.known.setdefault(key, completion)
        pull = pull or NOWHERE
        assert paid
        self.ledger.pay(pull, completion.usage.tokens, paid)

    async def spent(self, job: str = "1") -> int:
        return (await self.ledger.spending(PULL, job)).review


class Meter:
    """Remembers the failures."""

    def __init__(self) -> None:
        self.failures: list[str] = []

    def job(self, state: JobState) -> None: ...

    def review(self, seconds: float) -> None: ...

    def tokens(self, model: str, usage: Usage) -> None: ...

    def reused(self, model: str) -> None: ...

    def failure(self, model: str, kind: str) -> None:
        self.failures.append(kind)


def answers(
    engine: Engine, memory: Memory, limits: TokenLimits | None = None, **options: object
) -> Completions:
    values = {
        "settings": ReviewSettings(model=None, templates=()),
        "limits": limits or TokenLimits(),
        "job": "1",
    }
    made = ReviewOptions.model_validate(values | options)
    return Completions(Route([engine]), memory, memory.ledger, Meter(), options=made, pull=PULL)


async def told(asking: Completions, *requests: Request) -> list[str]:
    """The failure kinds of all concurrent requests; empty for an answered one."""
    found = await asyncio.gather(*map(asking.complete, requests), return_exceptions=True)
    assert all(isinstance(one, Completion | EngineFailure) for one in found)
    return [one.kind if isinstance(one, EngineFailure) else "" for one in found]


async def test_questions_are_let_through_in_their_order_as_far_as_the_budget_goes() -> None:
    engine, memory = Engine(), Memory()
    asking = answers(engine, memory, TokenLimits(review=3 * COST + 50))

    assert ["", "", "", "budget", "budget"] == await told(asking, *(request(name) for name in "abcde"))
    assert ["a", "b", "c"] == engine.asked
    assert 3 * COST == await memory.spent()


async def test_what_was_set_aside_and_not_taken_pays_for_more() -> None:
    """Each may cost 100 and costs 30: ten of them fit into 350, though three at once."""
    engine, memory = Engine(taken=lambda _: 30), Memory()
    asking = answers(engine, memory, TokenLimits(review=350))

    assert [""] * 9 + ["budget"] * 3 == await told(asking, *(request(name) for name in "abcdefghijkl"))
    assert list("abcdefghi") == engine.asked
    assert 270 == await memory.spent()


async def test_a_small_question_goes_where_a_large_one_before_it_cannot() -> None:
    engine, memory = Engine(), Memory()
    asking = answers(engine, memory, TokenLimits(review=250))

    kinds = await told(asking, request("a"), request("large", 200), request("c"))

    assert ["", "budget", ""] == kinds
    assert ["a", "c"] == engine.asked


async def test_tokens_are_spared_for_what_comes_after() -> None:
    asking = answers(Engine(), Memory(), TokenLimits(review=300, pull=300))

    assert ["", "", "budget"] == await told(asking, *(request(name, spare=100) for name in "abc"))
    assert [""] == await told(asking, request("summary"))
    assert ["budget"] == await told(asking, request("d", spare=400))


async def test_tokens_to_spare_are_the_reviews_own() -> None:
    """The other limits apply to requests."""
    asking = answers(Engine(), Memory(), TokenLimits(pull=100))

    assert [""] == await told(asking, request("a", spare=5000))


async def test_a_question_that_failed_costs_nothing() -> None:
    memory = Memory()
    asking = answers(Engine(failures=["a"]), memory, TokenLimits(review=COST))

    assert ["refused", ""] == await told(asking, request("a"), request("b"))
    assert COST == await memory.spent()


async def test_a_known_answer_is_free_and_nobody_waits_behind_it() -> None:
    engine, memory = Engine(), Memory()
    await told(answers(engine, memory), request("a"), request("c"))
    asking = answers(engine, memory, TokenLimits(review=COST), job="2")

    assert ["", "", "", "budget"] == await told(asking, *(request(name) for name in "abcd"))
    assert ["a", "c", "b"] == engine.asked
    assert (2, COST) == (asking.tally.reused, await memory.spent("2"))


async def test_a_job_that_runs_again_counts_what_it_spent_before() -> None:
    engine, memory = Engine(), Memory()
    await told(answers(engine, memory, TokenLimits(review=250)), request("a"))
    again = answers(engine, memory, TokenLimits(review=250))

    assert ["", "", "budget"] == await told(again, *(request(name) for name in "abc"))


async def test_without_limits_is_counted_as_well() -> None:
    memory = Memory()
    await told(answers(Engine(taken=lambda _: 7), memory), *(request(name) for name in "abc"))

    assert Spending(review=21, pull=21, repository=21, month=21) == await memory.ledger.spending(PULL, "1")


async def test_a_fresh_review_finds_its_own_answers_and_no_others() -> None:
    engine, memory = Engine(), Memory()
    await told(answers(engine, memory), request("a"))
    await told(answers(engine, memory, fresh=True, job="2"), request("a"))
    await told(answers(engine, memory, fresh=True, job="2"), request("a"))
    await told(answers(engine, memory, job="3"), request("a"))

    assert ["a", "a"] == engine.asked


async def test_a_review_sets_no_more_aside_than_it_can_ask_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(token_budget, "MOST", 2)
    engine, memory = Engine(), Memory()
    engine.going.clear()
    asking = answers(engine, memory, TokenLimits(month=10_000))
    running = asyncio.create_task(told(asking, *(request(name) for name in "abcd")))
    for _ in range(2):
        await engine.arrived.acquire()
    set_aside = await memory.ledger.reserve(PULL, "other", TokenLimits(month=10_000), 10_000 - 2 * COST)
    await memory.ledger.settle(int(set_aside), 0)
    engine.going.set()

    assert [""] * 4 == await running


async def test_what_is_cancelled_gives_its_place_and_its_tokens_back() -> None:
    engine, memory = Engine(), Memory()
    engine.going.clear()
    asking = answers(engine, memory, TokenLimits(review=COST))
    first = asyncio.create_task(asking.complete(request("a")))
    second = asyncio.create_task(asking.complete(request("b")))
    await engine.arrived.acquire()
    first.cancel()
    await asyncio.gather(first, return_exceptions=True)
    engine.going.set()

    assert "m" == (await second).model
    assert COST == await memory.spent()


async def test_a_database_that_is_away_ends_the_question() -> None:
    memory = Memory()
    memory.error = Retry("database bot is away")

    with pytest.raises(Retry):
        await answers(Engine(), memory, TokenLimits(review=COST)).complete(request("a"))


async def test_an_answer_that_the_database_will_never_take_is_used_all_the_same() -> None:
    """It was paid for."""
    memory = Memory()
    memory.error = DatabaseError("database bot rejects it: NumericValueOutOfRange: integer out of range")
    asking = answers(Engine(), memory)

    assert "{}" == (await asking.complete(request("a"))).text
    assert 1 == asking.tally.asked


@pytest.mark.parametrize(
    ("scope", "told"),
    [
        (
            "review",
            "the budget of this review is spent (200,000 tokens); `/review continue` reviews the rest",
        ),
        ("pull", "the budget of this pull request is spent (200,000 tokens)"),
        (
            "repository",
            "this repository's budget for this month is spent (200,000 tokens); it renews on 1 December",
        ),
        (
            "month",
            "the server's budget for this month is spent (200,000 tokens); it renews on 1 December",
        ),
    ],
)
def test_a_spent_budget_is_named(scope: str, told: str) -> None:
    limits = TokenLimits().model_copy(update={scope: 200_000})

    assert told == spent(scope, limits, datetime(2026, 11, 30, 23, tzinfo=UTC))


def test_after_december_comes_january() -> None:
    assert spent("month", TokenLimits(month=1), datetime(2026, 12, 31, tzinfo=UTC)).endswith("on 1 January")


Asked = st.tuples(st.integers(90, 400), st.integers(1, 100), st.integers(0, 300), st.booleans())


@given(asked=st.lists(Asked, max_size=12), limit=st.integers(1, 1500), at_once=st.integers(1, 4))
def test_no_limit_is_ever_exceeded(asked: list[tuple[int, int, int, bool]], limit: int, at_once: int) -> None:
    """For any cost within the maximum, also with other requests of the same pull request in progress."""

    async def play() -> None:
        shares = {str(at): share for at, (_, share, _, _) in enumerate(asked)}
        engine = Engine(
            taken=lambda one: max(1, most(one) * shares[one.id] // 100),
            failures=[str(at) for at, (*_, fails) in enumerate(asked) if fails],
        )
        memory, limits = Memory(), TokenLimits(review=limit, pull=limit + limit // 2)
        reviews = [answers(engine, memory, limits, job=str(job), fresh=True) for job in range(at_once)]
        requests = [request(str(at), cost, spare) for at, (cost, _, spare, _) in enumerate(asked)]
        kinds = await asyncio.gather(*(told(review, *requests) for review in reviews))
        for job, found in enumerate(kinds):
            spending = await memory.ledger.spending(PULL, str(job))
            assert spending.review <= limit
            assert spending.pull <= limit + limit // 2
            assert len(found) == len(requests)

    asyncio.run(play())


@given(st.lists(st.integers(0, 3), max_size=20))
def test_a_line_is_left_from_anywhere_and_nobody_overtakes(pauses: list[int]) -> None:
    async def play() -> list[int]:
        line, came = FifoTurnstile(), []

        async def stand(place: int, pause: int) -> None:
            try:
                if pause:
                    for _ in range(pause):
                        await asyncio.sleep(0)
                    await line.front(place)
                    came.append(place)
            finally:
                line.leave(place)

        await asyncio.gather(*(stand(line.join(), pause) for pause in pauses))
        return came

    assert [place for place, pause in enumerate(pauses) if pause] == asyncio.run(play())
