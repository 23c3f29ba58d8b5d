"""How a commit stands with everybody else's checks."""

from collections.abc import Iterable
from functools import partial

import structlog

from bot.core.change import PullRef
from bot.core.check import Standing
from bot.github.account import OwnAccount
from bot.github.api import Api
from bot.github.failures import Rejected
from bot.github.pages import read_pages
from bot.github.paths import part, repository_path
from bot.github.shapes import CheckShape, ChecksShape, StatusShape

log = structlog.get_logger()

_GREEN = ("success", "neutral", "skipped")
_STALE = "stale"  # GitHub's word for a run that was never completed
_STATUSES = {"success": Standing.GREEN, "pending": Standing.PENDING}


async def fetch_standing(api: Api, account: OwnAccount, ref: PullRef, head: str) -> Standing:
    """Check runs of other Apps and commit statuses. What the bot may not read does not count."""
    return _together([*await _runs(api, account, ref, head), *await _statuses(api, ref, head)])


async def _runs(api: Api, account: OwnAccount, ref: PullRef, head: str) -> list[Standing]:
    path = f"{repository_path(ref.repository)}/commits/{part(head)}/check-runs"
    own = (await account.login()).removesuffix("[bot]")
    try:
        pages = [page async for page in read_pages(partial(api.send, ref), path, ChecksShape)]
    except Rejected as error:
        log.info("the checks of others cannot be read", pull=str(ref), reason=str(error))
        return []
    runs = [run for page in pages for run in page.check_runs if not (run.app and run.app.slug == own)]
    return [_standing(run) for run in runs if run.conclusion != _STALE]


async def _statuses(api: Api, ref: PullRef, head: str) -> list[Standing]:
    path = f"{repository_path(ref.repository)}/commits/{part(head)}/status"
    try:
        told = await api.read(ref, path, StatusShape, {"per_page": 1})
    except Rejected as error:
        log.info("the statuses of a commit cannot be read", pull=str(ref), reason=str(error))
        return []
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
