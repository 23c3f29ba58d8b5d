"""State shared by processes through the database. Two stores simulate two processes."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest
from sqlalchemy import text

from bot.engine import Store, connect
from bot.engine.shared import cooldowns as gates_module
from bot.engine.shared import semaphores as permits_module
from tests.engine.conftest import HandClock

GONE: set[str] = set()


@pytest.fixture
async def pair(url: str, clock: HandClock) -> AsyncIterator[tuple[Store, Store]]:
    GONE.clear()
    async with AsyncExitStack() as stack:
        stores = [
            await stack.enter_async_context(
                await connect(url, clock, holder=name, is_gone=lambda name: name in GONE)
            )
            for name in ("one", "two")
        ]
        yield stores[0], stores[1]


async def test_a_lease_is_one_process_alone_until_it_lapses(
    pair: tuple[Store, Store], clock: HandClock
) -> None:
    one, two = pair
    assert await one.leases.acquire("dispatcher", 30)
    assert not await two.leases.acquire("dispatcher", 30)
    assert await two.leases.acquire("prune", 30)

    clock.pass_by(20)
    assert await one.leases.acquire("dispatcher", 30)
    clock.pass_by(29)
    assert not await two.leases.acquire("dispatcher", 30)
    clock.pass_by(2)

    assert await two.leases.acquire("dispatcher", 30)
    assert not await one.leases.acquire("dispatcher", 30)


async def test_a_lease_is_free_at_once_when_it_is_given_back_or_its_process_is_gone(
    pair: tuple[Store, Store],
) -> None:
    one, two = pair
    await one.leases.acquire("dispatcher", 30)
    await two.leases.release("dispatcher")  # it is not its own
    assert not await two.leases.acquire("dispatcher", 30)
    await one.leases.release("dispatcher")
    assert await two.leases.acquire("dispatcher", 30)
    GONE.add("two")

    assert await one.leases.acquire("dispatcher", 30)


async def test_of_many_that_want_a_lease_at_once_one_gets_it(url: str, clock: HandClock) -> None:
    async with AsyncExitStack() as stack:
        stores = [
            await stack.enter_async_context(await connect(url, clock, holder=str(number)))
            for number in range(5)
        ]
        taken = await asyncio.gather(*(store.leases.acquire("dispatcher", 30) for store in stores))

    assert 1 == sum(taken)


async def test_a_gate_that_one_closes_is_closed_for_the_other(
    pair: tuple[Store, Store], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gates_module, "FRESH", 0)
    one, two = pair
    assert await two.cooldowns.active("github app") is None

    await one.cooldowns.start("github app", 60, "rate limit")

    for store in pair:
        closed = await store.cooldowns.active("github app")
        assert closed
        assert "rate limit" == closed.reason
        assert 0 < closed.seconds <= 60
    assert await two.cooldowns.active("model m") is None


async def test_a_longer_wait_is_not_shortened(
    pair: tuple[Store, Store], clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gates_module, "FRESH", 0)
    one, two = pair
    await one.cooldowns.start("github app", 600, "for long")
    await two.cooldowns.start("github app", 5, "for short")
    clock.pass_by(10)

    closed = await two.cooldowns.active("github app")

    assert closed
    assert closed.seconds > 500


async def test_no_more_than_so_many_have_a_turn_at_once(
    pair: tuple[Store, Store], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(permits_module, "POLL", 0.01)
    inside, most = 0, 0

    async def ask(store: Store) -> None:
        nonlocal inside, most
        async with store.semaphores.acquire("model m", 3):
            inside += 1
            most = max(most, inside)
            await asyncio.sleep(0.01)
            inside -= 1

    await asyncio.gather(*(ask(store) for store in pair for _ in range(10)))

    assert 1 < most <= 3


async def test_the_turns_of_a_process_that_is_gone_are_free(pair: tuple[Store, Store]) -> None:
    one, two = pair
    async with one.semaphores.acquire("model m", 1):
        GONE.add("one")
        async with asyncio.timeout(60), two.semaphores.acquire("model m", 1):
            pass


async def test_a_turn_ends_with_an_error_too(pair: tuple[Store, Store]) -> None:
    one, two = pair
    with pytest.raises(LookupError):
        async with one.semaphores.acquire("model m", 1):
            raise LookupError

    async with asyncio.timeout(60), two.semaphores.acquire("model m", 1):
        pass


async def test_what_was_done_in_a_turn_is_not_lost_because_it_cannot_be_given_back(
    pair: tuple[Store, Store],
) -> None:
    one, two = pair
    async with one.semaphores.acquire("model m", 1):
        await two.semaphores._writer.run(lambda connection: connection.execute(text("DROP TABLE permits")))
        done = True

    assert done


async def test_a_gate_is_closed_here_although_the_database_refuses_it(pair: tuple[Store, Store]) -> None:
    one, _ = pair
    await one.semaphores._writer.run(lambda connection: connection.execute(text("DROP TABLE gates")))

    await one.cooldowns.start("github", 60, "a limit")

    assert await one.cooldowns.active("github")


async def test_notes_are_kept(pair: tuple[Store, Store]) -> None:
    one, two = pair
    assert await one.key_values.read("far") is None
    await one.key_values.write("far", "1")
    await two.key_values.write("far", "2")

    assert "2" == await one.key_values.read("far")
    await one.key_values.write("far", "")
    assert await two.key_values.read("far") is None
    assert await two.key_values.named("f") == {}
