"""Repositories: themselves, their files and commits, and who may do what in them."""

from aiohttp import web

from github_simulator.api.access import reads
from github_simulator.api.api_request import ApiRequest, answer
from github_simulator.api.diffs import MOST_FILES, diff_answer, wants
from github_simulator.api.paging import cut_page
from github_simulator.api.refusals import Refusal, not_found
from github_simulator.api.routes import Routes
from github_simulator.content import Text, compare_trees
from github_simulator.shapes import commits
from github_simulator.shapes.accounts import collaborator
from github_simulator.shapes.repositories import contents, full_repository
from github_simulator.state import Commit, Repository

routes = Routes()


@routes("GET", "/repos/{owner}/{repo}", reads("metadata"))
async def get_repository(asked: ApiRequest) -> web.Response:
    return answer(full_repository(asked.site, asked.repository, asked.visitor.account))


@routes("GET", "/repos/{owner}/{repo}/collaborators/{username}/permission", reads("metadata"))
async def get_permission(asked: ApiRequest) -> web.Response:
    if not (asked.by_app or asked.repository.allows(asked.actor, "write")):
        raise Refusal(403, "Must have push access to view collaborator permission.")
    account = asked.world.accounts.get(asked.word("username").lower())
    if account is None:
        raise Refusal(404, f"{asked.word('username')} is not a user")
    return answer(collaborator(asked.site, asked.repository, account))


@routes("GET", "/repos/{owner}/{repo}/contents/{path}", reads("contents"))
async def get_contents(asked: ApiRequest) -> web.Response:
    """A file, as far as diffs told of it. Folders, links and binary files are not simulated."""
    known = asked.repository
    ref, path = asked.request.query.get("ref") or known.branch, asked.word("path")
    tree = known.tree(ref)
    if tree is None:
        raise Refusal(404, f"No commit found for the ref {ref}")
    entry = tree.get(path)
    if entry is None or not isinstance(entry.content, Text) or not entry.mode.startswith("100"):
        raise not_found()
    if wants(asked, "raw"):
        return _raw(entry.content)
    return answer(contents(asked.site, known, ref, path, entry.content))


@routes("GET", "/repos/{owner}/{repo}/commits/{ref}", reads("contents"))
async def get_commit(asked: ApiRequest) -> web.Response:
    known = asked.repository
    made = _commit(known, asked.word("ref"))
    if wants(asked, "diff"):
        return diff_answer("Commit", made.files)
    files, headers = cut_page(asked, made.files, MOST_FILES, MOST_FILES)
    return answer(commits.commit_with_files(asked.site, known, made, files), headers=headers)


@routes("GET", "/repos/{owner}/{repo}/compare/{basehead}", reads("contents"))
async def compare(asked: ApiRequest) -> web.Response:
    known = asked.repository
    base_ref, dots, head_ref = asked.word("basehead").partition("...")
    if not dots:
        raise not_found()
    told = _between(known, base_ref, head_ref)
    if wants(asked, "diff"):
        return diff_answer("Comparison", told.files)
    told = told._replace(files=told.files[:MOST_FILES])
    return answer(commits.comparison(asked.site, known, told))


def _raw(text: Text) -> web.Response:
    return web.Response(
        body=text.render().encode("utf-8", "replace"),
        headers={"Content-Type": "application/vnd.github.raw; charset=utf-8"},
    )


def _commit(known: Repository, ref: str) -> Commit:
    found = known.commit(ref)
    if found is None:
        raise Refusal(422, f"No commit found for SHA: {ref}")
    return found


def _between(known: Repository, base_ref: str, head_ref: str) -> commits.Between:
    """What the second has that the first has not, from the newest commit on that both have."""
    head = known.commit(head_ref)
    base = _base(known, base_ref, head) if head else None
    if head is None or base is None:
        raise not_found()
    left, right = _ancestry(known, base), _ancestry(known, head)
    shared = {commit.sha for commit in left} & {commit.sha for commit in right}
    common = [commit for commit in right if commit.sha in shared]
    fork = max(common, key=lambda commit: len(_ancestry(known, commit)), default=None)
    if fork is None:
        raise Refusal(404, f"No common ancestor between {base_ref} and {head_ref}.")
    line = [commit for commit in reversed(right) if commit.sha not in shared]
    behind = sum(commit.sha not in shared for commit in left)
    return commits.Between(base, fork, head, line, behind, compare_trees(fork.tree, head.tree))


def _base(known: Repository, ref: str, head: Commit) -> Commit | None:
    """A branch that pulls go to is where the pull that has `head` finds it."""
    pulls = [pull for pull in known.pulls_of(head.sha) if ref.removeprefix("refs/heads/") == pull.target]
    return pulls[-1].base if pulls else known.commit(ref)


def _ancestry(known: Repository, commit: Commit) -> list[Commit]:
    """The commit and those before it, the newest first. What was merged into a line comes before it."""
    found: dict[str, Commit] = {}
    waiting = [commit]
    while waiting:
        one = waiting.pop()
        if one.sha not in found:
            found[one.sha] = one
            parents = [known.commit(sha) for sha in one.parents]
            waiting += [parent for parent in parents if parent is not None]
    return list(found.values())
