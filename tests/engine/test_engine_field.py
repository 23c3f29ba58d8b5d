"""PostgreSQL as operators have it: vanished peers, lost answers, poolers, several hosts, wrong clocks."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
import pytest

from bot.core.change import PullRef
from bot.core.errors import BotError, SettingsError
from bot.core.jobs import Cause, Delivery, JobState, Task
from bot.core.llm.budget import Payment, TokenLimits
from bot.core.llm.messages import Completion, Usage
from bot.engine import Store, connect, reach_server
from bot.engine.db.clock import ServerClock
from bot.engine.db.postgres_address import parameters
from tests.pgbouncer import pooler
from tests.postgres import Cluster, cluster
from tests.unkind_network import Network, network

LEASE = timedelta(seconds=30)
PATIENCE = 15.0  # seconds for which a vanished peer may hold up the others
PULL = PullRef(repository="o/r", number=1)


def push(number: int, head: str = "a1") -> Task:
    return Task(pull=PullRef(repository="o/r", number=number), cause=Cause.PUSHED, head=head)


def delivery(name: str) -> Delivery:
    return Delivery(id=name, event="push", body="{}", received=datetime.now(UTC))


@pytest.fixture
def link(postgres: Cluster) -> Iterator[Network]:
    with network(postgres.port) as running:
        yield running


def through(url: str, port: int) -> str:
    """The same database on another port."""
    before, _, after = url.rpartition(":")
    return f"{before}:{port}/{after.partition('/')[2]}"


async def _claim(store: Store) -> object:
    return await store.jobs.claim("a", LEASE)


async def _submit(store: Store) -> object:
    return await store.jobs.submit(push(1, "b2"))


async def _reserve(store: Store) -> object:
    return await store.ledger.reserve(PULL, "1", TokenLimits(month=10_000), 100)


async def _permit(store: Store) -> object:
    async with store.semaphores.acquire("model", 4):
        return True


async def _lease(store: Store) -> object:
    return await store.leases.acquire("relay", 30)


Action = Callable[[Store], Awaitable[object]]
ACTIONS = (_claim, _submit, _reserve, _permit, _lease)


@pytest.mark.parametrize("action", ACTIONS)
async def test_a_peer_that_vanishes_inside_a_transaction_stops_nobody_for_long(
    postgres: Cluster, link: Network, action: Action
) -> None:
    url = postgres.fresh()
    async with await connect(url) as healthy:
        await healthy.jobs.submit(push(7))
        running = await healthy.jobs.claim("healthy", LEASE)
        assert running
        frozen = await connect(through(url, link.port))
        await healthy.jobs.submit(push(8))
        link.arm("freeze", b"pg_advisory_xact_lock")
        lost = asyncio.ensure_future(action(frozen))
        assert await asyncio.to_thread(link.struck.wait, PATIENCE)
        others = [asyncio.ensure_future(action(healthy)) for _ in range(8)]
        extended = await asyncio.wait_for(healthy.jobs.extend(running, "healthy", LEASE), PATIENCE)
        behind = [other for other in others if not other.done()]
        await asyncio.wait_for(asyncio.gather(*others), PATIENCE)
        lost.cancel()

        assert extended
        assert behind  # a lease does not wait for those who wait for locks


async def _paid(store: Store) -> None:
    reservation = await store.ledger.reserve(PULL, "1", TokenLimits(month=100_000), 2_000)
    assert isinstance(reservation, int)
    completion = Completion(text="{}", finish="stop", usage=Usage(prompt=900, answer=100), model="m")
    await store.journal.put("key", completion, PULL, Payment(job="1", reservation=reservation))


async def _unreserved(store: Store) -> None:
    completion = Completion(text="{}", finish="stop", usage=Usage(prompt=900, answer=100), model="m")
    await store.journal.put("key", completion, PULL, Payment(job="1"))


@pytest.mark.parametrize(
    ("pay", "at"),
    [(_paid, b"INTO reservations"), (_paid, b"INTO journal"), (_unreserved, b"INTO journal")],
)
async def test_tokens_are_paid_once_when_the_answer_to_a_commit_is_lost(
    postgres: Cluster, link: Network, pay: Callable[[Store], Awaitable[None]], at: bytes
) -> None:
    async with await connect(through(postgres.fresh(), link.port)) as store:
        link.arm("cut", at)
        link.then = b"COMMIT"
        await pay(store)
        spending = await store.ledger.spending(PULL, "1")
        left = await store.ledger.reserve(PULL, "1", TokenLimits(month=2_000), 1_000)

    assert link.struck.is_set()
    assert 1_000 == spending.review == spending.month
    assert isinstance(left, int)  # no orphan of a reservation is in the way


async def test_a_claim_whose_commit_was_not_acknowledged_finds_its_job_again(
    postgres: Cluster, link: Network
) -> None:
    async with await connect(through(postgres.fresh(), link.port)) as store:
        for number in (1, 2, 3):
            await store.jobs.submit(push(number))
        link.arm("cut", b"pg_advisory_xact_lock")  # the message that ends with the commit
        claimed = await store.jobs.claim_some("w", LEASE, 2)
        counts = await store.jobs.counts()

    assert link.struck.is_set()
    assert [1, 2] == [job.task.pull.number for job in claimed]
    assert 2 == counts[JobState.RUNNING]


async def test_a_pooler_that_gives_each_transaction_another_session(postgres: Cluster) -> None:
    with pooler(postgres) as port:
        url = through(postgres.fresh(), port)
        async with await connect(url) as web, await connect(url) as worker:
            await asyncio.gather(*(web.jobs.submit(push(number)) for number in range(300)))
            await asyncio.gather(*(web.inbox.receive(delivery(str(number))) for number in range(300)))
            done = 0
            while claimed := await worker.jobs.claim_some("w", LEASE, 8):
                ends = [worker.jobs.finish(job, "w", JobState.DONE) for job in claimed]
                done += sum(await asyncio.gather(*ends))
            spent = await asyncio.gather(*(_reserve(worker) for _ in range(50)))
            unread = await worker.inbox.unread_count()

    assert (300, 300) == (done, unread)
    assert all(isinstance(one, int) for one in spent)


async def test_behind_a_pooler_a_direct_address_hears_of_new_work(postgres: Cluster) -> None:
    fresh = postgres.fresh()
    with pooler(postgres) as port:
        url = through(fresh, port)
        assert reach_server(url)[0].is_pooled
        assert not reach_server(fresh)[0].is_pooled
        async with await connect(url) as web, await connect(url, direct_url=fresh) as worker:
            while await worker.jobs.claim("w", LEASE) is None:
                waiting = asyncio.create_task(worker.jobs.wait(3600))
                await asyncio.sleep(0.2)
                await web.jobs.submit(push(1))
                await waiting


@pytest.mark.parametrize(
    ("written", "host", "port"),
    [
        ("postgresql://u:p@h1:5433,h2:5434/db", "h1,h2", "5433,5434"),
        ("postgres://u@h1,h2/db?target_session_attrs=any", "h1,h2", None),
        ("postgresql+psycopg://u@/db?host=h1:1&host=h2:2", "h1,h2", "1,2"),
        ("postgresql://u@h1/db?prepare_threshold=0", "h1", None),
        ("postgresql:///db?host=/run/postgresql", "/run/postgresql", None),
        ("postgresql://u@[::1]:5433/db", "::1", "5433"),
    ],
)
def test_addresses_are_read_as_others_write_them(written: str, host: str, port: str | None) -> None:
    known = parameters(written)

    assert (host, port, "db") == (known["host"], known.get("port", "").strip(",") or None, known["dbname"])
    assert known["target_session_attrs"] == ("any" if "any" in written else "read-write")


@pytest.mark.parametrize(
    ("written", "name", "value"),
    [
        (
            "?options=-c%20search_path%3Dbot%20-c%20work_mem%3D8MB",
            "options",
            "-c search_path=bot -c work_mem=8MB",
        ),
        ("?application_name=a+b%2Bc", "application_name", "a+b+c"),
        ("?passfile=&sslmode=require", "sslmode", "require"),
        ("?connect_timeout=9", "connect_timeout", "9"),
    ],
)
def test_options_of_an_address_reach_the_server_as_they_are(written: str, name: str, value: str) -> None:
    known = parameters(f"postgresql://u:p%20%2Bx+y@h/db{written}")

    assert (value, "p +x+y") == (known[name], known["password"])


@pytest.mark.parametrize("wrong", ["postgresql://u@h1:port/db", "postgresql://u@h/db?nonsense=1"])
def test_an_address_that_is_none_is_refused_without_its_password(wrong: str) -> None:
    with pytest.raises(SettingsError, match="DATABASE_URL is not a URL of PostgreSQL") as error:
        parameters(wrong.replace("u@", "u:s3cret@"))

    assert "s3cret" not in str(error.value)


async def test_a_promoted_standby_is_found_again_and_nothing_is_lost() -> None:
    with cluster() as primary, TemporaryDirectory(prefix="review-bot-standby-") as directory:
        name = primary.fresh().rpartition("/")[2]
        standby = primary.follower(Path(directory))
        try:
            hosts = f"127.0.0.1:{standby.port},127.0.0.1:{primary.port}"
            async with await connect(f"postgresql://postgres@{hosts}/{name}") as store:
                for number in range(20):
                    await store.jobs.submit(push(number))
                await _streamed(standby, name)
                primary.stop()
                with pytest.raises(BotError):
                    await store.jobs.submit(push(20))
                standby.promote()

                assert await store.jobs.submit(push(20))
                assert 21 == (await store.jobs.counts())[JobState.WAITING]
            primary.start()  # `cluster` stops it
        finally:
            standby.stop()


async def _streamed(standby: Cluster, name: str) -> None:
    """Waits until the standby has what was submitted."""
    async with asyncio.timeout(60):
        async with await psycopg.AsyncConnection.connect(
            f"{standby.url}/{name}", autocommit=True
        ) as connection:
            while True:
                row = await (await connection.execute("SELECT count(*) FROM jobs")).fetchone()
                if row == (20,):
                    return
                await asyncio.sleep(0.1)


class Wrong:
    """A machine's clock that is wrong by so many seconds."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._patch = monkeypatch

    def by(self, seconds: float) -> None:
        shifted = timedelta(seconds=seconds)
        self._patch.setattr("bot.engine.db.clock.utc_now", lambda: datetime.now(UTC) + shifted)


