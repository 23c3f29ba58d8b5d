"""The protocols of the servers that the benchmark measures."""

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
        """Raises `NotRunning` if one of its processes has ended."""

    async def kill(self) -> None:
        """Kills its processes, like a crash."""

    def kept(self) -> Collection[str] | None:
        """The ids of the deliveries that survived the processes; None if the server stores none."""

    def acknowledged(self) -> Collection[str]:
        """The ids of acknowledged deliveries other than the benchmark's."""

    def reviews(self) -> int:
        """Reviews that it made during the load."""


class Contender(Protocol):
    """A server in one configuration."""

    @property
    def name(self) -> str: ...

    def running(self, directory: Path) -> AbstractAsyncContextManager[Running]:
        """Starts the server in an empty `directory`. Raises `NotRunning`."""
