"""Check runs, which only apps may write."""

from datetime import UTC, datetime

from aiohttp import web

from github_simulator.api.access import reads, writes
from github_simulator.api.api_request import ApiRequest, answer
from github_simulator.api.paging import cut_page, page_of
from github_simulator.api.refusals import Refusal, missing, mistyped, not_found
from github_simulator.api.routes import Routes
from github_simulator.shapes.checks import annotation, check_run
from github_simulator.state import CheckRun

routes = Routes()

STATUSES = ("queued", "in_progress", "completed", "waiting", "requested", "pending")
CONCLUSIONS = (
    "action_required",
    "cancelled",
    "failure",
    "neutral",
    "success",
    "skipped",
    "stale",
    "timed_out",
)
MOST_ANNOTATIONS = 50
MOST_MESSAGE = 65_536  # bytes of an annotation's message
MOST_TEXT = 65_535  # characters of summary and of text
_ANNOTATION = {"path": str, "start_line": int, "end_line": int, "annotation_level": str, "message": str}
_LEVELS = ("notice", "warning", "failure")


@routes("POST", "/repos/{owner}/{repo}/check-runs", writes("checks"))
async def create_check(asked: ApiRequest) -> web.Response:
    known, name, head = asked.repository, asked.text("name"), asked.text("head_sha")
    if known.commit(head) is None:
        raise Refusal(422, f"No commit found for SHA: {head}")
    suite = asked.world.suite(known, head, None)
    run = CheckRun(asked.world.new_id(), name, head, suite, "queued", asked.world.now(), {})
    _write(asked, run)
    known.checks[run.id] = run
    asked.events.run("created", known, run, asked.actor)
    _tell_of_end(asked, run)
    shape = check_run(asked.site, known, run, asked.world.app)
    return answer(shape, 201, {"Location": shape["url"]})


@routes("GET", "/repos/{owner}/{repo}/check-runs/{check_run_id}", reads("checks"))
async def get_check(asked: ApiRequest) -> web.Response:
    return answer(check_run(asked.site, asked.repository, _find(asked), asked.world.app))


@routes("PATCH", "/repos/{owner}/{repo}/check-runs/{check_run_id}", writes("checks"))
async def update_check(asked: ApiRequest) -> web.Response:
    run = _find(asked)
    if run.app is not None:
        raise Refusal(
            403,
            "Invalid app_id `"
            + str(asked.world.app.id)
            + "` - check run can only be modified by the GitHub App that created it.",
        )
    _write(asked, run)
    _tell_of_end(asked, run)
    return answer(check_run(asked.site, asked.repository, run, asked.world.app))


@routes("GET", "/repos/{owner}/{repo}/check-runs/{check_run_id}/annotations", reads("checks"))
async def list_annotations(asked: ApiRequest) -> web.Response:
    known, run = asked.repository, _find(asked)
    return page_of(asked, run.annotations, lambda mark: annotation(asked.site, known, run, mark))


@routes("GET", "/repos/{owner}/{repo}/commits/{ref}/check-runs", reads("checks"))
async def list_checks(asked: ApiRequest) -> web.Response:
    """The newest of each name, unless `filter=all`."""
    known, query = asked.repository, asked.request.query
    commit = known.commit(asked.word("ref"))
    if commit is None:
        raise Refusal(422, f"No commit found for SHA: {asked.word('ref')}")
    name = query.get("check_name")
    runs = [run for run in known.checks.values() if run.head == commit.sha and name in (None, run.name)]
    if query.get("filter") != "all":
        runs = list({(run.name, run.app): run for run in runs}.values())
    shown, headers = cut_page(asked, runs)
    shapes = [check_run(asked.site, known, run, asked.world.app) for run in shown]
    return answer({"total_count": len(runs), "check_runs": shapes}, headers=headers)


def _find(asked: ApiRequest) -> CheckRun:
    run = asked.repository.checks.get(asked.number("check_run_id"))
    if run is None:
        raise not_found()
    return run


