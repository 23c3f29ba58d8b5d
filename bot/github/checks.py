"""The check run beside the merge button. Without the permission for it, reviews go on without one."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import structlog

from bot.core.change import PullRef
from bot.core.check import Check, Conclusion
from bot.github.account import OwnAccount
from bot.github.annotations import AT_ONCE, Mark, lacking, left_over, marks_of
from bot.github.api import Api
from bot.github.failures import Rejected, Unanswered
from bot.github.grants import Grants
from bot.github.paths import part, repository_path
from bot.github.shapes import AnnotationShape, CheckShape, ChecksShape
from bot.github.wire import Call

log = structlog.get_logger()

_FORBIDDEN, _UNPROCESSABLE = 403, 422


class Checks:
    def __init__(self, api: Api, account: OwnAccount) -> None:
        self._api = api
        self._account = account
        self._grants = Grants("writing check runs (checks: write)")

    async def put(self, ref: PullRef, head: str, check: Check) -> None:
        """Creates or updates the check run of that name on `head`."""
        if self._grants.lacking(ref.repository):
            return
        try:
            await self._put(ref, head, check)
        except Rejected as error:
            self._pass_over(ref, error)

    async def find(self, ref: PullRef, head: str, name: str) -> Check | None:
        """What the bot's own newest run of that name says. A conclusion that only GitHub gives is neutral."""
        if self._grants.lacking(ref.repository):
            return None
        try:
            found = await self._find(ref, head, name)
        except Rejected as error:
            self._pass_over(ref, error)
            return None
        return _check(found, name) if found else None

    async def end_again(self, ref: PullRef, head: str, name: str) -> bool:
        """Completes that run once more as it is. False when no run is completed."""
        if self._grants.lacking(ref.repository):
            return False
        try:
            found = await self._find(ref, head, name)
            if found is None or found.conclusion is None:
                return False
            now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
            body = {"status": "completed", "conclusion": found.conclusion, "completed_at": now}
            await self._api.update(ref, f"{_runs(ref)}/{found.id}", body)
        except Rejected as error:
            self._pass_over(ref, error)
            return False
        return True

    def _pass_over(self, ref: PullRef, error: Rejected) -> None:
        """What cannot be had is done without. Raises what is no such refusal."""
        if error.status == _FORBIDDEN:
            self._grants.refused(ref.repository, error)
            return
        if not (error.status == _UNPROCESSABLE and "No commit found" in error.reason):
            raise error
        log.warning("no check run is written", pull=str(ref), reason=str(error))

    async def _put(self, ref: PullRef, head: str, check: Check) -> None:
        """Annotations stay for ever once they are there: a check with others needs a run of its own."""
        marks = marks_of(check)
        found = await self._find(ref, head, check.name)
        left = left_over(marks, await self._marks(ref, found)) if found else marks
        if found is None or left is None:
            found, left = await self._create(ref, head, check, marks), marks[AT_ONCE:]
        else:
            await self._update(ref, found, check, left[:AT_ONCE], _content(check))
            left = left[AT_ONCE:]
        for start in range(0, len(left), AT_ONCE):
            await self._update(ref, found, check, left[start : start + AT_ONCE], {})

    async def _create(self, ref: PullRef, head: str, check: Check, marks: Sequence[Mark]) -> CheckShape:
        """When no answer comes, the run may be there all the same, with its first annotations."""
        content = {"head_sha": head, **_content(check), "output": _output(check, marks[:AT_ONCE])}
        try:
            return await self._api.write(ref, _runs(ref), content, CheckShape)
        except Unanswered:
            found = await self._find(ref, head, check.name)
            if found is None or lacking(marks[:AT_ONCE], await self._marks(ref, found)):
                raise
            return found

    async def _update(
        self, ref: PullRef, run: CheckShape, check: Check, marks: Sequence[Mark], content: dict[str, Any]
    ) -> None:
        """GitHub adds annotations to those that are there. So with some it is sent once, and looked for when
        no answer comes.
        """
        body = {**content, "output": _output(check, marks)}
        call = Call("PATCH", f"{_runs(ref)}/{run.id}", body=body, repeatable=not marks)
        try:
            await self._api.send(ref, call)
        except Unanswered:
            if not marks or lacking(marks, await self._listed(ref, run)):
                raise

    async def _find(self, ref: PullRef, head: str, name: str) -> CheckShape | None:
        """The bot's own newest run of that name; another App may have one that is named alike."""
        path = f"{repository_path(ref.repository)}/commits/{part(head)}/check-runs"
        shape = await self._api.read(ref, path, ChecksShape, {"check_name": name, "per_page": 100})
        own = (await self._account.login()).removesuffix("[bot]")
        runs = [run for run in shape.check_runs if run.app and run.app.slug == own]
        return max(runs, key=lambda run: run.id, default=None)

    async def _marks(self, ref: PullRef, run: CheckShape) -> Sequence[AnnotationShape]:
        return await self._listed(ref, run) if run.output.annotations_count else ()

    async def _listed(self, ref: PullRef, run: CheckShape) -> Sequence[AnnotationShape]:
        path = f"{_runs(ref)}/{run.id}/annotations"
        return [shape async for shape in self._api.pages(ref, path, AnnotationShape)]


def _runs(ref: PullRef) -> str:
    return f"{repository_path(ref.repository)}/check-runs"


def _check(run: CheckShape, name: str) -> Check:
    conclusion = run.conclusion
    if conclusion is not None and conclusion not in set(Conclusion):
        conclusion = Conclusion.NEUTRAL
    return Check(
        name=name,
        conclusion=Conclusion(conclusion) if conclusion else None,
        title=run.output.title or name,
        summary=run.output.summary or "",
    )


def _content(check: Check) -> dict[str, Any]:
    if check.conclusion is None:
        return {"name": check.name, "status": "in_progress"}
    return {"name": check.name, "status": "completed", "conclusion": check.conclusion.value}


def _output(check: Check, marks: Sequence[Mark]) -> dict[str, Any]:
    output: dict[str, Any] = {"title": check.title, "summary": check.summary}
    return output | ({"annotations": list(marks)} if marks else {})
