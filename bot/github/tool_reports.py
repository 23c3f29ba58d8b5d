"""Reads what other tools have reported on a pull request: annotations of checks, and code scanning alerts.

A review does without what cannot be read: a permission is missing, code scanning is off, GitHub fails.
"""

import re
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import TypeVar

import structlog

from bot.core.best_effort import best_effort, readable
from bot.core.change import Pull, PullRef, ToolReport
from bot.core.reports import MAX_REPORTS, report_text, tool_name
from bot.core.review import Severity
from bot.github.api import Api
from bot.github.failures import CallRejected
from bot.github.missing_permissions import MissingPermissions
from bot.github.own_check_runs import OwnCheckRuns
from bot.github.pages import Query, read_pages
from bot.github.paths import part, repository_path
from bot.github.shapes import MAX_NUMBER, AlertShape, AnnotationShape, CheckShape

log = structlog.get_logger()

_FORBIDDEN = 403
_UNAVAILABLE = (404, 410)
_MAX_RUNS = 300  # check runs of a commit
_MAX_ANNOTATED_RUNS = 20  # the annotations of each cost a request or more
_MAX_ANNOTATIONS = 200  # per check run
_LEVELS = {"failure": Severity.MAJOR, "warning": Severity.MINOR, "notice": Severity.NIT}
_ALERT_LEVELS = {"error": Severity.MAJOR, "warning": Severity.MINOR, "note": Severity.NIT}
_SECURITY_LEVELS = {"critical": Severity.CRITICAL, "high": Severity.MAJOR}
_SHARED_APPS = ("github-actions", "github-advanced-security", "github-code-scanning")  # run many tools
_TOOL_AND_RULE = re.compile(r"([\w.+-]+(?: [\w.+-]+)?) \(([\w./:@-]+)\)", re.ASCII)  # "Ruff (F401)"

_UNNAMED = "an unnamed check"

Item = TypeVar("Item")


class ToolReports:
    def __init__(self, api: Api, own: OwnCheckRuns) -> None:
        self._api = api
        self._own = own
        self._checks = MissingPermissions("read check runs")
        self._alerts = MissingPermissions("read code scanning alerts")

    async def fetch(self, pull: Pull) -> Sequence[ToolReport]:
        """The reports on any lines at the head. Raises `Retry` if GitHub names a time, at a rate limit."""
        annotations = await self._optional(partial(self._annotations, pull), self._checks, pull.ref)
        alerts = await self._optional(partial(self._open_alerts, pull.ref), self._alerts, pull.ref)
        return [*alerts, *annotations]

    async def _optional(
        self,
        read: Callable[[], Awaitable[Sequence[ToolReport]]],
        permissions: MissingPermissions,
        ref: PullRef,
    ) -> Sequence[ToolReport]:
        """What `read` returns; empty if that fails. A missing permission is remembered."""

        async def permitted() -> Sequence[ToolReport]:
            try:
                return await read()
            except CallRejected as error:
                if error.status == _FORBIDDEN:
                    permissions.refused(ref.repository, error)
                elif error.status in _UNAVAILABLE:
                    log.info("tool_reports_unavailable", pull=str(ref), reason=str(error))
                else:
                    raise
                return ()

        if permissions.lacking(ref.repository):
            return ()
        return await best_effort(permitted(), (), what="reports of other tools", ref=ref)

    async def _annotations(self, pull: Pull) -> Sequence[ToolReport]:
        path = f"{repository_path(pull.ref.repository)}/commits/{part(pull.head)}/check-runs"
        runs = await self._first(pull.ref, path, CheckShape, _MAX_RUNS, name="check_runs")
        annotated = [run for run in runs if run.output.annotations_count and not await self._own.is_own(run)]
        reports: list[ToolReport] = []
        for run in annotated[:_MAX_ANNOTATED_RUNS]:
            path = f"{repository_path(pull.ref.repository)}/check-runs/{run.id}/annotations"
            reading = self._first(pull.ref, path, AnnotationShape, _MAX_ANNOTATIONS)
            found = await best_effort(reading, [], what="annotations of a check run", ref=pull.ref)
            reports += filter(None, (_of_annotation(run, annotation) for annotation in found))
        return reports

    async def _open_alerts(self, ref: PullRef) -> Sequence[ToolReport]:
        """Analyses of pull requests run on the merge commit, or else on the head."""
        path = f"{repository_path(ref.repository)}/code-scanning/alerts"
        for checked in ("merge", "head"):
            query = {"ref": f"refs/pull/{ref.number}/{checked}", "state": "open"}
            found = await self._first(ref, path, AlertShape, MAX_REPORTS, query=query)
            if found:
                return [report for report in map(_of_alert, found) if report]
        return ()

    async def _first(
        self,
        ref: PullRef,
        path: str,
        shape: type[Item],
        most: int,
        *,
        query: Query | None = None,
        name: str = "",
    ) -> list[Item]:
        """The first items of a list: at least `most`, or all, or those before a page that cannot be read."""
        items: list[Item] = []
        pages = read_pages(partial(self._api.send, ref), path, shape, query, name=name)
        async for page in readable(pages, what=path, ref=ref):
            items += page.items
            if len(items) >= most:
                break
        return items


def _of_annotation(run: CheckShape, annotation: AnnotationShape) -> ToolReport | None:
    """None if it is on no line. An App that runs any tool names it in the title, or else by its check run."""
    tool, rule, text = run.name, "", annotation.message
    is_shared = run.app is None or run.app.slug in _SHARED_APPS
    if run.app and run.app.name and not is_shared:
        tool = run.app.name
    title = (annotation.title or "").strip()
    named = _TOOL_AND_RULE.fullmatch(title)
    if named:
        tool, rule = named[1] if is_shared else tool, named[2]
    elif title not in text:
        text = f"{title}: {text}"
    lines = annotation.start_line, annotation.end_line
    severity = _LEVELS.get(annotation.annotation_level or "", Severity.MINOR)
    return _report(tool, rule, annotation.path, lines, severity=severity, text=text)


def _of_alert(alert: AlertShape) -> ToolReport | None:
    """None if it is on no line, or its rule only informs."""
    rule, instance = alert.rule, alert.most_recent_instance
    location = instance.location
    if location is None or location.start_line is None or rule.severity == "none":
        return None
    severity = _SECURITY_LEVELS.get(rule.security_severity_level or "") or _ALERT_LEVELS.get(
        rule.severity or "", Severity.MINOR
    )
    text = instance.message.text or rule.description
    lines = location.start_line, location.end_line or location.start_line
    return _report(alert.tool.name, rule.id or rule.name, location.path, lines, severity=severity, text=text)


def _report(
    tool: str, rule: str, path: str, lines: tuple[int, int], *, severity: Severity, text: str
) -> ToolReport | None:
    line, end = lines
    if not 1 <= line <= MAX_NUMBER or not path:
        return None
    return ToolReport(
        tool=tool_name(tool) or _UNNAMED,
        rule=tool_name(rule),
        path=path,
        line=line,
        end=min(max(line, end), MAX_NUMBER),
        severity=severity,
        text=report_text(text),
    )
