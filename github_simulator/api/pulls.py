"""Pull requests, their files and commits."""

from aiohttp import web

from github_simulator.api.access import reads
from github_simulator.api.api_request import ApiRequest, answer
from github_simulator.api.diffs import diff_answer, patch_answer, wants
from github_simulator.api.paging import page_of
from github_simulator.api.routes import Routes
from github_simulator.shapes.commits import commit, diff_entry
from github_simulator.shapes.pulls import issue, pull_in_full, pull_in_list

routes = Routes()

MOST_FILES = 3000
MOST_COMMITS = 250


@routes("GET", "/repos/{owner}/{repo}/pulls", reads("pull_requests"))
async def list_pulls(asked: ApiRequest) -> web.Response:
    """The newest first; those that are open, unless `state` says otherwise."""
    known, state = asked.repository, asked.request.query.get("state", "open")
    pulls = [pull for pull in reversed(known.pulls.values()) if state in ("all", pull.state)]
    return page_of(asked, pulls, lambda pull: pull_in_list(asked.site, known, pull))


@routes("GET", "/repos/{owner}/{repo}/pulls/{pull_number}", reads("pull_requests"))
async def get_pull(asked: ApiRequest) -> web.Response:
    pull = asked.pull
    if wants(asked, "diff"):
        return diff_answer("PullRequest", pull.files)
    if wants(asked, "patch"):
        return patch_answer("PullRequest", pull.files, pull.commits)
    return answer(pull_in_full(asked.site, asked.repository, pull))


@routes("GET", "/repos/{owner}/{repo}/issues/{issue_number}", reads("issues", "pull_requests"))
async def get_issue(asked: ApiRequest) -> web.Response:
    return answer(issue(asked.site, asked.repository, asked.pull))


@routes("GET", "/repos/{owner}/{repo}/pulls/{pull_number}/files", reads("pull_requests"))
async def list_files(asked: ApiRequest) -> web.Response:
    known, head = asked.repository, asked.pull.head
    files = asked.pull.files[:MOST_FILES]
    return page_of(asked, files, lambda file: diff_entry(asked.site, known, file, head.sha, head.tree))


@routes("GET", "/repos/{owner}/{repo}/pulls/{pull_number}/commits", reads("pull_requests"))
async def list_commits(asked: ApiRequest) -> web.Response:
    known = asked.repository
    return page_of(asked, asked.pull.commits[:MOST_COMMITS], lambda made: commit(asked.site, known, made))
