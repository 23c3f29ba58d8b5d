"""Routes by repository id ("/repositories/7/pulls/1"), and redirects of renamed repositories to them."""

from collections.abc import Iterator
from urllib.parse import quote

from aiohttp import web

from github_simulator.api.api_request import answer
from github_simulator.api.refusals import DOCUMENTATION, not_found
from github_simulator.api.routes import Route
from github_simulator.shapes.site import Site
from github_simulator.state import Repository, World

GHES = "/api/v3"  # the API's prefix on GitHub Enterprise Server

_BY_NAME = "/repos/{owner}/{repo}"
_BY_ID = "/repositories/{repository_id}"
_ID = "repository_id"
_READS = ("GET", "HEAD")
_PERMANENT, _TEMPORARY = 301, 307  # redirects of reads, and of writes


def patterns_by_id(route: Route) -> Iterator[str]:
    """The path of a repository's route by the repository's id; none for other routes."""
    if route.pattern.startswith(_BY_NAME):
        yield _BY_ID + route.pattern.removeprefix(_BY_NAME)


def name_repository(request: web.Request, world: World) -> None:
    """Adds the repository's name to the match of a path by id. Raises `Unknown`."""
    word = request.match_info.get(_ID)
    if word is None:
        return
    if not word.isascii() or not word.isdecimal():
        raise not_found()
    repo = world.repository_by_id(int(word[:18]))
    request.match_info.update(owner=repo.owner.login, repo=repo.name)


def redirection(
    request: web.Request, site: Site, repository: Repository, status: int | None = None
) -> web.Response:
    """Redirects to the repository's path by id; `status` None: GitHub's own status."""
    names = request.match_info
    prefix = GHES if request.path.startswith(GHES) else ""
    rest = request.rel_url.raw_path.removeprefix(prefix).removeprefix(
        f"/repos/{quote(names['owner'])}/{quote(names['repo'])}"
    )
    query = f"?{request.rel_url.raw_query_string}" if request.rel_url.raw_query_string else ""
    address = f"{site.api}{prefix}/repositories/{repository.id}{rest}{query}"
    usual = _PERMANENT if request.method in _READS else _TEMPORARY
    body = {"message": "Moved Permanently", "url": address, "documentation_url": DOCUMENTATION}
    return answer(body, status or usual, {"Location": address})
