"""Routes of code scanning. Its alerts need the permission on public repositories, too."""

from aiohttp import web

from github_simulator.api.access import Need
from github_simulator.api.api_request import ApiRequest
from github_simulator.api.paging import page_of
from github_simulator.api.refusals import Refusal
from github_simulator.api.routes import Routes
from github_simulator.shapes.alerts import alert

routes = Routes()


@routes(
    "GET",
    "/repos/{owner}/{repo}/code-scanning/alerts",
    Need(("security_events",), credentials=True, sensitive=True),
)
async def list_alerts(request: ApiRequest) -> web.Response:
    """The alerts of the analyses of a ref, the newest first. Without a ref: of the default branch."""
    repo, query = request.repository, request.http.query
    if not request.by_app and not repo.allows(request.visitor.account, "write"):
        raise Refusal(403, "You are not authorized to read code scanning alerts.")
    if not repo.scanned and repo.private:
        raise Refusal(403, "Code scanning is not enabled for this repository.")
    if not repo.scanned:
        raise Refusal(404, "no analysis found")
    ref = query.get("ref") or f"refs/heads/{repo.branch}"
    found = [
        record
        for record in reversed(repo.alerts)
        if record.ref == ref
        and query.get("state") in (None, record.state)
        and query.get("tool_name") in (None, record.tool)
    ]
    return page_of(request, found, lambda record: alert(request.site, repo, record))
