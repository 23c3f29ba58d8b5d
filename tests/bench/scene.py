"""A simulated GitHub, a scripted model and the bot, in separate processes, so that their use can be
separated.
"""

import asyncio
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from github_simulator import Simulator
from tests.bench.contender import CHECKOUT, SECRET
from tests.bench.gauge import cpu
from tests.bench.ours import MODULES
from tests.bench.people import People, people
from tests.bench.program import NotRunning, Program, free_port
from tests.stories.stage import private_key, settings

PATIENCE = 60.0  # seconds for a program to print its URL
SERVE = ("-m", "bot.cli", "serve")


@dataclass
class Bot:
    """One process of the bot."""

    name: str
    program: Program
    port: int

    @property
    def pid(self) -> int:
        assert self.program._process
        return self.program._process.pid


@dataclass
class Scene:
    """`serve` are Python's arguments to start the bot; the first one, on `port`, gets the deliveries."""

    people: People
    settings: dict[str, str]
    others: Sequence[Program]
    serve: Sequence[str] = SERVE
    bots: list[Bot] = field(default_factory=list)

    async def start(self, role: str) -> Bot:
        """Waits until the process listens. Raises `NotRunning`."""
        port = int(self.settings["PORT"]) if role != "worker" else free_port()
        name = f"{role} {sum(bot.name.startswith(role) for bot in self.bots) + 1}"
        environment = {**self.settings, "PORT": str(port), "ROLE": role}
        log = Path(self.settings["REVIEW_BOT_SETTINGS"]).with_name(f"log {name}")
        bot = Bot(name, Program([sys.executable, *self.serve], environment, CHECKOUT, log), port)
        await bot.program.start()
        self.bots.append(bot)
        await bot.program.listens(port)
        return bot

    def bots_cpu(self) -> float:
        """CPU seconds of the bot's processes, since they were started."""
        return cpu(*(bot.pid for bot in self.bots))

    def others_cpu(self) -> float:
        """CPU seconds of GitHub and model."""
        return cpu(*(program._process.pid for program in self.others if program._process))

    def check(self) -> None:
        """Raises `NotRunning` if a process has ended."""
        for program in (*self.others, *(bot.program for bot in self.bots)):
            program.check()

    async def kill(self, bot: Bot) -> None:
        self.bots.remove(bot)
        await bot.program.kill()


@asynccontextmanager
async def scene(
    directory: Path, database: str, *, trouble: tuple[int, float] = (1, 0.0), serve: Sequence[str] = SERVE
) -> AsyncIterator[Scene]:
    """Starts everything except the bot. `trouble` is the seed and the rate of the model's failures."""
    port = free_port()
    seed, rate = map(str, trouble)
    async with AsyncExitStack() as stack:
        webhook = f"http://127.0.0.1:{port}/webhooks/github"
        github, at = await _said(
            stack, directory, "bot.cli", "simulator", "--port", "0", "--webhook", webhook, "--secret", SECRET
        )
        model, url = await _said(stack, directory, "tests.bench.model", "--seed", seed, "--trouble", rate)
        environment = _environment(directory, at) | {
            "PORT": str(port),
            "DATABASE_URL": database,
            "OPENAI_BASE_URL": url,
        }
        acting = Scene(await stack.enter_async_context(people(at)), environment, (github, model), serve)
        try:
            yield acting
        finally:
            for bot in tuple(acting.bots):
                await acting.kill(bot)


def _environment(directory: Path, github: str) -> dict[str, str]:
    """All state is below `directory`, except compiled modules: compilation is not measured."""
    (directory / "settings.toml").touch()
    simulator = Simulator()
    simulator.url = github
    own = {
        "CACHE_DIR": str(MODULES),
        "LOG_LEVEL": "warning",
        "GITHUB_WEBHOOK_SECRET": SECRET,
        "OPENAI_MODEL": "gpt-5-mini",
    }
    return settings(simulator, None, private_key(), directory) | own


async def _said(stack: AsyncExitStack, directory: Path, module: str, *arguments: str) -> tuple[Program, str]:
    """A running program, and the URL on its first line of output. Raises `NotRunning`."""
    log = directory / f"log {module}"
    program = Program([sys.executable, "-m", module, *arguments], {}, CHECKOUT, log)
    stack.push_async_callback(program.kill)
    await program.start()
    try:
        async with asyncio.timeout(PATIENCE):
            while not (said := log.read_text(encoding="utf-8", errors="replace")).startswith("http"):
                program.check()
                await asyncio.sleep(0.05)
    except TimeoutError:
        raise NotRunning(f"{module} does not say where it is: {said[-600:]}") from None
    return program, said.splitlines()[0]
