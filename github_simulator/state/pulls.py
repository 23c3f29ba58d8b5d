"""Pull requests and what people and bots say on them."""

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
    """`files` is the commit's own diff; for the base, which stands for all history, it is empty."""

    sha: str
    parents: tuple[str, ...]
    message: str
    author: Account
    date: datetime
    tree: Tree
    files: tuple[File, ...] = ()


@dataclass(eq=False, slots=True)
class Reaction:
    id: int
    user: Account
    content: str
    created: datetime


@dataclass(eq=False, slots=True)
class Comment:
    """A comment in a pull's conversation. `by_app` when the app wrote it."""

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
    """A comment on lines `start` to `line` of `side` as they were at commit `head`; without `line` it is
    on the whole file. `anchor` is the line itself, by which it is found again after a push.
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
        """The id of the comment that began the thread."""
        return self.reply_to or self.id


@dataclass(eq=False, slots=True)
class CheckSuite:
    """The check runs of one app (None: the app's own) on commit `head`.

    `queued`: somebody has asked for them again, and none of them was written since.
    """

    id: int
    head: str
    app: App | None
    created: datetime
    queued: bool = False


@dataclass(eq=False, slots=True)
class CheckRun:
    """`output` holds title, summary and text, as they were sent. `app` None: the app's own."""

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
    """What somebody said of commit `head` in the old way. Each `context` counts by its newest."""

    id: int
    head: str
    context: str
    state: str
    by: Account
    created: datetime


@dataclass(eq=False, slots=True)
class Pull:
    """`base` is the commit to which the head is compared, the newest of `bases`: the one on which the first
    of `commits` stands, until a newer one is merged into the head. `history` also has commits that a forced
    push took away. `fork` names the repository that the head is in, when it is another one.

    `resolved` says of threads, by their first comment, who resolved them. `caught` counts the commits of the
    base branch that the pull has. `locked` is why its conversation is locked, None while it is not.
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
    caught: int = 0
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
        """The comments on lines by thread, the oldest first."""
        threads: dict[int, list[InlineComment]] = {}
        for comment in self.inline.values():
            threads.setdefault(comment.thread, []).append(comment)
        return threads

    def pending(self, account: Account) -> Review | None:
        """The review that `account` has begun and not sent."""
        mine = [one for one in self.reviews.values() if one.user is account and one.state == "PENDING"]
        return next(iter(mine), None)

    def reactions(self) -> Iterator[tuple[int, Reaction]]:
        """Each with the id of the comment that it is on."""
        comments: list[Comment | InlineComment] = [*self.comments.values(), *self.inline.values()]
        for comment in comments:
            for reaction in comment.reactions:
                yield comment.id, reaction
