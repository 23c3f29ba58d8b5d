"""Keeps a worker busy: opens pull requests on the simulated GitHub, as fast as they are reviewed or at a
given interval.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from github_simulator import Simulator
from github_simulator.calls import Call, Moment
from github_simulator.control_requests import NewCommit, OpenPull
from tests.stories.stage import REPOSITORY

AHEAD = 4  # open pull requests without a review: one per worker slot
EVERY = 5  # one in this many is large
FILES, LINES = 40, 100  # of a large one


class Reviewing:
    """The pull requests of one server, at most one in `every` seconds. `made` counts completed reviews."""

    def __init__(self, simulator: Simulator, every: float) -> None:
        self._simulator = simulator
        self._every = every
        self._opened = 0
        self._reviewed = asyncio.Event()
        self.made = 0

    async def keep_open(self) -> None:
        stop = self._simulator.on_call(self._notice)
        try:
            while True:
                while self._opened - self.made >= AHEAD:
                    self._reviewed.clear()
                    await self._reviewed.wait()
                self._opened += 1
                await self._simulator.open_pull(pull(self._opened))
                await asyncio.sleep(self._every)
        finally:
            stop()

    async def _notice(self, moment: Moment, call: Call) -> None:
        """Counts a completed check as a review."""
        if moment is Moment.AFTER and "check-runs" in call.path:
            checks = self._simulator.world.repository(REPOSITORY).checks.values()
            self.made = sum(check.status == "completed" for check in checks)
            self._reviewed.set()


@asynccontextmanager
async def reviewing(simulator: Simulator, every: float) -> AsyncIterator[Reviewing]:
    """Opens pull requests while the block runs."""
    work = Reviewing(simulator, every)
    task = asyncio.create_task(work.keep_open())
    try:
        yield work
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def pull(number: int) -> OpenPull:
    """Mostly one file of ten lines; sometimes forty files of a hundred."""
    files, lines = (FILES, LINES) if number % EVERY == 0 else (1, 10)
    diff = "".join(_new_file(f"shop/part_{number}_{at}.py", lines) for at in range(files))
    commit = NewCommit(message=f"Part {number}", diff=diff)
    return OpenPull(repository=REPOSITORY, title=f"Part {number}", body="A part.", commits=[commit])


def _new_file(path: str, lines: int) -> str:
    head = f"diff --git a/{path} b/{path}\nnew file mode 100644\n--- /dev/null\n+++ b/{path}\n"
    return f"{head}@@ -0,0 +1,{lines} @@\n" + "".join(
        f"+total_{at} = sum(item.price for item in items[{at}:])\n" for at in range(lines)
    )
