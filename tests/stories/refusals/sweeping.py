"""The calls by which the bot looks for what it was not told of, refused: the rest is found all the same."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.app.forge import forge
from bot.engine import Store, connect
from bot.github.webhooks import WebhookEvents
from bot.review.intake.reconciler import Reconciler
from bot.settings import Settings
from github_simulator import Fault, Simulator, served
from github_simulator.control_requests import NewCommit, OpenPull
from tests.stories.refusals.cell import LOOP
from tests.stories.refusals.house import chosen, in_haste, logged
from tests.stories.refusals.outcome import Outcome
from tests.stories.refusals.refusals import REFUSALS, Called
from tests.stories.stage import SECRET, private_key

OWNERS = ("acme", "umbrella")
_BOTH = len(OWNERS)
_OF_ONE = (  # what concerns one account
    "/app/installations/{installation_id}/access_tokens",
    "/installation/repositories",
    "/repos/{owner}/{repo}/pulls",
)
_NOWHERE = "http://127.0.0.1:9/webhooks/github"  # deliveries sent there fail


@dataclass
class _Swept:
    """What one sweep has found: pull requests, and deliveries that failed."""

    pulls: int
    deliveries: int


@dataclass
class _Place:
    """A GitHub with pull requests in two accounts' repositories of which no delivery arrived."""

    simulator: Simulator
    settings: Settings
    directory: Path
    number: int = 0

    async def sweep(self) -> tuple[_Swept, _Swept, Sequence[str]]:
        """By a bot that knows nothing yet: what the first sweep finds, and the one after everything is well
        again, and what was logged as an error.
        """
        self.number += 1
        with logged() as entries:
            async with (
                await connect(f"sqlite:///{self.directory / f'{self.number}.db'}") as store,
                forge(self.settings) as github,
            ):
                sweep = self._sweep(store, github)
                first = _Swept(await sweep.catch_up(), await sweep.redeliver())
                self.simulator.clear_faults()
                again = _Swept(await sweep.catch_up(), await sweep.redeliver())
        errors = [entry["event"] for entry in entries if entry["level"] in ("error", "exception")]
        return first, again, errors

    def _sweep(self, store: Store, github: Any) -> Reconciler:
        return Reconciler(
            github, store.inbox, store.jobs, store.records, store.key_values, events=WebhookEvents()
        )


@asynccontextmanager
async def _place(directory: Path) -> AsyncIterator[_Place]:
    simulator = Simulator(secret=SECRET, app=1, webhook=_NOWHERE)
    with in_haste():
        async with served(simulator):
            for owner in OWNERS:
                commit = NewCommit(message="Change", diff=LOOP)
                order = OpenPull(repository=f"{owner}/shop", title="Change", commits=[commit])
                await simulator.open_pull(order)
            yield _Place(simulator, chosen(simulator, None, private_key(), directory), directory)
            await simulator.stop()


async def sweep_refused(directory: Path, refusals: Sequence[str]) -> list[Outcome]:
    """Every call of a sweep, refused in each of these ways."""
    async with _place(directory) as place:
        called = await _record(place)
        return [await _outcome(place, one, refusal) for refusal in refusals for one in called]


async def _record(place: _Place) -> Sequence[Called]:
    """The calls of a sweep that nothing is refused to."""
    calls: dict[Called, None] = {}

    async def record(_: Any, call: Any) -> None:
        calls[Called(call.method, call.template, call.variant)] = None

    stop = place.simulator.on_call(record)
    first, again, _ = await place.sweep()
    stop()
    assert (first, again.pulls) == (_Swept(_BOTH, _BOTH), 0), "both pulls and both deliveries are found"
    return list(calls)


async def _outcome(place: _Place, called: Called, refusal: str) -> Outcome:
    of_one = called.template in _OF_ONE
    fault = Fault(
        account=OWNERS[0] if of_one else None,
        method=called.method,
        path=called.template,
        times=None,
        **REFUSALS[refusal],
    )
    place.simulator.inject(fault)
    first, again, errors = await place.sweep()
    broken = [f"logged: {error}" for error in errors]
    if first.pulls + again.pulls != _BOTH:
        broken.append(f"{first.pulls + again.pulls} of {_BOTH} pull requests are found in the end")
    if of_one and first.pulls != _BOTH - 1:
        broken.append("what is refused to one account costs another")
    seen = f"{first.pulls} pulls, {first.deliveries} deliveries"
    return Outcome(f"{called}, always", "sweep", refusal, seen, broken)
