"""The processes of the bot, each started again soon after it has ended, as systemd would."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from random import Random
from typing import Any

from tests.stories.stage import Server

SOON = 0.2  # seconds between an end and the next start
CHILD = b"bot.models.llama.child"
KILLED = -9
REAPED = 255  # asyncio's word for one that a second signal found ended, and reaped


class Running(Server):
    """One start of a process."""

    @property
    def pid(self) -> int | None:
        """None until it is there, and after its end."""
        process = self._process
        return process.pid if process and process.returncode is None else None

    async def ended(self) -> int:
        """The exit status; however long that takes."""
        assert self._process
        assert self._reading
        status = await self._process.wait()
        await self._reading
        return status


class Member:
    """A place for one process. `roles` are what it may be at a start, one of them by chance."""

    def __init__(self, name: str, roles: Sequence[str], settings: Mapping[str, str], random: Random) -> None:
        self.name = name
        self.starts = 0
        self.ends: list[int] = []  # exit statuses of those that nobody here had killed
        self.troubles: list[dict[str, Any]] = []
        self._roles = roles
        self._settings = settings
        self._random = random
        self._running = Running({})
        self._listens = False
        self._expected = False
        self._over = False
        self._life: asyncio.Task[None] | None = None

    @property
    def ready(self) -> bool:
        """Whether it has said that it listens."""
        return self._listens and self._running.pid is not None

    @property
    def starting(self) -> bool:
        return not self._listens and self._running.pid is not None

    def kill(self) -> bool:
        """False when there is no process: none has been started, or it has ended."""
        if self._running.pid is None:
            return False
        self._expected = True
        self._listens = False
        self._running.kill()
        return True

    def children(self) -> list[int]:
        """The processes that hold its local model."""
        return [pid for pid, parent in _parents() if parent == self._running.pid and _is_model(pid)]

    def begin(self) -> None:
        self._life = asyncio.create_task(self._live())

    async def stop(self) -> int:
        """As an operator would, for good; returns the exit status."""
        self._over = True
        return await self._running.stop()

    async def end(self) -> None:
        """For good, without a word."""
        self._over = True
        while self._life and not self._life.done():
            self.kill()
            await asyncio.wait([self._life], timeout=0.1)

    async def _live(self) -> None:
        """One process after another."""
        while not self._over:
            await self._run()
            await asyncio.sleep(SOON)

    async def _run(self) -> None:
        """From a start to the end."""
        self._expected = False
        self.starts += 1
        role = self._random.choice(self._roles)
        self._running = Running({**self._settings, "ROLE": role})
        with suppress(RuntimeError):  # it was killed before it could listen
            await self._running.start()
            self._listens = self._running.pid is not None and not self._expected
        status = await self._running.ended()
        self._listens = False
        self.troubles += self._running.troubles
        if status not in (KILLED, REAPED) or not self._expected:
            self.ends.append(status)

    def last_words(self) -> list[dict[str, Any]]:
        """What the process logged last, and all that it logged as an error."""
        return [*self._running.troubles, *self._running.log[-5:]]


class Crew:
    """All members: those that receive, and those that review."""

    def __init__(self, webs: Sequence[Member], workers: Sequence[Member]) -> None:
        self.members = (*webs, *workers)
        self._kinds = {"web": webs, "worker": workers}

    def ready(self, kind: str) -> list[Member]:
        return [member for member in self._kinds[kind] if member.ready]

    def inferences(self) -> list[int]:
        """The processes that hold a local model."""
        return [pid for member in self.members if member.ready for pid in member.children()]

    @property
    def complete(self) -> bool:
        return all(member.ready for member in self.members)


def _parents() -> Iterator[tuple[int, int]]:
    """Every process, with its parent."""
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            yield int(stat.parent.name), int(stat.read_text(errors="replace").rpartition(")")[2].split()[1])


def _is_model(pid: int) -> bool:
    with suppress(OSError):
        return CHILD in Path(f"/proc/{pid}/cmdline").read_bytes()
    return False
