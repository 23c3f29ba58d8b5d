"""How a commit stands with everybody else's checks."""

from collections.abc import Iterable
from functools import partial

from bot.core.best_effort import best_effort, readable
from bot.core.change import PullRef
from bot.core.check_run import CombinedStatus
from bot.github.api import Api
from bot.github.own_check_runs import OwnCheckRuns
from bot.github.pages import read_pages
from bot.github.paths import part, repository_path
from bot.github.shapes import CheckShape, StatusShape

_GREEN = ("success", "neutral", "skipped")
_STALE = "stale"  # GitHub's word for a run that was never completed
_STATUSES = {"success": CombinedStatus.GREEN, "pending": CombinedStatus.PENDING}


async def fetch_combined_status(
    api: Api, own: OwnCheckRuns, ref: PullRef, head: str, *, patient: bool
) -> CombinedStatus:
    """Check runs of other Apps and commit statuses. What the bot may not read, or without `patient` cannot,
    does not count.
    """
    asked = _runs(api, own, ref, head, patient=patient)
    runs = await best_effort(asked, [], what="check runs", ref=ref, patient=patient)
    statuses = await best_effort(_statuses(api, ref, head), [], what="statuses", ref=ref, patient=patient)
    return _together([*runs, *statuses])


async def _runs(
    api: Api, own: OwnCheckRuns, ref: PullRef, head: str, *, patient: bool
) -> list[CombinedStatus]:
    path = f"{repository_path(ref.repository)}/commits/{part(head)}/check-runs"
    pages = read_pages(partial(api.send, ref), path, CheckShape, name="check_runs")
    there = readable(pages, what="check runs", ref=ref, patient=patient)
    runs = [run async for page in there for run in page.items]
    others = [run for run in runs if not await own.own(run)]
    return [_combined_status(run) for run in others if run.conclusion != _STALE]


async def _statuses(api: Api, ref: PullRef, head: str) -> list[CombinedStatus]:
    path = f"{repository_path(ref.repository)}/commits/{part(head)}/status"
    told = await api.read(ref, path, StatusShape, {"per_page": 1})
    return [_STATUSES.get(told.state, CombinedStatus.RED)] if told.total_count else []


def _combined_status(run: CheckShape) -> CombinedStatus:
    if run.conclusion is None:
        return CombinedStatus.PENDING
    return CombinedStatus.GREEN if run.conclusion in _GREEN else CombinedStatus.RED


def _together(standings: Iterable[CombinedStatus]) -> CombinedStatus:
    """The worst of them: one that failed makes waiting for the others needless."""
    order = (CombinedStatus.RED, CombinedStatus.PENDING, CombinedStatus.GREEN)
    found = set(standings)
    return next(
        (combined_status for combined_status in order if combined_status in found), CombinedStatus.NONE
    )
