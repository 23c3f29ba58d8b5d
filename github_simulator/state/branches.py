"""Creates commits: opens pulls, pushes to them, and advances their base branch."""

from typing import NamedTuple

from bot.core.change import File
from bot.core.diff import parse_diff
from bot.core.errors import Refused
from github_simulator.content import Tree, commit_files, compare_trees, merge_trees
from github_simulator.state.accounts import Account
from github_simulator.state.pulls import Commit, Pull
from github_simulator.state.repositories import Repository, Written
from github_simulator.state.world import World, name_commit


class Opening(NamedTuple):
    """A pull to open. An empty `branch` gets a name from the pull's number."""

    title: str
    body: str | None
    author: Account
    commits: tuple[Written, ...]
    branch: str = ""
    draft: bool = False
    fork: bool = False


def open_pull(world: World, repository: Repository, opening: Opening) -> Pull:
    """Opens a pull. Raises `Refused`, and changes nothing, if a diff is malformed or does not apply."""
    number = max((*repository.pulls, *repository.issues), default=0) + 1
    base = _base(world, repository, number)
    commits = _add_commits(world, repository.full_name, base, opening.author, opening.commits)
    now = world.now()
    pull = Pull(
        repository=repository.full_name,
        number=number,
        id=world.new_id(),
        title=opening.title,
        body=opening.body,
        author=opening.author,
        target=repository.branch,
        branch=opening.branch or f"change-{number}",
        bases=[base],
        created=now,
        updated=now,
        commits=commits,
        history=list(commits),
        draft=opening.draft,
        fork=opening.fork,
        base_commits=len(repository.ahead),
    )
    repository.pulls[number] = pull
    return pull


def push_commit(
    world: World, pull: Pull, author: Account, written: Written, *, force: bool = False
) -> Commit:
    """Adds a commit to the pull, or with `force` replaces all its commits.

    Raises `Refused` like `open_pull`, and if the pull is closed or the commit already is its head.
    """
    if pull.closed:
        raise Refused(f"{pull.repository}#{pull.number} is closed; reopen it to push to it")
    tip = pull.base if force else pull.head
    [commit] = _add_commits(world, pull.repository, tip, author, (written,))
    if commit.sha == pull.head.sha:
        raise Refused(f"{commit.sha} already is the head: same parent, message and diff")
    pull.commits = [commit] if force else [*pull.commits, commit]
    pull.history.append(commit)
    pull.updated = world.now()
    return commit


def advance(repository: Repository, written: Written) -> None:
    """Adds a commit to the default branch. Pulls include it if they are opened later, or merge it.

    Raises `Refused` like `open_pull`.
    """
    _, tree = _apply(repository.tree("HEAD") or Tree(), written.diff)
    for path, entry in tree.changed.items():
        if entry is None:
            repository.lost.add(path)
        else:
            repository.files[path] = entry
            repository.lost.discard(path)
    repository.ahead.append(written)


def merge_base(world: World, repository: Repository, pull: Pull, author: Account) -> Commit:
    """Merges the current base branch into the head. Raises `Refused` for a conflict, or if there is nothing
    to merge.
    """
    if pull.closed:
        raise Refused(f"{pull.repository}#{pull.number} is closed; reopen it to push to it")
    ahead = _ahead(world, repository, pull)
    tree = merge_trees(pull.base.tree, ahead.tree, pull.head.tree)
    message = f"Merge branch '{pull.target}' into {pull.branch}"
    sha = name_commit(repository.full_name, pull.head.sha, ahead.sha, author.login, message)
    files = compare_trees(pull.head.tree, tree)
    merge = Commit(sha, (pull.head.sha, ahead.sha), message, author, world.now(), tree, files)
    pull.bases.append(ahead)
    pull.base_commits = len(repository.ahead)
    pull.commits = [*pull.commits, merge]
    pull.history.append(merge)
    pull.updated = world.now()
    return merge


def retarget(world: World, repository: Repository, pull: Pull, branch: str) -> None:
    """Changes the pull's base branch; the new one has the same files as far as the pull is concerned."""
    if branch == pull.target:
        raise Refused(f"the base branch of {pull.repository}#{pull.number} already is {branch}")
    sha = name_commit("base", repository.full_name, branch, str(pull.number))
    old = pull.base
    message = f"The state of {branch}"
    pull.bases.append(Commit(sha, (), message, repository.owner, world.now(), old.tree))
    pull.target, pull.updated = branch, world.now()


def _ahead(world: World, repository: Repository, pull: Pull) -> Commit:
    """The head of the base branch, with the commits that the pull lacks."""
    new = repository.ahead[pull.base_commits :]
    if not new:
        raise Refused(f"{pull.repository}#{pull.number} is up to date with {pull.target}; advance that first")
    return _add_commits(world, repository.full_name, pull.base, repository.owner, tuple(new))[-1]


def _base(world: World, repository: Repository, number: int) -> Commit:
    """The pull's base commit; its unknown files are revealed by the pull's diffs."""
    sha = name_commit("base", repository.full_name, str(number))
    tree = Tree(dict(repository.files))
    message, past = f"The state of {repository.branch}", _past(world, repository)
    return Commit(sha, (), message, repository.owner, world.now(), tree, past=past)


def _past(world: World, repository: Repository) -> tuple[Commit, ...]:
    """The commits that were added to the default branch, newest first."""
    past: tuple[Commit, ...] = ()
    for written in repository.ahead:
        parents = tuple(commit.sha for commit in past[:1])
        sha = name_commit("past", repository.full_name, *parents, written.message, written.diff)
        files = parse_diff(written.diff)
        commit = Commit(sha, parents, written.message, repository.owner, world.now(), Tree(), files)
        past = (commit, *past)
    return past


def branch_head(world: World, repository: Repository, name: str) -> Commit:
    """A commit for the head of a base branch, with all of its past."""
    sha, tree = repository.tree_sha(name), repository.tree(name) or Tree()
    past = _past(world, repository) if name == repository.branch else ()
    return Commit(sha, (), f"The state of {name}", repository.owner, world.now(), tree, past=past)


def _add_commits(
    world: World, repository: str, tip: Commit, author: Account, commits: tuple[Written, ...]
) -> list[Commit]:
    created = []
    for number, written in enumerate(commits, 1):
        try:
            files, tree = _apply(tip.tree, written.diff)
        except Refused as refusal:
            title = written.message.partition("\n")[0]
            raise Refused(f"commit {number} ({title}): {refusal}") from refusal
        sha = name_commit(repository, tip.sha, author.login, written.message, written.diff)
        tip = Commit(sha, (tip.sha,), written.message, author, world.now(), tree, files)
        created.append(tip)
    return created


def _apply(tree: Tree, diff: str) -> tuple[tuple[File, ...], Tree]:
    files = parse_diff(diff)
    if not files:
        raise Refused("the diff names no file; expected `git diff` output")
    return files, commit_files(tree, files)
