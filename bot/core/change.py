"""Pull requests, files and commits; `record change` in wasm_modules/wit/review.wit mirrors them."""

from enum import StrEnum

from pydantic import Field

from bot.core.channels import DisabledChannel
from bot.core.review import ChangeNote, Finding, Severity
from bot.core.value import Value


class PullRef(Value):
    """Identifies a pull request. Number 0 is a pull request of the repository that must still be looked up.

    `installation` is the GitHub App installation that may read it; None with a plain token.
    """

    repository: str = Field(pattern=r"^[^/\s]+/[^/\s]+$")
    number: int = Field(ge=0)
    installation: int | None = None

    @property
    def is_known(self) -> bool:
        return self.number > 0

    @property
    def owner(self) -> str:
        return self.repository.partition("/")[0]

    @property
    def name(self) -> str:
        return self.repository.partition("/")[2]

    def __str__(self) -> str:
        return f"{self.repository}#{self.number}"


class Pull(Value):
    """The state of a pull request when fetched. `head` and `origin` are full commit SHAs."""

    ref: PullRef
    title: str
    body: str
    author: str
    author_is_bot: bool = False
    base: str
    origin: str
    head: str
    draft: bool = False
    open: bool = True
    private: bool = False
    url: str
    labels: tuple[str, ...] = ()


class FileStatus(StrEnum):
    ADDED = "added"
    MODIFIED = "modified"
    REMOVED = "removed"
    RENAMED = "renamed"
    COPIED = "copied"
    RETYPED = "retyped"
    UNCHANGED = "unchanged"


class File(Value):
    r"""One file of a change. `patch` holds the hunks from the first `@@` on, with `\\n` as line ending;
    `absent` is the reason if it is missing or incomplete.

    `marks` come from `.gitattributes` ("generated", "-generated", …), `skip` is the reason not to review it,
    `rules` are the indices of its instructions in `ReviewSettings.rules`.
    """

    path: str
    previous: str | None = None
    status: FileStatus
    additions: int = Field(ge=0)
    deletions: int = Field(ge=0)
    before: str | None = None
    after: str | None = None
    patch: str | None = None
    absent: str | None = None
    marks: tuple[str, ...] = ()
    skip: str | None = None
    rules: tuple[int, ...] = ()


class Commit(Value):
    sha: str
    message: str
    author: str
    paths: tuple[str, ...] = ()


class ToolReport(Value):
    """What another tool has already reported on lines `line` to `end` of `path` at the head.

    `tool` and `rule` are the tool's own names.
    """

    tool: str
    rule: str = ""
    path: str
    line: int = Field(ge=1)
    end: int = Field(ge=1)
    severity: Severity
    text: str


class ClosedIssue(Value):
    """An issue that a pull request says it resolves."""

    number: int = Field(ge=1)
    title: str
    text: str


class EarlierReview(Value):
    """What the last review said about files whose diff has not changed since; `record earlier` in the WIT
    documents the fields.
    """

    paths: tuple[str, ...]
    findings: tuple[Finding, ...] = ()
    unsure: tuple[Finding, ...] = ()
    notes: tuple[ChangeNote, ...] = ()
    risks: tuple[str, ...] = ()


class Change(Value):
    """A pull request with its files and commits, as passed to the review function.

    `unlisted_files` and `unlisted_commits` count those that the forge did not list. `shut` are the parts that
    the bot could not read.
    """

    repository: str = ""
    number: int = 0
    title: str = ""
    body: str = ""
    author: str = ""
    base: str = ""
    origin: str = ""
    head: str = ""
    commits: tuple[Commit, ...] = ()
    files: tuple[File, ...] = ()
    reports: tuple[ToolReport, ...] = ()
    issues: tuple[ClosedIssue, ...] = ()
    earlier: EarlierReview | None = None
    unlisted_files: int = Field(default=0, ge=0)
    unlisted_commits: int = Field(default=0, ge=0)
    shut: tuple[DisabledChannel, ...] = ()
