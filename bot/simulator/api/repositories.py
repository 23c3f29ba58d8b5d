"""Repositories: themselves, their files and commits, and who may do what in them."""

from aiohttp import web

from bot.simulator.api.access import reads
from bot.simulator.api.asked import Asked, answer
from bot.simulator.api.diffs import MOST_FILES, diff_answer, wants
from bot.simulator.api.paging import cut_page
from bot.simulator.api.refusals import Refusal, not_found
from bot.simulator.api.routes import Routes
from bot.simulator.content import Text, compare_trees
from bot.simulator.shapes import commits
from bot.simulator.shapes.accounts import collaborator
from bot.simulator.shapes.repositories import contents, full_repository
from bot.simulator.state import Commit, Repository

routes = Routes()


@routes("GET", "/repos/{owner}/{repo}", reads("metadata"))
async def get_repository(asked: Asked) -> web.Response:
    return answer(full_repository(asked.site, asked.repository, asked.visitor.account))


@routes("GET", "/repos/{owner}/{repo}/collaborators/{username}/permission", reads("metadata"))
async def get_permission(asked: Asked) -> web.Response:
    if not (asked.by_app or asked.repository.allows(asked.actor, "write")):
        raise Refusal(403, "Must have push access to view collaborator permission.")
    account = asked.world.accounts.get(asked.word("username").lower())
    if account is None:
        raise Refusal(404, f"{asked.word('username')} is not a user")
    return answer(collaborator(asked.site, asked.repository, account))


@routes("GET", "/repos/{owner}/{repo}/contents/{path}", reads("contents"))
async def get_contents(asked: Asked) -> web.Response:
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
async def get_commit(asked: Asked) -> web.Response:
    known = asked.repository
    made = _commit(known, asked.word("ref"))
    if wants(asked, "diff"):
        return diff_answer("Commit", made.files)
    files, headers = cut_page(asked, made.files, MOST_FILES, MOST_FILES)
    return answer(commits.commit_with_files(asked.site, known, made, files), headers=headers)


@routes("GET", "/repos/{owner}/{repo}/compare/{basehead}", reads("contents"))
async def compare(asked: Asked) -> web.Response:
    known = asked.repository
    base_ref, dots, head_ref = asked.word("basehead").partition("...")
    if not dots:
        raise not_found()
    base, head, between = _line(known, base_ref, head_ref)
    files = compare_trees(base.tree, head.tree)
    if wants(asked, "diff"):
        return diff_answer("Comparison", files)
    told = commits.Between(base, head, between, files[:MOST_FILES])
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


def _line(known: Repository, base_ref: str, head_ref: str) -> tuple[Commit, Commit, list[Commit]]:
    """Both commits, and those after the first up to the second. Only straight lines are simulated."""
    head = known.commit(head_ref)
    if head is None:
        raise not_found()
    line = [head]
    while not _is(known, line[-1], base_ref):
        parent = known.commit(line[-1].parents[0]) if line[-1].parents else None
        if parent is None:
            raise Refusal(404, f"No common ancestor between {base_ref} and {head_ref}.")
        line.append(parent)
    return line[-1], head, line[-2::-1]


def _is(known: Repository, commit: Commit, ref: str) -> bool:
    """Whether `ref` names the commit; the default branch names every pull's base."""
    return commit is known.commit(ref) or (ref == known.branch and not commit.parents)
