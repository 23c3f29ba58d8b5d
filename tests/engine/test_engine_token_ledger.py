"""Tokens are counted across all processes, and none exceeds a limit."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.change import PullRef
from bot.core.llm.budget import Payment, Spending, TokenLimits
from bot.core.llm.messages import Completion, Finish, Usage
from bot.engine import RetentionLimits, Store, connect
from tests.engine.conftest import HandClock

PULL = PullRef(repository="octo/spoon", number=7, installation=5)
SAME_REPOSITORY = PullRef(repository="octo/spoon", number=77)
ELSEWHERE = PullRef(repository="octo/fork", number=7)
NO_LIMITS = TokenLimits()


async def paid(store: Store, tokens: int, pull: PullRef = PULL, job: str = "1") -> None:
    number = await store.ledger.reserve(pull, job, NO_LIMITS, tokens)
    assert isinstance(number, int)
    await store.ledger.settle(number, tokens)


def completion(tokens: int) -> Completion:
    usage = Usage(prompt=tokens - 1, answer=1)
    return Completion(text="fine", finish=Finish.STOP, usage=usage, model="gpt-5-mini")


async def test_tokens_are_summed_in_four_scopes(store: Store) -> None:
    await paid(store, 1000)
    await paid(store, 200, job="2")
    await paid(store, 30, SAME_REPOSITORY)
    await paid(store, 4, ELSEWHERE)

    spending = await store.ledger.spending(PULL, "1")

    assert Spending(review=1000, pull=1200, repository=1230, month=1234) == spending


async def test_sums_go_beyond_32_bits(store: Store) -> None:
    """Each is a server's own count, which can be any number."""
    for job in ("1", "1", "2"):
        await paid(store, 2**33, job=job)
    await store.journal.put("key", completion(2**40), PULL, Payment(job="3"))

    spending = await store.ledger.spending(PULL, "1")

    assert (2**34, 3 * 2**33 + 2**40) == (spending.review, spending.month)
    assert "month" == await store.ledger.reserve(PULL, "4", TokenLimits(month=2**41), 2**41)
    assert isinstance(await store.ledger.reserve(PULL, "4", TokenLimits(month=2**62), 2**61), int)


async def test_a_pull_request_s_sums_last_longer_than_a_month(store: Store, clock: HandClock) -> None:
    await paid(store, 100)
    clock.pass_by(31 * 24 * 3600)
    await paid(store, 1, job="2")

    assert Spending(review=1, pull=101, repository=1, month=1) == await store.ledger.spending(PULL, "2")
    assert Spending(review=100, pull=101, repository=1, month=1) == await store.ledger.spending(PULL, "1")


async def test_what_is_counted_is_there_after_a_restart(url: str) -> None:
    async with await connect(url) as store:
        await paid(store, 100)

    async with await connect(url) as store:
        assert 100 == (await store.ledger.spending(PULL, "1")).month


async def test_the_scope_whose_limit_is_in_the_way_is_named(store: Store) -> None:
    await paid(store, 100)

    for scope in Spending.model_fields:
        limits = TokenLimits().model_copy(update={scope: 110})
        assert scope == await store.ledger.reserve(PULL, "1", limits, 11)
        assert isinstance(await store.ledger.reserve(PULL, "1", limits, 1), int)
    assert 100 == (await store.ledger.spending(PULL, "1")).review


async def test_what_is_set_aside_counts_until_it_is_settled(store: Store) -> None:
    limits = TokenLimits(month=100)
    first = await store.ledger.reserve(PULL, "1", limits, 60)
    assert "month" == await store.ledger.reserve(ELSEWHERE, "2", limits, 60)
    await store.ledger.settle(int(first), 40)

    assert isinstance(await store.ledger.reserve(ELSEWHERE, "2", limits, 60), int)
    assert 40 == (await store.ledger.spending(PULL, "1")).month


async def test_what_a_dead_process_had_set_aside_lapses(store: Store, clock: HandClock) -> None:
    limits = TokenLimits(review=100)
    await store.ledger.reserve(PULL, "1", limits, 60)
    clock.pass_by(29 * 60)
    assert "review" == await store.ledger.reserve(PULL, "1", limits, 60)
    clock.pass_by(2 * 60)

    assert isinstance(await store.ledger.reserve(PULL, "1", limits, 60), int)


