"""A short run of the intake benchmark on our server; speed is not asserted."""

import asyncio
from collections import Counter
from pathlib import Path

import pytest

from tests.bench.contender import SECRET
from tests.bench.intake import delivery_body, report
from tests.bench.load import Order, load
from tests.bench.ours import Ours
from tests.bench.program import NotRunning
from tests.bench.turn import Plan, Turn, take_turn

SHORT = Plan(warm=0.2, full=0.3, steady=0.5)
OURS = Ours("ours")


async def test_whatever_was_acknowledged_is_in_the_file_after_a_crash() -> None:
    turn = await take_turn(OURS, SHORT, delivery_body())

    assert turn.acknowledged > 100
    assert 0 == turn.lost
    assert Counter() == turn.errors


async def test_reviews_are_made_beside_the_load() -> None:
    turn = await take_turn(Ours("ours, busy", every=0), SHORT, delivery_body())

    assert turn.reviews > 0
    assert 0 == turn.lost


async def test_a_delivery_that_was_refused_is_an_error_and_is_not_kept(tmp_path: Path) -> None:
    async with OURS.running(tmp_path) as server:
        body = delivery_body()
        taken = await load(Order(server.port, server.path, body, SECRET, seconds=0.1, rate=20))
        refused = await load(Order(server.port, server.path, body, "wrong", seconds=0.1, rate=20))
        await server.kill()

        assert [] == refused.acknowledged
        assert {"status 401": 2} == refused.errors
        assert set(taken.acknowledged) == server.kept()


async def test_a_delivery_leaves_at_its_moment_whether_the_last_was_answered_or_not() -> None:
    all_here = asyncio.Barrier(4)

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"{}")
        await all_here.wait()
        writer.write(b"HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        outcome = await load(Order(port, "/", "{}", SECRET, seconds=0.4, rate=10))

    assert 4 == len(set(outcome.acknowledged))
    assert {} == outcome.errors


async def test_an_answer_that_never_comes_is_an_error(unused_tcp_port: int) -> None:
    outcome = await load(Order(unused_tcp_port, "/", "{}", SECRET, seconds=0.1, rate=20))

    assert {"ConnectionRefusedError": 2} == outcome.errors


async def test_a_server_that_does_not_start_is_left_out_with_its_words() -> None:
    with pytest.raises(NotRunning, match="role"):
        await take_turn(Ours("ours", roles=["no-such-role"]), SHORT, delivery_body())


def test_a_loss_is_told() -> None:
    lossy = Turn(100, 200, 1.0, 2.0, 0.1, Counter({"status 503": 2}), acknowledged=10, lost=1, reviews=0)
    peer = Turn(50, 400, 2.0, 1.0, 0.1, Counter(), acknowledged=10, lost=None, reviews=0)
    text = report({"ours": [lossy], "theirs": [peer]}, wait=0.2, rounds=1)

    assert "NO, 9 of 10" in text
    assert "no, of 10" in text
    assert "ours: 2 x status 503" in text
    assert ["2.00", "0.50", "0.500", "2.000"] == text.split()[-4:]
