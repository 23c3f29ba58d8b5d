"""One run from the first start to the last check."""

import asyncio
import socket
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, closing, suppress
from dataclasses import dataclass, field

from github_simulator import Call, Moment, Simulator, served
from tests.stories.crash import faults
from tests.stories.crash.bills import Bills
from tests.stories.crash.books import Books
from tests.stories.crash.members import Crew, Member
from tests.stories.crash.pace import Pace
from tests.stories.crash.people import People
from tests.stories.crash.plan import Plan
from tests.stories.crash.quiet import Quiet
from tests.stories.crash.reaper import Reaper
from tests.stories.crash.sight import Sight
from tests.stories.scripted_model import ScriptedModel, scripted_model
from tests.stories.stage import SECRET, private_key, settings

WORKERS = {"sqlite": 1, "postgresql": 2, "pgbouncer": 2}


@dataclass
class Tale:
    """What came of a run. `faults` is empty when everything held."""

    summary: str
    kills: Mapping[str, int]
    questions: int
    faults: list[str] = field(default_factory=list)


async def play(plan: Plan) -> Tale:
    """Raises `AssertionError` when something that must come never does."""
    begun = time.monotonic()
    simulator = Simulator(secret=SECRET, app=1)
    async with served(simulator), scripted_model() as model:
        books = Books(plan.url)
        crew = _crew(plan, simulator, model)
        with closing(books):
            run = _Run(plan, simulator, model, books, crew)
            async with _kept(crew):
                await run.live()
                ends = await _stopped(crew)
            return run.tale(ends, time.monotonic() - begun)


class _Run:
    def __init__(
        self, plan: Plan, simulator: Simulator, model: ScriptedModel, books: Books, crew: Crew
    ) -> None:
        pace = Pace(plan.pulls, plan.kills)
        self._plan = plan
        self._simulator = simulator
        self._books = books
        self._crew = crew
        self._reaper = Reaper(plan.random("reaper"), crew, pace)
        self._people = People(plan, simulator, Sight(simulator), pace, lambda: self._reaper.tick("deed"))
        self._bills = Bills(
            model, books.journaled, plan.random("bills"), lambda: self._reaper.tick("question")
        )
        self._quiet = Quiet(simulator, books, crew)
        model.respond = self._bills.respond
        simulator.on_call(self._on_call)

    async def live(self) -> None:
        """Everything that happens, until nothing is left to do."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._reaper.run())
            group.create_task(self._people.run())
        await self._quiet.come()

    def tale(self, ends: Mapping[str, int], seconds: float) -> Tale:
        found = [*self._faults(), *(f"{name} stopped with {end}" for name, end in ends.items() if end)]
        return Tale(self._summary(seconds), self._reaper.killed, self._bills.questions, found)

    def _faults(self) -> list[str]:
        pulls = self._simulator.state()["pulls"]
        return [
            *(fault for pull in pulls for fault in faults.on_github(pull)),
            *faults.of_commands(pulls, self._people.commands),
            *faults.of_deliveries(self._simulator, self._books),
            *faults.of_records(pulls, self._books),
            *faults.of_processes(self._crew),
            *(f"paid for twice: {question}" for question in self._bills.twice),
        ]

    def _summary(self, seconds: float) -> str:
        kills, tries = self._reaper.killed, self._simulator.world.deliveries
        guids = {delivery.guid for delivery in tries}
        failed = sum(not faults.is_taken(delivery) for delivery in tries)
        return (
            f"{self._plan.database}, seed {self._plan.seed}: {kills.total()} kills "
            f"({', '.join(f'{kind} {number}' for kind, number in sorted(kills.items()))}; "
            f"{self._reaper.early} during a start); {self._plan.pulls} pull requests; "
            f"{len(guids)} deliveries, {failed} tries of them failed, {self._quiet.by_hand} sent by hand; "
            f"{len(self._people.commands)} commands; "
            f"{self._books.posted(commands=True).total()} reviews; {self._bills.questions} questions, "
            f"{self._bills.again} asked again, {len(self._bills.twice)} paid for twice; {seconds:.0f} s"
        )

    async def _on_call(self, _: Moment, call: Call) -> None:
        if call.template.startswith("/repos/"):
            self._reaper.tick("call" if call.method == "GET" else "effect")


def _crew(plan: Plan, simulator: Simulator, model: ScriptedModel) -> Crew:
    """On SQLite the one that receives sometimes reviews as well."""
    told = settings(simulator, model, private_key(), plan.directory) | plan.settings()
    (plan.directory / "settings.toml").touch()
    port = _free_port()
    simulator.hook.url = f"http://127.0.0.1:{port}/webhooks/github"
    roles = ("web", "web", "web", "all") if plan.database == "sqlite" else ("web",)
    web = Member("web", roles, told | {"PORT": str(port)}, plan.random("roles"))
    workers = [
        Member(f"worker {at}", ("worker",), told, plan.random("roles"))
        for at in range(1, WORKERS[plan.database] + 1)
    ]
    return Crew([web], workers)


@asynccontextmanager
async def _kept(crew: Crew) -> AsyncIterator[None]:
    """All members live while the context lasts."""
    try:
        for member in crew.members:
            member.begin()
        await _first_starts(crew)
        yield
    finally:
        await asyncio.gather(*(member.end() for member in crew.members))


async def _first_starts(crew: Crew) -> None:
    async with asyncio.timeout(120):
        while not crew.complete:  # noqa: ASYNC110 - processes start by themselves
            await asyncio.sleep(0.1)


async def _stopped(crew: Crew) -> Mapping[str, int]:
    """How each ends when an operator stops it."""
    ends = {}
    for member in crew.members:
        with suppress(TimeoutError):
            ends[member.name] = await member.stop()
    return ends


def _free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
