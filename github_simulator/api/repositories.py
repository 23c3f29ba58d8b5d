"""Routes of repositories: their files, commits, comparisons and permissions."""

from aiohttp import web

from github_simulator.api.access import reads
from github_simulator.api.api_request import ApiRequest, answer
from github_simulator.api.diffs import MOST_FILES, diff_answer, wants
from github_simulator.api.paging import cut_page, page_of
from github_simulator.api.refusals import Refusal, not_found
from github_simulator.api.routes import Routes
from github_simulator.content import Text, compare_trees
from github_simulator.shapes import commits
from github_simulator.shapes.accounts import collaborator
from github_simulator.shapes.repositories import contents, full_repository
from github_simulator.state import Commit, Repository, World
from github_simulator.state.branches import branch_head

routes = Routes()


@routes("GET", "/repos/{owner}/{repo}", reads("metadata"))
async def get_repository(request: ApiRequest) -> web.Response:
    return answer(full_repository(request.site, request.repository, request.visitor.account))


@routes("GET", "/repos/{owner}/{repo}/collaborators/{username}/permission", reads("metadata"))
async def get_permission(request: ApiRequest) -> web.Response:
    if not (request.by_app or request.repository.allows(request.actor, "write")):
        raise Refusal(403, "Must have push access to view collaborator permission.")
    account = request.world.accounts.get(request.word("username").lower())
    if account is None:
        raise Refusal(404, f"{request.word('username')} is not a user")
    return answer(collaborator(request.site, request.repository, account))


@routes("GET", "/repos/{owner}/{repo}/contents/{path}", reads("contents"))
async def get_contents(request: ApiRequest) -> web.Response:
    """A file, as far as diffs have shown it. Directories, links and binary files are not simulated."""
    repo = request.repository
    ref, path = request.http.query.get("ref") or repo.branch, request.word("path")
    tree = repo.tree(ref)
    if tree is None:
        raise Refusal(404, f"No commit found for the ref {ref}")
    entry = tree.get(path)
    if entry is None or not isinstance(entry.content, Text) or not entry.mode.startswith("100"):
        raise not_found()
    if wants(request, "raw"):
        return _raw(entry.content)
    return answer(contents(request.site, repo, ref, path, entry.content))


@routes("GET", "/repos/{owner}/{repo}/commits", reads("contents"))
async def list_commits(request: ApiRequest) -> web.Response:
    """Those up to a commit or a base branch, newest first; with `path`, those that change it. Authors and
    times are not simulated as filters.
    """
    repo, query = request.repository, request.http.query
    if repo.is_empty:
        raise Refusal(409, "Git Repository is empty.")
    tip = _tip(request.world, repo, query.get("sha") or "HEAD")
    path = query.get("path", "").strip("/")
    listed = [commit for commit in _history(repo, tip) if not path or commit.changes(path)]
    return page_of(request, listed, lambda item: commits.commit(request.site, repo, item))


@routes("GET", "/repos/{owner}/{repo}/commits/{ref}", reads("contents"))
async def get_commit(request: ApiRequest) -> web.Response:
    repo = request.repository
    commit = _commit(repo, request.word("ref"))
    if wants(request, "diff"):
        return diff_answer("Commit", commit.files)
    files, headers = cut_page(request, commit.files, MOST_FILES, MOST_FILES)
    return answer(commits.commit_with_files(request.site, repo, commit, files), headers=headers)


@routes("GET", "/repos/{owner}/{repo}/compare/{basehead}", reads("contents"))
async def compare(request: ApiRequest) -> web.Response:
    repo = request.repository
    base_ref, dots, head_ref = request.word("basehead").partition("...")
    if not dots:
        raise not_found()
    comparison = _between(repo, base_ref, head_ref)
    if wants(request, "diff"):
        return diff_answer("Comparison", comparison.files)
    comparison = comparison._replace(files=comparison.files[:MOST_FILES])
    return answer(commits.comparison(request.site, repo, comparison))


def _raw(text: Text) -> web.Response:
    return web.Response(
        body=text.render().encode("utf-8", "replace"),
        headers={"Content-Type": "application/vnd.github.raw; charset=utf-8"},
    )


def _commit(repo: Repository, ref: str) -> Commit:
    commit = repo.commit(ref)
    if commit is None:
        raise Refusal(422, f"No commit found for SHA: {ref}")
    return commit


def _tip(world: World, repo: Repository, ref: str) -> Commit:
    commit = repo.commit(ref)
    if commit is None and repo.tree(ref) is None:
        raise not_found()
    branch = repo.branch if ref == "HEAD" else ref.removeprefix("refs/heads/")
    return commit or branch_head(world, repo, branch)


def _history(repo: Repository, tip: Commit) -> list[Commit]:
    """The commit and all that are known before it."""
    return [known for commit in _ancestry(repo, tip) for known in (*commit.past, commit)]


def _between(repo: Repository, base_ref: str, head_ref: str) -> commits.Comparison:
    """What the second ref has and the first has not, since their newest common commit."""
    head = repo.commit(head_ref)
    base = _base(repo, base_ref, head) if head else None
    if head is None or base is None:
        raise not_found()
    left, right = _ancestry(repo, base), _ancestry(repo, head)
    shared = {commit.sha for commit in left} & {commit.sha for commit in right}
    common = [commit for commit in right if commit.sha in shared]
    fork = max(common, key=lambda commit: len(_ancestry(repo, commit)), default=None)
    if fork is None:
        raise Refusal(404, f"No common ancestor between {base_ref} and {head_ref}.")
    new_commits = [commit for commit in reversed(right) if commit.sha not in shared]
    behind = sum(commit.sha not in shared for commit in left)
    return commits.Comparison(base, fork, head, new_commits, behind, compare_trees(fork.tree, head.tree))


def _base(repo: Repository, ref: str, head: Commit) -> Commit | None:
    """The base commit: for the base branch of a pull with this `head`, the pull's own base."""
    pulls = [pull for pull in repo.pulls_of(head.sha) if ref.removeprefix("refs/heads/") == pull.target]
    return pulls[-1].base if pulls else repo.commit(ref)


def _ancestry(repo: Repository, commit: Commit) -> list[Commit]:
    """The commit and its ancestors, newest first."""
    ancestors: dict[str, Commit] = {}
    pending = [commit]
    while pending:
        current = pending.pop()
        if current.sha not in ancestors:
            ancestors[current.sha] = current
            parents = [repo.commit(sha) for sha in current.parents]
            pending += [parent for parent in parents if parent is not None]
    return list(ancestors.values())
