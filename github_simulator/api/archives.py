"""Routes to all files of a commit: their list, and a link to their archive."""

from urllib.parse import quote

from aiohttp import web

from github_simulator.api.access import reads
from github_simulator.api.api_request import ApiRequest, answer
from github_simulator.api.refusals import Refusal, not_found
from github_simulator.api.routes import Routes
from github_simulator.shapes import trees

CODELOAD = "/_codeload/{owner}/{repo}/legacy.tar.gz/{sha}"

routes = Routes()


@routes("GET", "/repos/{owner}/{repo}/git/trees/{tree_sha}", reads("contents"))
async def get_tree(request: ApiRequest) -> web.Response:
    """The tree of a commit or a branch; those of directories are not simulated."""
    repo = request.repository
    if repo.is_empty:
        raise Refusal(409, "Git Repository is empty.")
    ref = request.word("tree_sha")
    files = repo.tree(ref)
    if files is None:
        raise not_found()
    recursive, most = "recursive" in request.http.query, request.world.archives.most_entries
    return answer(trees.tree(request.site, repo, repo.tree_sha(ref), files, recursive=recursive, most=most))


@routes("GET", "/repos/{owner}/{repo}/tarball/{ref}", reads("contents"))
async def get_tarball(request: ApiRequest) -> web.Response:
    """Redirects to a server of archives (codeload.py)."""
    repo, archives, ref = request.repository, request.world.archives, request.word("ref")
    if repo.is_empty or repo.tree(ref) is None:
        raise not_found()
    token = archives.link(repo.full_name, ref, request.world.now())
    path = CODELOAD.format(owner=repo.owner.login, repo=repo.name, sha=quote(ref, safe=""))
    address = f"{archives.host or request.site.api}{path}?token={token}"
    return web.Response(status=302, headers={"Location": address})
