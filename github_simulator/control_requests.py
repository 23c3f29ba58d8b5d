"""The request models of the control API. Unknown keys and wrong types are errors."""

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
    """`diff` is the output of `git diff` or `git format-patch`."""

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
    """`author` defaults to the pull's; `force` replaces all commits of the pull."""

    author: Login | None = None
    force: bool = False


class Say(ControlRequest):
    """`permission` is granted to the user first; None leaves it unchanged."""

    user: Login
    permission: Permission | None = None
    body: str


class SayOnLines(ControlRequest):
    """A comment in a thread (`reply_to`: any comment of it), on lines `start` to `line` of the diff's `side`,
    or without `line` on the whole file.
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
    """A reaction to a comment in the conversation or on lines."""

    user: Login
    comment: int
    content: Literal["+1", "-1", "laugh", "confused", "heart", "hooray", "rocket", "eyes"]


class ResolveThread(ControlRequest):
    """Resolves the thread that contains `comment`; `resolved` False reopens it."""

    user: Login
    comment: int
    resolved: bool = True


class LabelPull(ControlRequest):
    user: Login
    add: list[LabelName] = Field(default_factory=list)
    remove: list[LabelName] = Field(default_factory=list)


class NewAnnotation(ControlRequest):
    path: str = Field(min_length=1)
    start_line: int
    end_line: int
    annotation_level: Literal["notice", "warning", "failure"] = "warning"
    title: str | None = None
    message: str


class SetCheck(ControlRequest):
    """A check run of another App (its slug) on the head; without a conclusion it is in progress. The
    annotations are added to those that it has.
    """

    name: str = Field(min_length=1)
    conclusion: Conclusion | None = None
    app: Login = "github-actions"
    annotations: list[NewAnnotation] = Field(default_factory=list)


class RaiseAlert(ControlRequest):
    """An alert of code scanning, in the analysis of the pull's merge commit or of its head."""

    tool: str = "CodeQL"
    rule: str = Field(min_length=1)
    description: str = ""
    severity: Literal["none", "note", "warning", "error"] = "error"
    security: Literal["low", "medium", "high", "critical"] | None = None
    path: str = Field(min_length=1)
    line: int = Field(ge=1)
    end: int | None = Field(default=None, ge=1)
    message: str
    checked: Literal["merge", "head"] = "merge"
    state: Literal["open", "dismissed", "fixed"] = "open"


class SetStatus(ControlRequest):
    context: str = Field(min_length=1)
    state: Literal["pending", "success", "failure", "error"]
    user: Login = "octocat"


class Advance(NewCommit):
    """A commit on the default branch."""

    repository: FullName


class MergeBase(ControlRequest):
    """`author` defaults to the pull's."""

    author: Login | None = None


class Retarget(ControlRequest):
    branch: str = Field(min_length=1, max_length=200)


class GrantApp(ControlRequest):
    """Changes the App's default permissions: {"contents": "write", "checks": "none"}.

    `at_once` also changes the tokens in use.
    """

    permissions: dict[str, Literal["none", "read", "write"]]
    at_once: bool = False


class Archive(ControlRequest):
    """Archives the repository, which makes it read-only; `archived` False unarchives it."""

    repository: FullName
    archived: bool = True


class Block(ControlRequest):
    """`user` blocks `blocked` from their pulls and repositories; `lifted` unblocks."""

    user: Login
    blocked: Login
    lifted: bool = False


class BeginReview(ControlRequest):
    """`user` starts a review of the pull, which stays pending."""

    user: Login
    body: str = ""


class Permit(ControlRequest):
    repository: FullName
    user: Login
    permission: Permission


class Rename(ControlRequest):
    """Renames a repository; the owner stays the same."""

    repository: FullName
    name: str = Field(pattern=r"^[A-Za-z0-9_.-]{1,100}$")


class WriteFile(ControlRequest):
    """Writes a file to the default branch, for pulls opened later, or to `branch`."""

    repository: FullName
    path: str = Field(min_length=1)
    text: str
    branch: str | None = Field(default=None, min_length=1, max_length=200)


class SetClock(ControlRequest):
    """Sets GitHub's clock `offset` seconds ahead of the real time."""

    offset: float = Field(ge=-_TEN_YEARS, le=_TEN_YEARS)


class Rerun(ControlRequest):
    """Requests a re-run of the App's check on the pull's head or on commit `head`. `all`: of the whole suite,
    like "Re-run all checks".
    """

    user: Login
    all: bool = False
    head: str | None = Field(default=None, pattern=r"^[0-9a-f]{40,64}$")


class Enqueue(ControlRequest):
    """Adds the pull to the merge queue."""

    user: Login


class Dequeue(ControlRequest):
    """Removes the pull from the merge queue."""

    user: Login
    reason: Literal["merged", "invalidated", "dequeued"] = "dequeued"


class EditPull(ControlRequest):
    """Edits the pull's title or body; None leaves it unchanged."""

    user: Login
    title: str | None = Field(default=None, min_length=1, max_length=256)
    body: str | None = None


class SubmitReview(ControlRequest):
    """Submits a review of a pull. `permission` as in `Say`."""

    user: Login
    permission: Permission | None = None
    body: str = ""
    state: Literal["COMMENTED", "APPROVED", "CHANGES_REQUESTED"] = "COMMENTED"


class EditReview(ControlRequest):
    """Edits the body of a review (its id)."""

    user: Login
    review: int
    body: str


class Lock(ControlRequest):
    """Locks the conversation of a pull. An empty `reason` means none."""

    user: Login
    reason: Literal["", "off-topic", "too heated", "resolved", "spam"] = ""


class Unlock(ControlRequest):
    user: Login


class Tell(ControlRequest):
    """Sends a delivery of any event, including those that are not simulated."""

    event: str = Field(pattern=r"^[!-~]{1,100}$")
    payload: dict[str, Any]
