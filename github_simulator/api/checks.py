"""Routes of check runs, which only apps may write."""

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
MAX_ANNOTATIONS = 50
MAX_MESSAGE = 65_536  # bytes of an annotation's message
MAX_TEXT = 65_535  # characters of summary and of text
_ANNOTATION = {"path": str, "start_line": int, "end_line": int, "annotation_level": str, "message": str}
_LEVELS = ("notice", "warning", "failure")


@routes("POST", "/repos/{owner}/{repo}/check-runs", writes("checks"))
async def create_check(request: ApiRequest) -> web.Response:
    repo, name, head = request.repository, request.text("name"), request.text("head_sha")
    if repo.commit(head) is None:
        raise Refusal(422, f"No commit found for SHA: {head}")
    suite = request.world.suite(repo, head, None)
    run = CheckRun(request.world.new_id(), name, head, suite, "queued", request.world.now(), {})
    _write(request, run)
    repo.checks[run.id] = run
    request.events.run("created", repo, run, request.actor)
    _send_completed(request, run)
    shape = check_run(request.site, repo, run, request.world.app)
    return answer(shape, 201, {"Location": shape["url"]})


@routes("GET", "/repos/{owner}/{repo}/check-runs/{check_run_id}", reads("checks"))
async def get_check(request: ApiRequest) -> web.Response:
    return answer(check_run(request.site, request.repository, _find(request), request.world.app))


@routes("PATCH", "/repos/{owner}/{repo}/check-runs/{check_run_id}", writes("checks"))
async def update_check(request: ApiRequest) -> web.Response:
    run = _find(request)
    if run.app is not None:
        raise Refusal(
            403,
            "Invalid app_id `"
            + str(request.world.app.id)
            + "` - check run can only be modified by the GitHub App that created it.",
        )
    _write(request, run)
    _send_completed(request, run)
    return answer(check_run(request.site, request.repository, run, request.world.app))


@routes("GET", "/repos/{owner}/{repo}/check-runs/{check_run_id}/annotations", reads("checks"))
async def list_annotations(request: ApiRequest) -> web.Response:
    repo, run = request.repository, _find(request)
    return page_of(request, run.annotations, lambda mark: annotation(request.site, repo, run, mark))


@routes("GET", "/repos/{owner}/{repo}/commits/{ref}/check-runs", reads("checks"))
async def list_checks(request: ApiRequest) -> web.Response:
    """The newest of each name, unless `filter=all`."""
    repo, query = request.repository, request.http.query
    commit = repo.commit(request.word("ref"))
    if commit is None:
        raise Refusal(422, f"No commit found for SHA: {request.word('ref')}")
    name = query.get("check_name")
    runs = [run for run in repo.checks.values() if run.head == commit.sha and name in (None, run.name)]
    if query.get("filter") != "all":
        runs = list({(run.name, run.app): run for run in runs}.values())
    page, headers = cut_page(request, runs)
    shapes = [check_run(request.site, repo, run, request.world.app) for run in page]
    return answer({"total_count": len(runs), "check_runs": shapes}, headers=headers)


def _find(request: ApiRequest) -> CheckRun:
    run = request.repository.checks.get(request.number("check_run_id"))
    if run is None:
        raise not_found()
    return run


def _write(request: ApiRequest, run: CheckRun) -> None:
    """Validates the whole body, then updates `run`. A status other than "completed" removes the conclusion;
    any status or conclusion ends the "queued" state of a suite after a re-run request.
    """
    output, annotations = _output(request)
    status, conclusion = _outcome(request)
    completed = _time(request, "completed_at") or request.world.now()
    run.name = request.text_if("name") or run.name
    run.external = request.text_if("external_id") or run.external
    run.details = request.text_if("details_url") or run.details
    run.started = _time(request, "started_at") or run.started
    run.output |= output
    run.annotations += annotations
    if conclusion or status:
        run.suite.queued = False
        run.status = "completed" if conclusion else str(status)
        run.conclusion, run.completed = conclusion, completed if conclusion else None


def _send_completed(request: ApiRequest, run: CheckRun) -> None:
    if run.status == "completed":
        request.events.run("completed", request.repository, run, request.actor)
        if all(other.status == "completed" for other in request.repository.runs_of(run.suite)):
            request.events.suite("completed", request.repository, run.suite, request.actor)


def _outcome(request: ApiRequest) -> tuple[str | None, str | None]:
    status, conclusion = request.text_if("status"), request.text_if("conclusion")
    if status is not None and status not in STATUSES:
        raise mistyped("status", status, f"a member of {list(STATUSES)}")
    if conclusion is not None and conclusion not in CONCLUSIONS:
        raise mistyped("conclusion", conclusion, f"a member of {list(CONCLUSIONS)}")
    if status == "completed" and conclusion is None:
        raise missing("conclusion")
    return status, conclusion


def _output(request: ApiRequest) -> tuple[dict[str, str], list[dict[str, object]]]:
    output = request.body.get("output")
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
    if len(annotations) > MAX_ANNOTATIONS:
        raise Refusal(
            422,
            f"Invalid request.\n\nNo more than {MAX_ANNOTATIONS} items are allowed; "
            f"{len(annotations)} were supplied.",
        )
    for mark in annotations:
        _check_annotation(mark)
    return {name: text for name, text in texts.items() if text is not None}, annotations


def _check_annotation(mark: object) -> None:
    """Checks the required fields of an annotation and their types."""
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
    if len(mark["message"].encode("utf-8", "replace")) > MAX_MESSAGE:
        raise Refusal(422, "Invalid request.\n\nMessage exceeds a maximum bytesize of 64 KB.")


def _output_text(output: dict[str, object], name: str) -> str | None:
    value = output.get(name)
    if value is None:
        return None
    if not isinstance(value, str):
        raise mistyped(f"output/{name}", value, "a string")
    if len(value) > MAX_TEXT:
        raise Refusal(
            422, f"Invalid request.\n\nOnly {MAX_TEXT} characters are allowed; {len(value)} were supplied."
        )
    return value


def _time(request: ApiRequest, name: str) -> datetime | None:
    value = request.text_if(name)
    try:
        return datetime.fromisoformat(value).astimezone(UTC) if value else None
    except ValueError:
        raise mistyped(name, value, "a date-time") from None
