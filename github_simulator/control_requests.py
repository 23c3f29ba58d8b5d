"""What the control API takes, key by key. Unknown keys and wrong types are errors."""

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, StringConstraints

from bot.core.value import Value
from github_simulator.state import Permission

FullName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.-]{1,100}/[A-Za-z0-9_.-]{1,100}$")]
Login = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,100}(\[bot\])?$")]
LabelName = Annotated[str, StringConstraints(min_length=1, max_length=50, pattern=r"\S")]
Conclusion = Literal[
    "action_required", "cancelled", "failure", "neutral", "success", "skipped", "stale", "timed_out"
]

_TEN_YEARS = 315_360_000  # seconds


class ControlRequest(Value):
    model_config = ConfigDict(strict=True)


class NewCommit(ControlRequest):
    """`diff` is what `git diff` or `git format-patch` prints."""

    message: str
    diff: str = Field(min_length=1)


class OpenPull(ControlRequest):
    """`branch` names the head's branch; `fork` puts it in the author's fork."""

    repository: FullName
    title: str
    body: str | None = None
    author: Login = "octocat"
    private: bool = False
    commits: list[NewCommit] = Field(min_length=1)
    draft: bool = False
    fork: bool = False
    branch: str = Field(default="", max_length=200)


class Push(NewCommit):
    """`author` is the pull's unless named; `force` puts the commit in place of all the pull has."""

    author: Login | None = None
    force: bool = False


class Say(ControlRequest):
    """`permission` is what the user has in the repository from now on; None leaves it as it is."""

    user: Login
    permission: Permission | None = None
    body: str


class SayOnLines(ControlRequest):
    """In a thread (`reply_to`: any comment of it), or on lines `start` to `line` of the diff's `side`, or
    without `line` on the whole file.
    """

    user: Login
    permission: Permission | None = None
    body: str
    reply_to: int | None = None
    path: str | None = None
    line: int | None = Field(default=None, ge=1)
    start: int | None = Field(default=None, ge=1)
    side: Literal["LEFT", "RIGHT"] = "RIGHT"


class React(ControlRequest):
    """`comment` is in the conversation or on lines."""

    user: Login
    comment: int
    content: Literal["+1", "-1", "laugh", "confused", "heart", "hooray", "rocket", "eyes"]


class ResolveThread(ControlRequest):
    """The thread that `comment` is in; `resolved` False opens it again."""

    user: Login
    comment: int
    resolved: bool = True


class LabelPull(ControlRequest):
    user: Login
    add: list[LabelName] = Field(default_factory=list)
    remove: list[LabelName] = Field(default_factory=list)


class SetCheck(ControlRequest):
    """A check run of another App (its slug) on the head; without a conclusion it is in progress."""

    name: str = Field(min_length=1)
    conclusion: Conclusion | None = None
    app: Login = "github-actions"


class SetStatus(ControlRequest):
    context: str = Field(min_length=1)
    state: Literal["pending", "success", "failure", "error"]
    user: Login = "octocat"


class Advance(NewCommit):
    """A commit on the default branch."""

    repository: FullName


class MergeBase(ControlRequest):
    """`author` is the pull's unless named."""

    author: Login | None = None


class Retarget(ControlRequest):
    branch: str = Field(min_length=1, max_length=200)


class GrantApp(ControlRequest):
    """What the App may besides the usual, or in its place: {"contents": "write", "checks": "none"}.
    `at_once`: with the tokens that are in use, too.
    """

    permissions: dict[str, Literal["none", "read", "write"]]
    at_once: bool = False


class Archive(ControlRequest):
    """From now on nothing of the repository can be changed; `archived` False: it can again."""

    repository: FullName
    archived: bool = True


class Block(ControlRequest):
    """`user` takes no word of `blocked` any more on what is theirs; `lifted`: again."""

    user: Login
    blocked: Login
    lifted: bool = False


class BeginReview(ControlRequest):
    """`user` begins a review on the pull, and does not send it."""

    user: Login
    body: str = ""


class Permit(ControlRequest):
    repository: FullName
    user: Login
    permission: Permission


class Rename(ControlRequest):
    """Gives a repository another name, with the same owner."""

    repository: FullName
    name: str = Field(pattern=r"^[A-Za-z0-9_.-]{1,100}$")


class WriteFile(ControlRequest):
    """Puts a file on the default branch, which pulls opened from now on begin with; or on `branch`."""

    repository: FullName
    path: str = Field(min_length=1)
    text: str
    branch: str | None = Field(default=None, min_length=1, max_length=200)


class SetClock(ControlRequest):
    """GitHub's clock shows the true time and `offset` seconds, until it is set again."""

    offset: float = Field(ge=-_TEN_YEARS, le=_TEN_YEARS)


class Rerun(ControlRequest):
    """Asks for the App's check on the pull's head, or on another of its commits, again. `all`: for the whole
    suite, as "Re-run all checks" does.
    """

    user: Login
    all: bool = False
    head: str | None = Field(default=None, pattern=r"^[0-9a-f]{40,64}$")


class Enqueue(ControlRequest):
    """Into the merge queue."""

    user: Login


class Dequeue(ControlRequest):
    """Out of the merge queue."""

    user: Login
    reason: Literal["merged", "invalidated", "dequeued"] = "dequeued"


class EditPull(ControlRequest):
    """Writes another title or text for the pull; None leaves it as it is."""

    user: Login
    title: str | None = Field(default=None, min_length=1, max_length=256)
    body: str | None = None


class SubmitReview(ControlRequest):
    """A review of a pull, with a text or without. `permission` as in `Say`."""

    user: Login
    permission: Permission | None = None
    body: str = ""
    state: Literal["COMMENTED", "APPROVED", "CHANGES_REQUESTED"] = "COMMENTED"


class EditReview(ControlRequest):
    """Another text for a review (its id)."""

    user: Login
    review: int
    body: str


class Lock(ControlRequest):
    """Locks the conversation of a pull. An empty reason is none."""

    user: Login
    reason: Literal["", "off-topic", "too heated", "resolved", "spam"] = ""


class Unlock(ControlRequest):
    user: Login


class Tell(ControlRequest):
    """A delivery of any event, of whatever kind: GitHub has more of them than are simulated."""

    event: str = Field(pattern=r"^[!-~]{1,100}$")
    payload: dict[str, Any]
