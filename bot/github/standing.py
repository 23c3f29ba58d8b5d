"""How a commit stands with everybody else's checks."""

from collections.abc import Iterable
from functools import partial

from bot.core.change import PullRef
from bot.core.check import Standing
from bot.core.optional import optional, readable
from bot.github.api import Api
from bot.github.own_runs import OwnRuns
from bot.github.pages import read_pages
from bot.github.paths import part, repository_path
from bot.github.shapes import CheckShape, StatusShape

_GREEN = ("success", "neutral", "skipped")
_STALE = "stale"  # GitHub's word for a run that was never completed
_STATUSES = {"success": Standing.GREEN, "pending": Standing.PENDING}


async def fetch_standing(api: Api, own: OwnRuns, ref: PullRef, head: str, *, patient: bool) -> Standing:
    """Check runs of other Apps and commit statuses. What the bot may not read, or without `patient` cannot,
    does not count.
    """
    asked = _runs(api, own, ref, head, patient=patient)
    runs = await optional(asked, [], what="check runs", ref=ref, patient=patient)
    statuses = await optional(_statuses(api, ref, head), [], what="statuses", ref=ref, patient=patient)
    return _together([*runs, *statuses])


async def _runs(api: Api, own: OwnRuns, ref: PullRef, head: str, *, patient: bool) -> list[Standing]:
    path = f"{repository_path(ref.repository)}/commits/{part(head)}/check-runs"
    pages = read_pages(partial(api.send, ref), path, CheckShape, name="check_runs")
    there = readable(pages, what="check runs", ref=ref, patient=patient)
    runs = [run async for page in there for run in page.items]
    others = [run for run in runs if not await own.own(run)]
    return [_standing(run) for run in others if run.conclusion != _STALE]


async def _statuses(api: Api, ref: PullRef, head: str) -> list[Standing]:
    path = f"{repository_path(ref.repository)}/commits/{part(head)}/status"
    told = await api.read(ref, path, StatusShape, {"per_page": 1})
    return [_STATUSES.get(told.state, Standing.RED)] if told.total_count else []


def _standing(run: CheckShape) -> Standing:
    if run.conclusion is None:
        return Standing.PENDING
    return Standing.GREEN if run.conclusion in _GREEN else Standing.RED


def _together(standings: Iterable[Standing]) -> Standing:
    """The worst of them: one that failed makes waiting for the others needless."""
    order = (Standing.RED, Standing.PENDING, Standing.GREEN)
    found = set(standings)
    return next((standing for standing in order if standing in found), Standing.NONE)
