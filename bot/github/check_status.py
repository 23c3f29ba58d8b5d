"""The combined status of all checks on a commit other than the bot's own."""

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
_STALE = "stale"  # GitHub's conclusion for a run that never completed
_STATUSES = {"success": CombinedStatus.GREEN, "pending": CombinedStatus.PENDING}


async def fetch_combined_status(
    api: Api, own: OwnCheckRuns, ref: PullRef, head: str, *, patient: bool
) -> CombinedStatus:
    """Combines the check runs of other Apps with the commit statuses.

    Skips what the bot is not permitted to read and, without `patient`, what cannot be read now.
    """
    reading = _runs(api, own, ref, head, patient=patient)
    runs = await best_effort(reading, [], what="check runs", ref=ref, patient=patient)
    statuses = await best_effort(_statuses(api, ref, head), [], what="statuses", ref=ref, patient=patient)
    return _worst([*runs, *statuses])


async def _runs(
    api: Api, own: OwnCheckRuns, ref: PullRef, head: str, *, patient: bool
) -> list[CombinedStatus]:
    path = f"{repository_path(ref.repository)}/commits/{part(head)}/check-runs"
    pages = read_pages(partial(api.send, ref), path, CheckShape, name="check_runs")
    page_stream = readable(pages, what="check runs", ref=ref, patient=patient)
    runs = [run async for page in page_stream for run in page.items]
    others = [run for run in runs if not await own.is_own(run)]
    return [_combined_status(run) for run in others if run.conclusion != _STALE]


async def _statuses(api: Api, ref: PullRef, head: str) -> list[CombinedStatus]:
    path = f"{repository_path(ref.repository)}/commits/{part(head)}/status"
    status = await api.read(ref, path, StatusShape, {"per_page": 1})
    return [_STATUSES.get(status.state, CombinedStatus.RED)] if status.total_count else []


def _combined_status(run: CheckShape) -> CombinedStatus:
    if run.conclusion is None:
        return CombinedStatus.PENDING
    return CombinedStatus.GREEN if run.conclusion in _GREEN else CombinedStatus.RED


def _worst(statuses: Iterable[CombinedStatus]) -> CombinedStatus:
    """The worst of them: after one failure there is no need to wait for the others."""
    order = (CombinedStatus.RED, CombinedStatus.PENDING, CombinedStatus.GREEN)
    present = set(statuses)
    return next((status for status in order if status in present), CombinedStatus.NONE)
