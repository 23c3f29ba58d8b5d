"""More than one process: some receive, some review; on one file, or on PostgreSQL across machines."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import pytest

from github_simulator import Fault
from tests.postgres import Cluster, cluster
from tests.stories.diffs import DOCS, FIX, LOOP
from tests.stories.stage import Server, Stage

FIRST_LINE = {"path": "shop/cart.py", "line": 2, "end_line": 2}
SECRETS_OF_WORKERS = ("GITHUB_APP_ID", "GITHUB_PRIVATE_KEY", "OPENAI_BASE_URL", "OPENAI_MODEL")


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, unset_stage: Stage) -> str:
    """The URL of a database that several processes share."""
    if request.param == "sqlite":
        return unset_stage.server.settings["DATABASE_URL"]
    fresh: str = request.getfixturevalue("postgres").fresh()
    return fresh


@asynccontextmanager
async def machines(stage: Stage, database: str, workers: int) -> AsyncIterator[list[Server]]:
    """The stage's server only receives; gives the workers."""
    shared = {**stage.server.settings, "DATABASE_URL": database}
    stage.server.settings = {
        name: value for name, value in shared.items() if name not in SECRETS_OF_WORKERS
    } | {"ROLE": "web"}
    del shared["GITHUB_WEBHOOK_SECRET"]
    started = [Server(shared, ("--role", "worker")) for _ in range(workers)]
    async with AsyncExitStack() as stack:
        await stage.start()
        for worker in started:
            stack.push_async_callback(worker.gone)
            stack.callback(worker.kill)
            await worker.start()
        yield started


async def test_one_receives_and_two_review(unset_stage: Stage, database: str) -> None:
    stage = unset_stage
    stage.model.findings = [FIRST_LINE]
    async with machines(stage, database, 2) as workers:
        numbers = [await stage.open(LOOP, title=f"Change {number}") for number in range(4)]
        for number in numbers:
            await stage.reviewed(number)
        await stage.push(numbers[0], FIX)
        await stage.reviewed(numbers[0])

        assert not [trouble for server in (stage.server, *workers) for trouble in server.troubles]
        assert all(len(stage.pull(number)["inline"]) == 1 for number in numbers[1:])
        answers = await asyncio.gather(*(stage.get(server.port, "/ready") for server in workers))
        assert [200, 200] == [status for status, _ in answers]
        status, body = await stage.post(workers[0].port, "/webhooks/github")
        assert (404, "not found: /webhooks/github") == (status, body["error"])


async def test_another_worker_takes_over_from_one_that_is_killed(unset_stage: Stage, database: str) -> None:
    """On one machine it is seen that the process is gone; across machines its lease lapses."""
    stage = unset_stage
    held = stage.hold_the_first_question()
    async with machines(stage, database, 1) as [first]:
        number = await stage.open(LOOP, DOCS)
        await stage.until(lambda: stage.model.asked, "a question")
        second = Server(first.settings, first.words)
        await second.start()
        first.kill()
        held.set()
        await stage.reviewed(number)
        second.kill()
        await second.gone()

    assert 1 == len(stage.own(number))
    assert 1 == len(stage.pull(number)["checks"])


async def test_a_limit_that_one_process_is_told_of_all_keep(unset_stage: Stage, postgres: Cluster) -> None:
    """From when the answer is known to all until the limit ends, nobody calls for that installation."""
    stage = unset_stage
    async with machines(stage, postgres.fresh(), 2):
        warm = [await stage.open(LOOP, title=f"Warm {number}") for number in range(3)]
        for number in warm:
            await stage.reviewed(number)
        limit = {"message": "You have exceeded a secondary rate limit.", "documentation_url": "x"}
        stage.simulator.inject(
            Fault(method="GET", path="/repos/*", status=403, headers={"Retry-After": "6"}, body=limit)
        )
        calls: list[tuple[float, int | None]] = []
        clock = asyncio.get_running_loop().time

        async def listen(moment: Any, call: Any) -> None:
            if moment == "after" and call.path.startswith("/repos/"):
                calls.append((clock(), call.status))

        stage.simulator.on_call(listen)
        numbers = [await stage.open(LOOP, title=f"Change {number}") for number in range(6)]
        for number in numbers:
            await stage.reviewed(number)

    struck = next(at for at, status in calls if status == 403)
    assert [] == [at for at, _ in calls if struck + 2 < at < struck + 6]


