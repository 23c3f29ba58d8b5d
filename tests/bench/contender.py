"""What the bench asks of every server that it measures."""

from collections.abc import Collection
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Protocol

SECRET = "It's a Secret to Everybody"
CHECKOUT = Path(__file__).resolve().parents[2]
CACHE = CHECKOUT / ".cache" / "bench"


class Running(Protocol):
    """A server that listens on `port` and takes deliveries at `path`."""

    @property
    def port(self) -> int: ...

    @property
    def path(self) -> str: ...

    def check(self) -> None:
        """Raises `NotRunning` when one of its processes has ended."""

    async def kill(self) -> None:
        """Ends its processes as a crash would."""

    def kept(self) -> Collection[str] | None:
        """The ids of the deliveries that outlived the processes; None where nothing is meant to."""

    def acknowledged(self) -> Collection[str]:
        """The ids of deliveries, beside the bench's own, that it acknowledged."""

    def reviews(self) -> int:
        """Reviews that it has made beside the load."""


class Contender(Protocol):
    """A server in one way of running it."""

    @property
    def name(self) -> str: ...

    def running(self, directory: Path) -> AbstractAsyncContextManager[Running]:
        """Starts it on an empty `directory`. Raises `NotRunning`."""
