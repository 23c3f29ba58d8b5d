"""Commit statuses: the old way to say how a commit fares."""

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
async def get_status(asked: ApiRequest) -> web.Response:
    """The newest of each context."""
    known = asked.repository
    commit = known.commit(asked.word("ref"))
    if commit is None:
        raise Refusal(422, f"No commit found for SHA: {asked.word('ref')}")
    said = list({one.context: one for one in known.statuses if one.head == commit.sha}.values())
    shown, headers = cut_page(asked, said)
    shape = combined_status(asked.site, known, commit.sha, shown, _together(said))
    return answer({**shape, "total_count": len(said)}, headers=headers)


def _together(said: list[Status]) -> str:
    states = {one.state for one in said}
    if states & {"failure", "error"}:
        return "failure"
    return "success" if states == {"success"} else "pending"
