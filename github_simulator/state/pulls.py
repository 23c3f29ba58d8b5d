"""Pull requests, with their commits, comments, reviews and checks."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from bot.core.change import File
from github_simulator.content import Line, Tree, compare_trees
from github_simulator.state.accounts import Account, App

Reviewing = Literal["COMMENTED", "APPROVED", "CHANGES_REQUESTED", "DISMISSED", "PENDING"]


@dataclass(eq=False, slots=True)
class Commit:
    """`files` is the commit's diff; empty for the base, which represents all history: `past` are the commits
    before it that are known, newest first, of which nothing but their diffs is simulated.
    """

    sha: str
    parents: tuple[str, ...]
    message: str
    author: Account
    date: datetime
    tree: Tree
    files: tuple[File, ...] = ()
    past: "tuple[Commit, ...]" = ()

    def changes(self, path: str) -> bool:
        """Whether the commit changes the file, or a file below the directory, `path`."""
        touched = {name for file in self.files for name in (file.path, file.previous) if name}
        if not self.parents:
            touched |= set(self.tree.paths())
        return any(name == path or name.startswith(f"{path}/") for name in touched)


@dataclass(eq=False, slots=True)
class Reaction:
    id: int
    user: Account
    content: str
    created: datetime


@dataclass(eq=False, slots=True)
class Comment:
    """A comment in a pull's conversation. `by_app`: the app wrote it."""

    id: int
    user: Account
    body: str
    created: datetime
    updated: datetime
    by_app: bool = False
    reactions: list[Reaction] = field(default_factory=list)


@dataclass(eq=False, slots=True)
class Review:
    """`head` is the commit that was reviewed."""

    id: int
    user: Account
    state: Reviewing
    body: str
    head: str
    submitted: datetime | None


@dataclass(eq=False, slots=True)
class InlineComment:
    """A comment on lines `start` to `line` of `side` at commit `head`; without `line`, on the whole file.
    `anchor` is the line object, which identifies the line after a push.
    """

    id: int
    user: Account
    review: Review | None
    path: str
    body: str
    head: str
    created: datetime
    updated: datetime
    line: int | None = None
    start: int | None = None
    side: str = "RIGHT"
    start_side: str | None = None
    hunk: str = ""
    position: int = 1
    anchor: Line | None = None
    reply_to: int | None = None
    by_app: bool = False
    minimised: bool = False
    reactions: list[Reaction] = field(default_factory=list)

    @property
    def thread(self) -> int:
        """The id of the thread's first comment."""
        return self.reply_to or self.id


@dataclass(eq=False, slots=True)
class CheckSuite:
    """The check runs of one app (None: the tested app) on commit `head`.

    `queued`: a re-run was requested, and no run was written since.
    """

    id: int
    head: str
    app: App | None
    created: datetime
    queued: bool = False


@dataclass(eq=False, slots=True)
class CheckRun:
    """`output` contains title, summary and text as sent. `app` None: the tested app."""

    id: int
    name: str
    head: str
    suite: CheckSuite
    status: str
    started: datetime
    output: dict[str, str]
    annotations: list[dict[str, object]] = field(default_factory=list)
    conclusion: str | None = None
    completed: datetime | None = None
    external: str = ""
    details: str | None = None
    app: App | None = None


@dataclass(eq=False, slots=True)
class Status:
    """A commit status of commit `head`. The newest of each `context` counts."""

    id: int
    head: str
    context: str
    state: str
    by: Account
    created: datetime


@dataclass(eq=False, slots=True)
class Pull:
    """`base`, the newest of `bases`, is the commit that the head is compared with: the parent of the first of
    `commits`, or a newer one that was merged into the head. `history` also contains commits that a forced
    push removed. `fork`: the head is in another repository.

    `resolved` maps the first comment of a thread to who resolved it. `base_commits` counts the commits of the
    base branch that the pull includes. `locked` is the reason of a locked conversation, or None.
    """

    repository: str
    number: int
    id: int
    title: str
    body: str | None
    author: Account
    target: str
    branch: str
    bases: list[Commit]
    created: datetime
    updated: datetime
    commits: list[Commit]
    history: list[Commit]
    draft: bool = False
    fork: bool = False
    base_commits: int = 0
    closed: datetime | None = None
    merged: datetime | None = None
    labels: list[str] = field(default_factory=list)
    comments: dict[int, Comment] = field(default_factory=dict)
    reviews: dict[int, Review] = field(default_factory=dict)
    inline: dict[int, InlineComment] = field(default_factory=dict)
    resolved: dict[int, Account] = field(default_factory=dict)
    locked: str | None = None
    _compared: tuple[tuple[str, str], tuple[File, ...]] | None = None

    @property
    def base(self) -> Commit:
        return self.bases[-1]

    @property
    def head(self) -> Commit:
        return self.commits[-1]

    @property
    def state(self) -> str:
        return "closed" if self.closed else "open"

    @property
    def files(self) -> tuple[File, ...]:
        """The whole change, from base to head."""
        between = self.base.sha, self.head.sha
        if self._compared is None or self._compared[0] != between:
            self._compared = between, compare_trees(self.base.tree, self.head.tree)
        return self._compared[1]

    @property
    def threads(self) -> dict[int, list[InlineComment]]:
        """The inline comments by thread, oldest first."""
        threads: dict[int, list[InlineComment]] = {}
        for comment in self.inline.values():
            threads.setdefault(comment.thread, []).append(comment)
        return threads

    def pending(self, account: Account) -> Review | None:
        """The pending review of `account`."""
        pending = [
            review for review in self.reviews.values() if review.user is account and review.state == "PENDING"
        ]
        return next(iter(pending), None)

    def reactions(self) -> Iterator[tuple[int, Reaction]]:
        """All reactions, each with the id of its comment."""
        comments: list[Comment | InlineComment] = [*self.comments.values(), *self.inline.values()]
        for comment in comments:
            for reaction in comment.reactions:
                yield comment.id, reaction