def _write(asked: ApiRequest, run: CheckRun) -> None:
    """Puts what was sent into `run`, once all of it is known to be right. A status that is no end takes the
    conclusion away; either ends the wait of a suite that was asked for again.
    """
    output, annotations = _output(asked)
    status, conclusion = _outcome(asked)
    completed = _time(asked, "completed_at") or asked.world.now()
    run.name = asked.text_if("name") or run.name
    run.external = asked.text_if("external_id") or run.external
    run.details = asked.text_if("details_url") or run.details
    run.started = _time(asked, "started_at") or run.started
    run.output |= output
    run.annotations += annotations
    if conclusion or status:
        run.suite.queued = False
        run.status = "completed" if conclusion else str(status)
        run.conclusion, run.completed = conclusion, completed if conclusion else None


def _tell_of_end(asked: ApiRequest, run: CheckRun) -> None:
    if run.status == "completed":
        asked.events.run("completed", asked.repository, run, asked.actor)
        if all(one.status == "completed" for one in asked.repository.runs_of(run.suite)):
            asked.events.suite("completed", asked.repository, run.suite, asked.actor)


def _outcome(asked: ApiRequest) -> tuple[str | None, str | None]:
    status, conclusion = asked.text_if("status"), asked.text_if("conclusion")
    if status is not None and status not in STATUSES:
        raise mistyped("status", status, f"a member of {list(STATUSES)}")
    if conclusion is not None and conclusion not in CONCLUSIONS:
        raise mistyped("conclusion", conclusion, f"a member of {list(CONCLUSIONS)}")
    if status == "completed" and conclusion is None:
        raise missing("conclusion")
    return status, conclusion


def _output(asked: ApiRequest) -> tuple[dict[str, str], list[dict[str, object]]]:
    output = asked.body.get("output")
    if output is None:
        return {}, []
    if not isinstance(output, dict):
        raise mistyped("output", output, "an object")
    texts = {name: _output_text(output, name) for name in ("title", "summary", "text")}
    if texts["summary"] is None:
        raise missing("summary")
    annotations = output.get("annotations") or []
    if not isinstance(annotations, list):
        raise mistyped("output/annotations", annotations, "an array")
    if len(annotations) > MOST_ANNOTATIONS:
        raise Refusal(
            422,
            f"Invalid request.\n\nNo more than {MOST_ANNOTATIONS} items are allowed; "
            f"{len(annotations)} were supplied.",
        )
    for mark in annotations:
        _check_annotation(mark)
    return {name: text for name, text in texts.items() if text is not None}, annotations


def _check_annotation(mark: object) -> None:
    """What an annotation must have, and of what kind."""
    if not isinstance(mark, dict):
        raise mistyped("output/annotations/items", mark, "an object")
    for name, kind in _ANNOTATION.items():
        value = mark.get(name)
        if value is None:
            raise missing(name)
        if not isinstance(value, kind) or isinstance(value, bool):
            raise mistyped(f"output/annotations/items/{name}", value, f"a {kind.__name__}")
    if mark["annotation_level"] not in _LEVELS:
        raise mistyped("annotation_level", mark["annotation_level"], f"a member of {list(_LEVELS)}")
    if len(mark["message"].encode("utf-8", "replace")) > MOST_MESSAGE:
        raise Refusal(422, "Invalid request.\n\nMessage exceeds a maximum bytesize of 64 KB.")


def _output_text(output: dict[str, object], name: str) -> str | None:
    value = output.get(name)
    if value is None:
        return None
    if not isinstance(value, str):
        raise mistyped(f"output/{name}", value, "a string")
    if len(value) > MOST_TEXT:
        raise Refusal(
            422, f"Invalid request.\n\nOnly {MOST_TEXT} characters are allowed; {len(value)} were supplied."
        )
    return value


def _time(asked: ApiRequest, name: str) -> datetime | None:
    value = asked.text_if(name)
    try:
        return datetime.fromisoformat(value).astimezone(UTC) if value else None
    except ValueError:
        raise mistyped(name, value, "a date-time") from None
