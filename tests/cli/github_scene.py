"""GitHub and a model, beside the command line: both in a thread, for commands run loops of their own."""

import asyncio
import threading
from collections.abc import Coroutine, Iterator
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from github_simulator import NewCommit, OpenPull, Simulator, served
from tests.openapi import Contract
from tests.stories.scripted_model import ScriptedModel, schema_of, scripted_model
from tests.stories.stage import REPOSITORY, SECRET

T = TypeVar("T")

PRIME = {"prime": True, "divisors": [1, 7], "sign": "positive", "word": "seven"}


@dataclass
class GitHubScene:
    """A simulated GitHub that knows its App's key, and a scripted model."""

    simulator: Simulator
    model: ScriptedModel
    loop: asyncio.AbstractEventLoop

    def do(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(60)

    def open(self, *diffs: str, **order: Any) -> str:
        """Opens a pull request of one commit per diff; returns its address."""
        commits = [NewCommit(message=f"Commit {at}", diff=diff) for at, diff in enumerate(diffs, 1)]
        opened = OpenPull(repository=REPOSITORY, title="Change things", body="", commits=commits, **order)
        pull = self.do(self.simulator.open_pull(opened)).pull
        return f"{self.simulator.url}/{pull.repository}/pull/{pull.number}"

    def pull(self) -> dict[str, Any]:
        """The only pull request, as it stands on GitHub."""
        [pull] = self.simulator.state()["pulls"]
        return dict(pull)

    @property
    def calls(self) -> dict[str, int]:
        """What was asked of GitHub, and how often."""
        return dict(self.simulator.state()["calls"])


@contextmanager
def town(public_key: str) -> Iterator[GitHubScene]:
    """Fails when a call of the bot, or an answer, breaks GitHub's description."""
    contract = Contract()
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    stack = AsyncExitStack()

    def run(work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, loop).result(60)

    async def begin() -> GitHubScene:
        simulator = Simulator(secret=SECRET, app=1, key=public_key)
        await stack.enter_async_context(served(simulator, middlewares=[contract.check]))
        model = await stack.enter_async_context(scripted_model())
        model.respond = lambda body: PRIME if "prime" in schema_of(body)["properties"] else None
        return GitHubScene(simulator, model, loop)

    try:
        yield run(begin())
    finally:
        run(stack.aclose())
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
    assert not contract.violations, "\n".join(contract.violations)
