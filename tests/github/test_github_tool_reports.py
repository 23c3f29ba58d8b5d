"""What other tools have reported: annotations of checks, and alerts of code scanning."""

from typing import Any

import pytest
from aiohttp import web
from structlog.testing import capture_logs

from bot.core.change import PullRef, ToolReport
from bot.core.check_run import Annotation, AnnotationLevel, Check, Conclusion
from bot.core.errors import Retry
from bot.core.review import Severity
from bot.github import GitHubForge, TokenCredentials
from github_simulator import Edit, GrantApp, NewAnnotation, Push, RaiseAlert, SetCheck
from tests.github.scene import NOTES, Scene, small_github

RUNS = "/repos/{owner}/{repo}/commits/{ref}/check-runs"
ANNOTATIONS = "/repos/{owner}/{repo}/check-runs/{check_run_id}/annotations"
ALERTS = "/repos/{owner}/{repo}/code-scanning/alerts"


async def annotate(town: Scene, *lines: int, name: str = "lint", **fields: Any) -> None:
    app = fields.pop("app", "github-actions")
    usual = {"path": "shop/api.py", "message": "Bad", **fields}
    marks = [NewAnnotation(**{"start_line": line, "end_line": line} | usual) for line in lines]
    await town.simulator.set_check("acme/shop", 1, SetCheck(name=name, app=app, annotations=marks))


def alert(town: Scene, line: int = 11, **fields: Any) -> None:
    order = {"rule": "py/x", "path": "shop/api.py", "line": line, "message": "Flaw", **fields}
    town.simulator.raise_alert("acme/shop", 1, RaiseAlert(**order))


async def reports(town: Scene, ref: PullRef) -> list[ToolReport]:
    return list(await town.forge.reports(await town.forge.pull(ref)))


async def test_annotations_of_other_checks_are_read_even_before_those_end(town: Scene) -> None:
    ref = await town.open()
    await annotate(town, 11, end_line=12, annotation_level="failure", title="Ruff (F401)", message="Unused")
    await annotate(
        town, 12, name="scan", app="sonar", annotation_level="notice", title="Smell", message="Long"
    )
    await annotate(town, 13, name="types", message="Wrong type")

    assert await reports(town, ref) == [
        ToolReport(
            tool="Ruff",
            rule="F401",
            path="shop/api.py",
            line=11,
            end=12,
            severity=Severity.MAJOR,
            text="Unused",
        ),
        ToolReport(
            tool="Sonar", path="shop/api.py", line=12, end=12, severity=Severity.NIT, text="Smell: Long"
        ),
        ToolReport(
            tool="types", path="shop/api.py", line=13, end=13, severity=Severity.MINOR, text="Wrong type"
        ),
    ]


async def test_the_bots_own_annotations_and_those_of_older_heads_do_not_count(town: Scene) -> None:
    ref = await town.open()
    own = Annotation(
        path="shop/api.py", line=11, end=11, level=AnnotationLevel.FAILURE, title="Own", message="Own"
    )
    check = Check(name="review", title="t", summary="s", conclusion=Conclusion.SUCCESS, annotations=(own,))
    await town.forge.put_check(ref, town.posted()["head"], check)
    await annotate(town, 12)
    assert [report.line for report in await reports(town, ref)] == [12]

    await town.simulator.push("acme/shop", 1, Push(message="Next", diff=NOTES))
    assert await reports(town, ref) == []


async def test_alerts_of_the_pull_request_are_read(town: Scene) -> None:
    ref = await town.open()
    alert(town, 11, end=12, security="critical", tool="Semgrep")
    alert(town, 12, security="medium", severity="warning")
    alert(town, 13, severity="none")
    alert(town, 14, state="dismissed")
    alert(town, 15, checked="head")
    found = [
        (one.tool, one.rule, one.line, one.end, one.severity, one.text) for one in await reports(town, ref)
    ]

    assert found == [
        ("CodeQL", "py/x", 12, 12, Severity.MINOR, "Flaw"),
        ("Semgrep", "py/x", 11, 12, Severity.CRITICAL, "Flaw"),
    ]


async def test_alerts_of_the_head_count_if_the_merge_was_not_analysed(town: Scene) -> None:
    ref = await town.open()
    alert(town, 15, checked="head")

    assert [report.line for report in await reports(town, ref)] == [15]
    assert town.count("GET", ALERTS) == 2


