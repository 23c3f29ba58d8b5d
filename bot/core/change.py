"""What a pull request is: the nouns that `record change` of wasm_modules/wit/review.wit mirrors."""

from enum import StrEnum

from pydantic import Field

from bot.core.channels import DisabledChannel
from bot.core.value import Value


class PullRef(Value):
    """Names one pull request on the forge. Number 0 is one of the repository that is not known yet.

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
    """The state of a pull request when it was fetched. `head` and `origin` are commits (full SHA)."""

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
    r"""One file of a change. `patch` holds the hunks from the first `@@` on, lines ended by `\\n`;
    without one, or with a part of it only, `absent` says why.

    `marks` is what `.gitattributes` says ("generated", "-generated", …), `skip` why it is not to be reviewed,
    `rules` the places in `Settings.rules` of what is asked for it.
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


class Change(Value):
    """A pull request with its files and commits, as the review function gets it.

    `unlisted_files` and `unlisted_commits` are how many more there are than the forge would list. `shut` is
    what of it could not be read.
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
    unlisted_files: int = Field(default=0, ge=0)
    unlisted_commits: int = Field(default=0, ge=0)
    shut: tuple[DisabledChannel, ...] = ()