async def test_a_late_answer_is_paid_for_all_the_same(store: Store, clock: HandClock) -> None:
    number = await store.ledger.reserve(PULL, "1", TokenLimits(review=100), 60)
    clock.pass_by(31 * 60)
    await store.ledger.settle(int(number), 50)

    assert 50 == (await store.ledger.spending(PULL, "1")).review


async def test_a_question_is_paid_for_once(store: Store) -> None:
    number = int(await store.ledger.reserve(PULL, "1", TokenLimits(review=100), 60))
    for _ in range(2):
        await store.ledger.settle(number, 50)

    assert 50 == (await store.ledger.spending(PULL, "1")).review


async def test_an_answer_is_kept_and_paid_for_at_once(store: Store) -> None:
    number = int(await store.ledger.reserve(PULL, "1", TokenLimits(review=100), 60))
    await store.journal.put("k" * 64, completion(45), PULL, Payment(job="1", reservation=number))
    await store.ledger.settle(number, 60)

    assert 45 == (await store.ledger.spending(PULL, "1")).review
    assert isinstance(await store.ledger.reserve(PULL, "1", TokenLimits(review=100), 55), int)


async def test_an_answer_without_limits_is_counted_as_well(store: Store) -> None:
    for name in "ab":
        await store.journal.put(name * 64, completion(45), PULL, Payment(job="1"))

    assert 90 == (await store.ledger.spending(PULL, "1")).month


async def test_two_processes_never_spend_the_same_tokens(url: str) -> None:
    """Each request reserves 30 and costs 30, in either of two processes: three of them fit into 100."""
    limits = TokenLimits(repository=100)
    async with await connect(url) as one, await connect(url) as other:

        async def ask(store: Store, job: str) -> bool:
            number = await store.ledger.reserve(PULL, job, limits, 30)
            if isinstance(number, str):
                return False
            await asyncio.sleep(0)
            await store.ledger.settle(number, 30)
            return True

        asked = await asyncio.gather(*(ask(store, str(job)) for store in (one, other) for job in range(20)))
        spending = await one.ledger.spending(PULL, "0")

    assert (3, 90) == (sum(asked), spending.repository)


async def test_old_sums_are_forgotten_and_the_rest_is_kept(store: Store, clock: HandClock) -> None:
    await paid(store, 100)
    await store.ledger.reserve(PULL, "1", NO_LIMITS, 5)
    clock.pass_by(65 * 24 * 3600)
    await paid(store, 10, job="2")
    await store.ledger.reserve(PULL, "2", NO_LIMITS, 5)
    forgotten = await store.retention.prune(RetentionLimits(reviews=timedelta(days=30)))

    assert {"spendings": 1, "months": 2, "reservations": 1} == forgotten
    assert 10 == (await store.ledger.spending(PULL, "2")).pull


Step = st.tuples(
    st.integers(0, 2),  # whose review
    st.integers(1, 120),  # tokens that a question may cost
    st.integers(0, 100),  # percent of it that it costs
    st.booleans(),  # whether it is answered before the next one is asked
)


@settings(max_examples=40, deadline=None)
@given(st.lists(Step, max_size=25), st.integers(1, 300), st.integers(1, 300))
def test_no_limit_is_ever_exceeded(steps: list[tuple[int, int, int, bool]], review: int, month: int) -> None:
    limits = TokenLimits(review=review, pull=review + 50, repository=month, month=month + 20)
    pulls = [PULL, PULL, SAME_REPOSITORY]

    async def play(directory: str) -> None:
        clock = HandClock()
        clock.now = datetime(2026, 3, 1, tzinfo=UTC)
        open_: list[tuple[int, int]] = []
        async with await connect(f"sqlite:///{Path(directory) / 'bot.db'}", clock) as store:
            for whose, tokens, percent, at_once in steps:
                number = await store.ledger.reserve(pulls[whose], str(whose), limits, tokens)
                if isinstance(number, int):
                    open_.append((number, tokens * percent // 100))
                while at_once and open_:
                    await store.ledger.settle(*open_.pop())
            for number, cost in open_:
                await store.ledger.settle(number, cost)
            for whose, pull in enumerate(pulls):
                spending = await store.ledger.spending(pull, str(whose))
                assert spending.spent(limits, 0) is None

    with TemporaryDirectory() as directory:
        asyncio.run(play(directory))
