"""Routes of pull requests, their files and commits."""

from aiohttp import web

from github_simulator.api.access import check_access, reads
from github_simulator.api.api_request import ApiRequest, answer
from github_simulator.api.diffs import diff_answer, patch_answer, wants
from github_simulator.api.paging import page_of
from github_simulator.api.routes import Routes
from github_simulator.shapes.commits import commit, diff_entry
from github_simulator.shapes.pulls import issue, plain_issue, pull_in_full, pull_in_list

routes = Routes()

MOST_FILES = 3000
MOST_COMMITS = 250


@routes("GET", "/repos/{owner}/{repo}/pulls", reads("pull_requests"))
async def list_pulls(request: ApiRequest) -> web.Response:
    """Newest first; open pulls unless `state` says otherwise."""
    repo, state = request.repository, request.http.query.get("state", "open")
    pulls = [pull for pull in reversed(repo.pulls.values()) if state in ("all", pull.state)]
    return page_of(request, pulls, lambda pull: pull_in_list(request.site, repo, pull))


@routes("GET", "/repos/{owner}/{repo}/pulls/{pull_number}", reads("pull_requests"))
async def get_pull(request: ApiRequest) -> web.Response:
    pull = request.pull
    if wants(request, "diff"):
        return diff_answer("PullRequest", pull.files)
    if wants(request, "patch"):
        return patch_answer("PullRequest", pull.files, pull.commits)
    return answer(pull_in_full(request.site, request.repository, pull))


@routes("GET", "/repos/{owner}/{repo}/issues/{issue_number}", reads("issues", "pull_requests"))
async def get_issue(request: ApiRequest) -> web.Response:
    """A pull request is an issue as well; an issue that was transferred has another address."""
    record = request.repository.issues.get(request.number("issue_number"))
    if record is None:
        return answer(issue(request.site, request.repository, request.pull))
    check_access(request.world, reads("issues"), request.visitor, request.repository.full_name)
    if record.moved:
        moved = f"{request.site.repository(request.repository.full_name)}-elsewhere/issues/{record.number}"
        return web.json_response({"message": "Moved Permanently", "url": moved}, status=301)
    return answer(plain_issue(request.site, request.repository, record))


@routes("GET", "/repos/{owner}/{repo}/pulls/{pull_number}/files", reads("pull_requests"))
async def list_files(request: ApiRequest) -> web.Response:
    repo, head = request.repository, request.pull.head
    files = request.pull.files[:MOST_FILES]
    return page_of(request, files, lambda file: diff_entry(request.site, repo, file, head.sha, head.tree))


@routes("GET", "/repos/{owner}/{repo}/pulls/{pull_number}/commits", reads("pull_requests"))
async def list_commits(request: ApiRequest) -> web.Response:
    repo = request.repository
    return page_of(
        request, request.pull.commits[:MOST_COMMITS], lambda item: commit(request.site, repo, item)
    )