async def test_without_code_scanning_there_are_no_alerts(town: Scene) -> None:
    ref = await town.open()
    await annotate(town, 11)
    assert len(await reports(town, ref)) == 1


@pytest.mark.parametrize("off", ["not permitted", "switched off"])
async def test_a_refusal_for_lack_of_permission_is_remembered_for_a_while(town: Scene, off: str) -> None:
    if off == "not permitted":
        town.simulator.grant_app(GrantApp(permissions={"security_events": "none"}))
    ref = await town.open(private=off == "switched off")
    await annotate(town, 11)
    with capture_logs() as logs:
        for _ in range(2):
            assert [report.line for report in await reports(town, ref)] == [11]

    assert town.count("GET", ALERTS) == 1
    assert [entry["event"] for entry in logs] == ["permission_missing"]


@pytest.mark.parametrize("path", [RUNS, ANNOTATIONS, ALERTS])
@pytest.mark.parametrize(
    "fault",
    [
        {"status": 403},
        {"status": 404},
        {"status": 410},
        {"status": 422},
        {"status": 451},
        {"status": 500},
        {"status": 503},
        {"status": 200, "body": "<html>"},
        {"status": 200, "body": {}},
        {"status": 200, "body": [None, 5, {"path": []}]},
    ],
)
async def test_what_cannot_be_read_is_left_out_and_the_rest_counts(
    town: Scene, path: str, fault: dict[str, Any]
) -> None:
    ref = await town.open()
    await annotate(town, 11)
    alert(town, 12)
    town.fail("GET", path, times=None, **fault)

    assert [report.line for report in await reports(town, ref)] == [11 if path == ALERTS else 12]


async def test_a_rate_limit_concerns_every_request(town: Scene) -> None:
    ref = await town.open()
    pull = await town.forge.pull(ref)
    town.fail("GET", ALERTS, 429, headers={"Retry-After": "600"}, times=None)
    with pytest.raises(Retry):
        await town.forge.reports(pull)


async def test_odd_records_are_passed_over(town: Scene) -> None:
    ref = await town.open()
    await annotate(town, 0, -1, 11)
    await annotate(town, 12, end_line=3, message=" many \n lines " + "x" * 5000)
    alert(town, 13)
    alert(town, 14)
    odd = (Edit(at="/0/most_recent_instance/location", value=None), Edit(at="/1/rule", value=[]))
    town.fail("GET", ALERTS, edits=odd)
    found = {report.line: report for report in await reports(town, ref)}

    assert sorted(found) == [11, 12, 13]
    assert (found[12].end, found[12].text[:14], len(found[12].text) <= 500) == (12, "many lines xxx", True)
    assert (found[13].rule, found[13].severity) == ("", Severity.MINOR)


async def test_the_number_of_calls_is_bounded(town: Scene) -> None:
    ref = await town.open()
    await annotate(town, *range(1, 351))
    for nth in range(25):
        await annotate(town, 1, name=f"job {nth}")
    found = await reports(town, ref)

    assert len(found) == 200 + 19
    assert town.count("GET", ANNOTATIONS) == 2 + 19


async def test_an_old_server_that_names_no_app() -> None:
    head = "a" * 40
    run = {"id": 1, "name": "lint", "output": {"annotations_count": 1}}
    mark = {"path": "a.py", "start_line": 1, "end_line": 1, "annotation_level": None, "message": None}
    pull = {"state": "open", "base": {"ref": "main", "sha": head}, "head": {"sha": head}}

    def says(body: object) -> Any:
        async def handler(_: web.Request) -> web.Response:
            return web.json_response(body)

        return handler

    routes = [
        web.get("/user", says({"login": "bot", "id": 1})),
        web.get("/repos/o/r/pulls/1", says(pull)),
        web.get(f"/repos/o/r/commits/{head}/check-runs", says({"total_count": 1, "check_runs": [run]})),
        web.get("/repos/o/r/check-runs/1/annotations", says([mark])),
    ]
    async with small_github(*routes) as url, GitHubForge(url, TokenCredentials("t"), pauses=(0,)) as forge:
        read = await forge.pull(PullRef(repository="o/r", number=1))
        [report] = await forge.reports(read)

    assert (report.tool, report.severity, report.text) == ("lint", Severity.MINOR, "")
