"""Creates, updates and reads the bot's check runs."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import structlog

from bot.core.best_effort import best_effort
from bot.core.change import PullRef
from bot.core.check_run import Check, Conclusion
from bot.core.errors import Retry, is_final
from bot.github.annotations import AT_ONCE, Mark, marks_of, missing, missing_or_conflict
from bot.github.api import Api
from bot.github.failures import CallRejected, Unanswered, Unreadable
from bot.github.missing_permissions import MissingPermissions
from bot.github.own_account import OwnAccount
from bot.github.own_check_runs import OwnCheckRuns
from bot.github.paths import part, repository_path
from bot.github.shapes import AnnotationShape, CheckShape, ChecksShape

log = structlog.get_logger()

_FORBIDDEN = 403
_NO_COMMIT = (404, 422)
_GONE = (404, 410)


class Checks:
    def __init__(self, api: Api, account: OwnAccount, own: OwnCheckRuns) -> None:
        self._api = api
        self._account = account
        self._own = own
        self._permissions = MissingPermissions("write check runs with a personal access token")

    async def put(self, ref: PullRef, head: str, check: Check, *, create: bool = True) -> bool:
        """Creates or updates the check run of that name on `head`; without `create` it only updates. Returns
        whether the run exists.

        Returns False with a personal access token that may not write checks: only Apps can. Raises
        `CallRejected` for an App without the permission.
        """
        if self._permissions.lacking(ref.repository):
            return False
        try:
            return await self._put(ref, head, check, create=create)
        except CallRejected as error:
            if not self._account.is_app and error.status == _FORBIDDEN:
                self._permissions.refused(ref.repository, error)
            elif create or error.status not in _NO_COMMIT:
                raise
            return False

    async def find(self, ref: PullRef, head: str, name: str) -> Check | None:
        """The bot's newest run of that name; None if there is none or GitHub does not show it. Conclusions
        that only GitHub sets become neutral.
        """
        if self._permissions.lacking(ref.repository):
            return None
        try:
            found = await self._find(ref, head, name)
        except CallRejected as error:
            log.warning("check_run_unreadable", pull=str(ref), reason=str(error))
            return None
        if found and found is self._own.recall(ref, head, name):
            found = await self._reread(ref, head, name, found)
        return _check(found, name) if found else None

    async def _reread(self, ref: PullRef, head: str, name: str, written: CheckShape) -> CheckShape | None:
        """Reads an unlisted run by its id, and falls back to `written`; None if it was deleted."""
        try:
            return await self._api.read(ref, f"{_runs(ref)}/{written.id}", CheckShape)
        except (CallRejected, Retry) as error:
            if not is_final(error):
                raise
            if not isinstance(error, CallRejected) or error.status not in _GONE:
                return written
        self._own.forget(ref, head, name)
        return None

    async def end_again(self, ref: PullRef, head: str, name: str) -> bool | None:
        """Completes that run again with its conclusion. False if no run is completed, None if GitHub
        refuses.
        """
        if self._permissions.lacking(ref.repository):
            return False
        try:
            found = await self._find(ref, head, name)
            if found is None or found.conclusion is None:
                return False
            now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
            body = {"status": "completed", "conclusion": found.conclusion, "completed_at": now}
            await self._api.update(ref, f"{_runs(ref)}/{found.id}", body, CheckShape)
        except CallRejected as error:
            log.warning("check_run_recompletion_failed", pull=str(ref), reason=str(error))
            return None
        return True

    async def _put(self, ref: PullRef, head: str, check: Check, *, create: bool) -> bool:
        """Annotations cannot be removed: a check with other annotations needs a new run."""
        run = await self._existing(ref, head, check)
        if run is None and not create:
            return False
        marks = marks_of(check)
        pending = await self._missing_marks(ref, run, marks) if run else marks
        if run is None or pending is None:
            run, pending = await self._create(ref, head, check, marks), marks[AT_ONCE:]
        else:
            run = await self._renew(ref, head, run, check, pending[:AT_ONCE])
            pending = pending[AT_ONCE:]
        self._own.remember(ref, head, check, run.id)
        for start in range(0, len(pending), AT_ONCE):
            await self._annotate(ref, run, check, pending[start : start + AT_ONCE])
        return True

    async def _renew(
        self, ref: PullRef, head: str, run: CheckShape, check: Check, marks: Sequence[Mark]
    ) -> CheckShape:
        """Updates the run; creates another if the run is unlisted because it was deleted."""
        try:
            await self._update(ref, run, check, marks, _content(check))
        except CallRejected as error:
            is_listed = run is not self._own.recall(ref, head, check.name)
            if is_listed or error.status not in _GONE:
                raise
            self._own.forget(ref, head, check.name)
            return await self._create(ref, head, check, marks)
        return run

    async def _existing(self, ref: PullRef, head: str, check: Check) -> CheckShape | None:
        """If the runs cannot be listed, a completed run may be created: GitHub shows the newest of a name. A
        run in progress may not: it might never be completed.
        """
        try:
            return await self._find(ref, head, check.name)
        except CallRejected as error:
            if check.conclusion is None:
                raise
            log.warning("check_run_written_blind", pull=str(ref), reason=str(error))
            return None

    async def _annotate(self, ref: PullRef, run: CheckShape, check: Check, marks: Sequence[Mark]) -> None:
        """Adds annotations; the check is valid without them."""
        try:
            await self._update(ref, run, check, marks, {})
        except CallRejected as error:
            log.warning("annotations_refused", pull=str(ref), reason=str(error))

    async def _create(self, ref: PullRef, head: str, check: Check, marks: Sequence[Mark]) -> CheckShape:
        """If no answer arrives, the run and its first annotations may exist nevertheless."""
        first = marks[:AT_ONCE]
        mark = await self._own.mark()
        content = {"head_sha": head, "external_id": mark, **_content(check), "output": _output(check, first)}
        try:
            created = await self._api.write(ref, _runs(ref), content, CheckShape)
        except Unanswered:
            found = await self._find(ref, head, check.name)
            if found is None or missing(first, await self._marks(ref, found)):
                raise
            created = found
        except CallRejected:
            if not marks:
                raise
            created = await self._create(
                ref, head, check, ()
            )  # refused annotations must not prevent the check
        self._own.remember(ref, head, check, created.id)
        return created

    async def _update(
        self, ref: PullRef, run: CheckShape, check: Check, marks: Sequence[Mark], content: dict[str, Any]
    ) -> None:
        """GitHub appends annotations to the existing ones. So an update with annotations is sent once, and
        the list is read if no answer arrives. A refused annotation must not prevent the update.
        """
        body = {**content, "output": _output(check, marks)}
        path = f"{_runs(ref)}/{run.id}"
        try:
            await self._api.update(ref, path, body, CheckShape, repeatable=not marks)
        except Unanswered:
            if not marks or missing(marks, await self._listed(ref, run)):
                raise
        except CallRejected:
            if not marks or not content:
                raise
            await self._update(ref, run, check, (), content)

    async def _find(self, ref: PullRef, head: str, name: str) -> CheckShape | None:
        """The bot's newest run of that name; another App may use the same name. A run that this process
        wrote exists even if the list lacks it.
        """
        written = self._own.recall(ref, head, name)
        listed = await self._newest(ref, head, name, written)
        if written and (listed is None or listed.id < written.id):
            log.warning("check_run_unlisted", pull=str(ref), run=written.id)
            return written
        return listed

    async def _newest(
        self, ref: PullRef, head: str, name: str, written: CheckShape | None
    ) -> CheckShape | None:
        """The bot's newest listed run. Raises `Unreadable` if GitHub counts more runs than can be read and
        none of those is the bot's. With `written`, raises only `Retry` at a rate limit.
        """
        path = f"{repository_path(ref.repository)}/commits/{part(head)}/check-runs"
        try:
            shape = await self._api.read(ref, path, ChecksShape, {"check_name": name, "per_page": 100})
        except (CallRejected, Retry) as error:
            if written is None or not is_final(error):
                raise
            return None
        own_runs = [run for run in shape.check_runs if await self._own.is_own(run)]
        if not own_runs and not written and shape.total_count > len(shape.check_runs):
            raise Unreadable(f"GET {path}", "check_runs", "the list is shorter than total_count")
        return max(own_runs, key=lambda run: run.id, default=None)

    async def _missing_marks(
        self, ref: PullRef, run: CheckShape, marks: Sequence[Mark]
    ) -> Sequence[Mark] | None:
        """The annotations that `run` lacks; None if it has others. Empty if they cannot be listed, so that
        none is posted twice.
        """
        return await best_effort(self._compare_annotations(ref, run, marks), (), what="annotations", ref=ref)

    async def _compare_annotations(
        self, ref: PullRef, run: CheckShape, marks: Sequence[Mark]
    ) -> Sequence[Mark] | None:
        return missing_or_conflict(marks, await self._marks(ref, run))

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
    output |= {"text": check.text} if check.text else {}
    return output | ({"annotations": list(marks)} if marks else {})