@pytest.mark.parametrize("skew", [-3600, -60, 60, 3600])
async def test_a_machine_with_a_wrong_clock_takes_no_job_from_others(
    postgres: Cluster, monkeypatch: pytest.MonkeyPatch, skew: float
) -> None:
    url, wrong = postgres.fresh(), Wrong(monkeypatch)
    async with await connect(url) as right:
        await right.jobs.submit(push(1))
        held = await right.jobs.claim("right", LEASE)
        wrong.by(skew)
        async with await connect(url) as skewed:
            assert await skewed.jobs.claim("skewed", LEASE) is None
            assert await skewed.jobs.submit(push(2))
            assert await skewed.jobs.claim("skewed", LEASE)
            assert await right.jobs.claim("right", LEASE) is None  # nor does the right one from it
        assert held
        assert await right.jobs.finish(held, "right", JobState.DONE)
        assert abs(reach_server(url)[0].ahead - skew) < 5


def test_the_servers_clock_goes_on_whatever_somebody_sets_here(monkeypatch: pytest.MonkeyPatch) -> None:
    clock, server = ServerClock(), datetime(2026, 3, 1, tzinfo=UTC)
    clock.sync(lambda: server)
    Wrong(monkeypatch).by(86_400)

    assert timedelta() <= clock() - server < timedelta(minutes=1)
