"""A load generator in a separate process: sends signed deliveries over persistent connections, and times
them.

`python -m tests.bench.load` reads an order as JSON and prints the outcome as JSON. With a rate, each delivery
has a scheduled time, independent of earlier answers, and its latency counts from that time: a stalled server
is charged for all waiting deliveries. Without a rate, each connection sends the next delivery after each
answer.
"""

import asyncio
import hmac
import json
import selectors
import sys
import time
import uuid
from collections import Counter
from dataclasses import asdict, dataclass, field

from tests.bench.wire import Broken, Connection

MOST_OPEN = 1000  # connections; `select` supports 1024 files
PATIENCE = 10.0  # seconds; GitHub's timeout of a delivery


@dataclass(frozen=True)
class Order:
    """`seconds` of deliveries of one body.

    `rate` per second, or else as fast as `connections` allow.
    """

    port: int
    path: str
    body: str
    secret: str
    seconds: float
    rate: float | None = None
    connections: int = 1


@dataclass
class Outcome:
    """Acknowledged ids, their latencies in milliseconds, and counts of errors.

    `late`: milliseconds between scheduled and actual sending, caused by the generator or the machine.
    `seconds`: from the first delivery to the last answer.
    """

    acknowledged: list[str] = field(default_factory=list)
    latencies: list[float] = field(default_factory=list)
    late: list[float] = field(default_factory=list)
    errors: dict[str, int] = field(default_factory=Counter)
    seconds: float = 0.0


class Load:
    """One order in progress."""

    def __init__(self, order: Order) -> None:
        self._order = order
        self._body = order.body.encode()
        self._signature = hmac.digest(order.secret.encode(), self._body, "sha256").hex()
        self._idle: list[Connection] = []
        self._open = 0
        self.outcome = Outcome()

    async def run(self) -> Outcome:
        began = time.perf_counter()
        await (self._at_rate(self._order.rate) if self._order.rate else self._in_turn())
        self.outcome.seconds = time.perf_counter() - began
        return self.outcome

    async def _at_rate(self, rate: float) -> None:
        began = time.perf_counter()
        async with asyncio.TaskGroup() as sending:
            for number in range(round(rate * self._order.seconds)):
                due = began + number / rate
                await asyncio.sleep(max(0.0, due - time.perf_counter()))
                sending.create_task(self._deliver(due))

    async def _in_turn(self) -> None:
        until = time.perf_counter() + self._order.seconds
        async with asyncio.TaskGroup() as sending:
            for _ in range(self._order.connections):
                sending.create_task(self._one_after_another(until))

    async def _one_after_another(self, until: float) -> None:
        while (now := time.perf_counter()) < until:
            await self._deliver(now)

    async def _deliver(self, due: float) -> None:
        """Sends one delivery with a unique id; counts any error."""
        delivery = str(uuid.uuid4())
        try:
            async with asyncio.timeout(PATIENCE):
                status = await self._post(delivery, due)
        except TimeoutError:
            self.outcome.errors[f"no answer in {PATIENCE:.0f} s"] += 1
        except Broken as error:
            self.outcome.errors[str(error)] += 1
        except OSError as error:
            self.outcome.errors[type(error).__name__] += 1
        else:
            self._count(delivery, status, (time.perf_counter() - due) * 1000)

    async def _post(self, delivery: str, due: float) -> int:
        """The status of the answer."""
        connection = await self._connection()
        try:
            self.outcome.late.append((time.perf_counter() - due) * 1000)
            status = await connection.post(self._head(delivery), self._body)
        except BaseException:
            self._drop(connection)
            raise
        if connection.usable:
            self._idle.append(connection)
        else:
            self._drop(connection)
        return status

    def _count(self, delivery: str, status: int, latency: float) -> None:
        if 200 <= status < 300:
            self.outcome.acknowledged.append(delivery)
            self.outcome.latencies.append(latency)
        else:
            self.outcome.errors[f"status {status}"] += 1

    async def _connection(self) -> Connection:
        """An idle connection, most recently used first, or a new one."""
        while self._idle:
            connection = self._idle.pop()
            if connection.usable:
                return connection
            self._drop(connection)
        if self._open >= MOST_OPEN:
            raise Broken("too many connections wait for an answer")
        connection = await Connection.to(self._order.port)
        self._open += 1
        return connection

    def _drop(self, connection: Connection) -> None:
        connection.close()
        self._open -= 1

    def _head(self, delivery: str) -> bytes:
        return (
            f"POST {self._order.path} HTTP/1.1\r\nHost: 127.0.0.1:{self._order.port}\r\n"
            f"Accept: */*\r\nContent-Type: application/json\r\nContent-Length: {len(self._body)}\r\n"
            "User-Agent: GitHub-Hookshot/5117a0d\r\n"
            f"X-GitHub-Delivery: {delivery}\r\nX-GitHub-Event: pull_request\r\n"
            f"X-Hub-Signature-256: sha256={self._signature}\r\n\r\n"
        ).encode()


async def load(order: Order) -> Outcome:
    """Executes the order in a separate process, which shares no event loop with the measured code."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.bench.load",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    printed, _ = await process.communicate(json.dumps(asdict(order)).encode())
    if process.returncode:
        raise RuntimeError(f"the load generator ended with status {process.returncode}")
    return Outcome(**json.loads(printed))


def main() -> None:
    """Uses `select`, which waits for microseconds; `epoll` rounds up to a millisecond, which adds latency."""
    order = Order(**json.load(sys.stdin))
    loop = asyncio.SelectorEventLoop(selectors.SelectSelector())
    outcome = loop.run_until_complete(Load(order).run())
    json.dump(vars(outcome), sys.stdout)


if __name__ == "__main__":
    main()
