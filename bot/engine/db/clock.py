"""The clock of the engine, which tests can replace."""

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

Clock = Callable[[], datetime]

SYNC = 30.0  # seconds after which the server is asked again


def utc_now() -> datetime:
    return datetime.now(UTC)


def elapsed() -> float:
    """Seconds on a clock that nobody sets, and that runs on while the machine sleeps where there is one."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


class ServerClock:
    """The time of the database server: machines whose clocks differ agree on leases and due times.

    `sync` sets it; until then it is this machine's. Between two calls of `sync` it follows a clock that
    nobody sets. It is exact to half the time that the server takes to answer.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._server: datetime | None = None
        self._at = 0.0

    def __call__(self) -> datetime:
        with self._lock:
            if self._server is None:
                return utc_now()
            return self._server + timedelta(seconds=elapsed() - self._at)

    @property
    def is_due(self) -> bool:
        """Whether to ask the server again."""
        with self._lock:
            return self._server is None or elapsed() - self._at > SYNC

    def sync(self, ask: Callable[[], datetime]) -> None:
        """Takes over the server's time; `ask` returns it."""
        started = elapsed()
        server = ask()
        middle = (started + elapsed()) / 2
        with self._lock:
            self._server, self._at = server, middle

    def ahead(self) -> timedelta:
        """How far this machine's clock is ahead of the server's."""
        return utc_now() - self()