async def test_all_processes_together_ask_a_model_no_more_than_they_may(
    unset_stage: Stage, postgres: Cluster
) -> None:
    stage, asking, most = unset_stage, 0, 0

    async def count(_: Any) -> None:
        nonlocal asking, most
        asking += 1
        most = max(most, asking)
        await asyncio.sleep(0.1)
        asking -= 1

    stage.model.respond = count
    stage.server.settings = {**stage.server.settings, "OPENAI_CONCURRENCY_TOTAL": "2"}
    async with machines(stage, postgres.fresh(), 2):
        numbers = [await stage.open(LOOP, title=f"Change {number}") for number in range(6)]
        for number in numbers:
            await stage.reviewed(number)

    assert 2 == most


async def test_a_database_that_restarts_costs_a_moment_and_nothing_else(unset_stage: Stage) -> None:
    stage = unset_stage
    held = stage.hold_the_first_question()
    with cluster() as server:
        stage.server.settings = {**stage.server.settings, "DATABASE_URL": server.fresh()}
        await stage.start()
        number = await stage.open(LOOP)
        await stage.until(lambda: stage.model.asked, "a question")
        await asyncio.to_thread(server.stop)
        held.set()
        await asyncio.sleep(1)
        lost = await stage.open(DOCS, title="Comes while the database is away")
        await asyncio.to_thread(server.start)
        await stage.reviewed(number)
        pushed = await stage.open(DOCS, title="Comes when it is back")
        await stage.reviewed(pushed)
        [refused] = [one for one in stage.simulator.world.deliveries if one.status == 503]
        await stage.simulator.redeliver(refused.guid)
        await stage.reviewed(lost)
        await stage.server.stop()

    assert 1 == len(stage.own(number)) == len(stage.pull(number)["checks"])


async def test_a_server_that_stops_lets_its_reviews_end(unset_stage: Stage) -> None:
    stage = unset_stage
    held = stage.hold_the_first_question()
    await stage.start()
    number = await stage.open(LOOP)
    await stage.until(lambda: stage.model.asked, "a question")
    stage.server.ask_to_stop()
    await stage.until(lambda: stage.logged("stopping"), "the stop")
    waiting = await stage.open(DOCS, title="Comes while it stops")
    held.set()
    status = await stage.server.gone()

    assert 0 == status
    assert stage.is_reviewed(number)
    assert [] == stage.own(waiting)

    await stage.start()
    await stage.reviewed(waiting)


async def test_what_does_not_end_in_time_is_handed_back_and_goes_on(unset_stage: Stage) -> None:
    stage = unset_stage
    held = stage.hold_the_first_question()
    stage.server.settings = {**stage.server.settings, "GRACE": "0.2"}
    await stage.start()
    number = await stage.open(LOOP)
    await stage.until(lambda: stage.model.asked, "a question")
    status = await stage.server.stop()
    assert 0 == status
    assert not stage.is_reviewed(number)
    held.set()
    await stage.start()

    await stage.reviewed(number)

    assert 1 == len(stage.own(number))


async def test_a_second_signal_does_not_wait(unset_stage: Stage) -> None:
    stage = unset_stage
    held = stage.hold_the_first_question()
    stage.server.settings = {**stage.server.settings, "GRACE": "3600"}
    await stage.start()
    await stage.open(LOOP)
    await stage.until(lambda: stage.model.asked, "a question")
    stage.server.ask_to_stop()
    await stage.until(lambda: stage.logged("stopping"), "the stop")

    assert 0 == await stage.server.stop()
    held.set()


async def test_deliveries_that_failed_are_asked_for_when_the_server_is_back(unset_stage: Stage) -> None:
    """GitHub had nobody to deliver to, and does not try again by itself."""
    stage = unset_stage
    await stage.start()
    stage.server.kill()
    await stage.server.gone()
    opened = await stage.open(LOOP)
    commented = await stage.say(opened, "/review")
    await stage.start()

    await stage.reviewed(opened)
    seen = {"comment": commented, "user": "code-review-bot[bot]", "content": "eyes"}
    await stage.until(lambda: seen in stage.pull(opened)["reactions"], "a reaction")


async def test_a_pull_request_that_nobody_told_of_is_found(unset_stage: Stage) -> None:
    stage = unset_stage
    number = await stage.open(LOOP)  # there is no webhook yet
    draft = await stage.open(DOCS, draft=True)
    await stage.start()

    summary = await stage.reviewed(number)

    assert "Makes the thing do what it says." in summary
    assert [] == stage.own(draft)
