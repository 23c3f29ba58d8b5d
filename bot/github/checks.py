"""The check run beside the merge button."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import structlog

from bot.core.best_effort import best_effort
from bot.core.change import PullRef
from bot.core.check_run import Check, Conclusion
from bot.core.errors import Retry, is_final
from bot.github.annotations import AT_ONCE, Mark, lacking, left_over, marks_of
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
        self._grants = MissingPermissions("writing check runs with a plain token")

    async def put(self, ref: PullRef, head: str, check: Check, *, create: bool = True) -> bool:
        """Creates or updates the check run of that name on `head`; without `create` it only updates. Returns
        whether it is there.

        With a plain token that may not write checks there is none: they are for Apps. An App that may not is
        refused (`CallRejected`).
        """
        if self._grants.lacking(ref.repository):
            return False
        try:
            return await self._put(ref, head, check, create=create)
        except CallRejected as error:
            if not self._account.of_app and error.status == _FORBIDDEN:
                self._grants.refused(ref.repository, error)
            elif create or error.status not in _NO_COMMIT:
                raise
            return False

    async def find(self, ref: PullRef, head: str, name: str) -> Check | None:
        """What the bot's own newest run of that name says; None where there is no run, or where GitHub does
        not show it. A conclusion that only GitHub gives is neutral.
        """
        if self._grants.lacking(ref.repository):
            return None
        try:
            found = await self._find(ref, head, name)
        except CallRejected as error:
            log.warning("a check run cannot be read", pull=str(ref), reason=str(error))
            return None
        if found and found is self._own.recall(ref, head, name):
            found = await self._looked_at(ref, head, name, found)
        return _check(found, name) if found else None

    async def _looked_at(self, ref: PullRef, head: str, name: str, written: CheckShape) -> CheckShape | None:
        """A run that is not listed, as GitHub shows it by itself, else as it was written; None when it is
        gone.
        """
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
        """Completes that run once more as it is. False when no run is completed, None where GitHub does not
        tell, or refuses it.
        """
        if self._grants.lacking(ref.repository):
            return False
        try:
            found = await self._find(ref, head, name)
            if found is None or found.conclusion is None:
                return False
            now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
            body = {"status": "completed", "conclusion": found.conclusion, "completed_at": now}
            await self._api.update(ref, f"{_runs(ref)}/{found.id}", body, CheckShape)
        except CallRejected as error:
            log.warning("a check run cannot be completed again", pull=str(ref), reason=str(error))
            return None
        return True

    async def _put(self, ref: PullRef, head: str, check: Check, *, create: bool) -> bool:
        """Annotations stay for ever once they are there: a check with others needs a run of its own."""
        found = await self._found(ref, head, check)
        if found is None and not create:
            return False
        marks = marks_of(check)
        left = await self._left_over(ref, found, marks) if found else marks
        if found is None or left is None:
            found, left = await self._create(ref, head, check, marks), marks[AT_ONCE:]
        else:
            found = await self._renew(ref, head, found, check, left[:AT_ONCE])
            left = left[AT_ONCE:]
        self._own.remember(ref, head, check, found.id)
        for start in range(0, len(left), AT_ONCE):
            await self._annotate(ref, found, check, left[start : start + AT_ONCE])
        return True

    async def _renew(
        self, ref: PullRef, head: str, run: CheckShape, check: Check, marks: Sequence[Mark]
    ) -> CheckShape:
        """The run as it is updated; another where it is not listed because it is gone."""
        try:
            await self._update(ref, run, check, marks, _content(check))
        except CallRejected as error:
            is_listed = run is not self._own.recall(ref, head, check.name)
            if is_listed or error.status not in _GONE:
                raise
            self._own.forget(ref, head, check.name)
            return await self._create(ref, head, check, marks)
        return run

    async def _found(self, ref: PullRef, head: str, check: Check) -> CheckShape | None:
        """Where nobody tells which runs there are, one that is completed may be made: GitHub shows the newest
        of a name. One in progress might never end.
        """
        try:
            return await self._find(ref, head, check.name)
        except CallRejected as error:
            if check.conclusion is None:
                raise
            log.warning("a check run is written unseen", pull=str(ref), reason=str(error))
            return None

    async def _annotate(self, ref: PullRef, run: CheckShape, check: Check, marks: Sequence[Mark]) -> None:
        """Without these the check is what it is."""
        try:
            await self._update(ref, run, check, marks, {})
        except CallRejected as error:
            log.warning("annotations were not taken", pull=str(ref), reason=str(error))

    async def _create(self, ref: PullRef, head: str, check: Check, marks: Sequence[Mark]) -> CheckShape:
        """When no answer comes, the run may be there all the same, with its first annotations."""
        first = marks[:AT_ONCE]
        mark = await self._own.mark()
        content = {"head_sha": head, "external_id": mark, **_content(check), "output": _output(check, first)}
        try:
            made = await self._api.write(ref, _runs(ref), content, CheckShape)
        except Unanswered:
            found = await self._find(ref, head, check.name)
            if found is None or lacking(first, await self._marks(ref, found)):
                raise
            made = found
        except CallRejected:
            if not marks:
                raise
            made = await self._create(ref, head, check, ())  # so that annotations never cost the check
        self._own.remember(ref, head, check, made.id)
        return made

    async def _update(
        self, ref: PullRef, run: CheckShape, check: Check, marks: Sequence[Mark], content: dict[str, Any]
    ) -> None:
        """GitHub adds annotations to those that are there. So with some it is sent once, and looked for when
        no answer comes. An annotation that GitHub does not take must not cost the check.
        """
        body = {**content, "output": _output(check, marks)}
        path = f"{_runs(ref)}/{run.id}"
        try:
            await self._api.update(ref, path, body, CheckShape, repeatable=not marks)
        except Unanswered:
            if not marks or lacking(marks, await self._listed(ref, run)):
                raise
        except CallRejected:
            if not marks or not content:
                raise
            await self._update(ref, run, check, (), content)

    async def _find(self, ref: PullRef, head: str, name: str) -> CheckShape | None:
        """The bot's own newest run of that name; another App may have one that is named alike. One that this
        process has written is there, whatever the list says.
        """
        written = self._own.recall(ref, head, name)
        listed = await self._newest(ref, head, name, written)
        if written and (listed is None or listed.id < written.id):
            log.warning("a check run is not listed", pull=str(ref), run=written.id)
            return written
        return listed

    async def _newest(
        self, ref: PullRef, head: str, name: str, written: CheckShape | None
    ) -> CheckShape | None:
        """That is listed. Raises `Unreadable` where more are counted than can be read, and none of those is
        the bot's; nothing but a rate limit where one is known to be `written`.
        """
        path = f"{repository_path(ref.repository)}/commits/{part(head)}/check-runs"
        try:
            shape = await self._api.read(ref, path, ChecksShape, {"check_name": name, "per_page": 100})
        except (CallRejected, Retry) as error:
            if written is None or not is_final(error):
                raise
            return None
        own = [run for run in shape.check_runs if await self._own.own(run)]
        if not own and not written and shape.total_count > len(shape.check_runs):
            raise Unreadable(f"GET {path}", "check_runs", "there are fewer than it counts")
        return max(own, key=lambda run: run.id, default=None)

    async def _left_over(self, ref: PullRef, run: CheckShape, marks: Sequence[Mark]) -> Sequence[Mark] | None:
        """The annotations that `run` lacks; None when it has others. None are added where nobody tells which
        it has: they would be there twice.
        """
        return await best_effort(self._compared(ref, run, marks), (), what="annotations", ref=ref)

    async def _compared(self, ref: PullRef, run: CheckShape, marks: Sequence[Mark]) -> Sequence[Mark] | None:
        return left_over(marks, await self._marks(ref, run))

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
