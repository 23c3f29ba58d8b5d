"""The check run beside the merge button. Without the permission for it, reviews go on without one."""

import time
from typing import Any

import structlog

from bot.core.change import PullRef
from bot.core.check import Check
from bot.github.account import OwnAccount
from bot.github.api import Api
from bot.github.failures import Rejected, Unanswered
from bot.github.paths import part, repository_path
from bot.github.shapes import CheckShape, ChecksShape

log = structlog.get_logger()

_FORBIDDEN, _UNPROCESSABLE = 403, 422
_AGAIN = 3600.0  # seconds until it is tried again whether the permission is there


class Checks:
    def __init__(self, api: Api, account: OwnAccount) -> None:
        self._api = api
        self._account = account
        self._forbidden: dict[str, float] = {}

    async def put(self, ref: PullRef, head: str, check: Check) -> None:
        """Creates or updates the check run of that name on `head`."""
        if time.monotonic() < self._forbidden.get(ref.repository, 0):
            return
        try:
            await self._put(ref, head, check)
        except Rejected as error:
            if error.status == _FORBIDDEN:
                self._forbidden[ref.repository] = time.monotonic() + _AGAIN
            elif not (error.status == _UNPROCESSABLE and "No commit found" in error.reason):
                raise
            log.warning("no check run is written", pull=str(ref), reason=str(error))

    async def _put(self, ref: PullRef, head: str, check: Check) -> None:
        path = f"{repository_path(ref.repository)}/check-runs"
        found = await self._find(ref, head, check.name)
        if found is not None:
            await self._api.update(ref, f"{path}/{found}", _content(check))
            return
        try:
            await self._api.write(ref, path, {"head_sha": head, **_content(check)}, CheckShape)
        except Unanswered:
            if await self._find(ref, head, check.name) is None:
                raise

    async def _find(self, ref: PullRef, head: str, name: str) -> int | None:
        """The bot's own check run of that name; another App may have one that is named alike."""
        path = f"{repository_path(ref.repository)}/commits/{part(head)}/check-runs"
        shape = await self._api.read(ref, path, ChecksShape, {"check_name": name, "per_page": 100})
        own = (await self._account.login()).removesuffix("[bot]")
        return next((run.id for run in shape.check_runs if run.app and run.app.slug == own), None)


def _content(check: Check) -> dict[str, Any]:
    output = {"title": check.title, "summary": check.summary}
    if check.conclusion is None:
        return {"name": check.name, "status": "in_progress", "output": output}
    return {
        "name": check.name,
        "status": "completed",
        "conclusion": check.conclusion.value,
        "output": output,
    }
