"""People on GitHub: they open pull requests, push, and ask for reviews, whatever becomes of the bot."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from github_simulator import NewCommit, OpenPull, Push, Say, Simulator
from tests.stories.crash.pace import Pace
from tests.stories.crash.plan import WINDOW, Plan
from tests.stories.crash.sight import Sight

REPOSITORIES = ("acme/shop", "acme/tools", "acme/vault", "globex/core", "globex/web", "umbrella/secrets")
PRIVATE = ("acme/vault", "umbrella/secrets")
WRITER, READER = "mira", "passer-by"
DEEDS = ("push", "push", "force", "command", "command", "stranger")
MOST_DEEDS = 3
LONGEST_PAUSE = 1.5  # seconds

FILE = """\
diff --git a/{path} b/{path}
new file mode 100644
index 0000000..{blob}
--- /dev/null
+++ b/{path}
@@ -0,0 +1,3 @@
+def step_{step}(items):
+    first = items[0]  # {path}
+    return first + {step}
"""


@dataclass(frozen=True)
class Command:
    """A comment that asks for a review."""

    repository: str
    pull: int
    comment: int
    by_writer: bool


class People:
    """`on_deed` is called when somebody is about to do something that GitHub tells the bot of."""

    def __init__(
        self, plan: Plan, simulator: Simulator, sight: Sight, pace: Pace, on_deed: Callable[[], None]
    ) -> None:
        self.commands: list[Command] = []
        self._plan = plan
        self._simulator = simulator
        self._sight = sight
        self._pace = pace
        self._on_deed = on_deed
        self._hands = asyncio.Semaphore(WINDOW)

    async def run(self) -> None:
        """Returns when the last head of every pull request has its review."""
        async with asyncio.TaskGroup() as group:
            for number in range(self._plan.pulls):
                await self._pace.pull_due(number)
                await self._hands.acquire()
                group.create_task(self._pull(number))

    async def _pull(self, number: int) -> None:
        """One pull request from its opening to the review of its last head."""
        try:
            random = self._plan.random(f"pull {number}")
            author = _Author(self, REPOSITORIES[number % len(REPOSITORIES)], f"change_{number}")
            await author.open()
            for _ in range(random.randint(0, MOST_DEEDS)):
                await self._wait(random, author)
                await author.do(random.choice(DEEDS))
            await self._sight.reviewed(author.repository, author.number)
            self._pace.finished += 1
        finally:
            self._hands.release()

    async def _wait(self, random: Random, author: "_Author") -> None:
        """Some wait for the review, others go on at once."""
        if random.random() < 0.5:
            await self._sight.reviewed(author.repository, author.number)
        await asyncio.sleep(random.uniform(0, LONGEST_PAUSE))

    async def open(self, order: OpenPull) -> int:
        self._on_deed()
        done = await self._simulator.open_pull(order)
        self._sight.forget()
        return done.pull.number

    async def push(self, repository: str, number: int, order: Push) -> None:
        self._on_deed()
        await self._simulator.push(repository, number, order)
        self._sight.forget()

    async def command(self, repository: str, number: int, *, by_writer: bool) -> None:
        self._on_deed()
        user = WRITER if by_writer else READER
        order = Say(user=user, permission="write" if by_writer else "read", body="/review")
        done = await self._simulator.say(repository, number, order)
        assert done.comment
        self._sight.forget()
        self.commands.append(Command(repository, number, done.comment.id, by_writer))


class _Author:
    """Whoever has a pull request in hand. Every diff makes a file of its own, so that each applies, and
    no two pull requests ask a model the same.
    """

    def __init__(self, people: People, repository: str, name: str) -> None:
        self.repository = repository
        self.number = 0
        self._people = people
        self._name = name
        self._step = 0

    async def open(self) -> None:
        commits = [NewCommit(message=f"Step {at} of {self._name}", diff=self._diff()) for at in (1, 2)]
        order = OpenPull(
            repository=self.repository,
            title=f"Make {self._name}",
            body="So it is.",
            private=self.repository in PRIVATE,
            commits=commits,
        )
        self.number = await self._people.open(order)

    async def do(self, deed: str) -> None:
        if deed in ("push", "force"):
            order = Push(message=f"More of {self._name}", diff=self._diff(), force=deed == "force")
            await self._people.push(self.repository, self.number, order)
        else:
            by_writer = deed == "command"
            await self._people.command(self.repository, self.number, by_writer=by_writer)

    def _diff(self) -> str:
        self._step += 1
        path = f"{self._name}/step_{self._step}.py"
        return FILE.format(path=path, step=self._step, blob=f"{self._step:07x}")
