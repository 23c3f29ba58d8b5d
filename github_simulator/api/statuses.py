"""Routes of commit statuses."""

from aiohttp import web

from github_simulator.api.access import reads
from github_simulator.api.api_request import ApiRequest, answer
from github_simulator.api.paging import cut_page
from github_simulator.api.refusals import Refusal
from github_simulator.api.routes import Routes
from github_simulator.shapes.checks import combined_status
from github_simulator.state import Status

routes = Routes()


@routes("GET", "/repos/{owner}/{repo}/commits/{ref}/status", reads("statuses"))
async def get_status(request: ApiRequest) -> web.Response:
    """The combined status, from the newest status of each context."""
    repo = request.repository
    commit = repo.commit(request.word("ref"))
    if commit is None:
        raise Refusal(422, f"No commit found for SHA: {request.word('ref')}")
    statuses = list(
        {status.context: status for status in repo.statuses if status.head == commit.sha}.values()
    )
    page, headers = cut_page(request, statuses)
    shape = combined_status(request.site, repo, commit.sha, page, _combined_state(statuses))
    return answer({**shape, "total_count": len(statuses)}, headers=headers)


def _combined_state(statuses: list[Status]) -> str:
    states = {status.state for status in statuses}
    if states & {"failure", "error"}:
        return "failure"
    return "success" if states == {"success"} else "pending"
