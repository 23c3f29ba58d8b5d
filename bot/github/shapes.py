"""The part of GitHub's answers that the bot reads. No field is asked for that is not needed."""

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any, TypeVar

from pydantic import Field, TypeAdapter, ValidationError

from bot.core.errors import Retry
from bot.core.payloads import Account, Head, Payload, Repository

T = TypeVar("T")


class TokenShape(Payload):
    token: str
    expires_at: datetime


class InstallationShape(Payload):
    id: int


class ListedInstallation(InstallationShape):
    suspended_at: datetime | None = None


class SendingShape(Payload):
    """A try to deliver; `guid` is what its X-GitHub-Delivery says, `status_code` how it was answered."""

    id: int
    guid: str
    delivered_at: datetime
    event: str
    action: str | None = None
    status_code: int


class AppShape(Payload):
    slug: str
    permissions: Mapping[str, str] = {}
    events: tuple[str, ...] = ()
    installations_count: int | None = None


class RepositoryShape(Payload):
    private: bool


class ListedRepository(Repository):
    archived: bool = False
    disabled: bool = False


class ListedRepositories(Payload):
    """One page."""

    repositories: tuple[ListedRepository, ...]

    def __len__(self) -> int:
        return len(self.repositories)


class ListedPull(Payload):
    """`user` is null when the account is gone, `head` when nothing is left of it."""

    number: int = Field(ge=1)
    draft: bool | None = None
    user: Account | None = None
    head: Head | None = None
    updated_at: datetime


class BranchShape(Payload):
    """One end of a pull request. `repo` is null when a fork is gone."""

    ref: str
    sha: str
    repo: RepositoryShape | None = None


class LabelShape(Payload):
    name: str


class PullShape(Payload):
    title: str
    body: str | None = None
    user: Account | None = None
    draft: bool | None = None
    state: str
    html_url: str
    base: BranchShape
    head: BranchShape
    changed_files: int
    labels: tuple[LabelShape, ...] = ()


class FileShape(Payload):
    """`sha` is the blob's at the head; `patch` is missing for binary and for large files."""

    filename: str
    previous_filename: str | None = None
    status: str
    additions: int
    deletions: int
    sha: str | None = None
    patch: str | None = None


class SignatureShape(Payload):
    name: str | None = None


class MessageShape(Payload):
    message: str
    author: SignatureShape | None = None


class ShaShape(Payload):
    sha: str


class CommitShape(Payload):
    """`author` is null when no account is known by the commit's e-mail address."""

    sha: str
    commit: MessageShape
    author: Account | None = None
    parents: tuple[ShaShape, ...] = ()


class PathShape(Payload):
    filename: str


class CommitFilesShape(Payload):
    files: tuple[PathShape, ...] = ()


class ComparisonShape(Payload):
    merge_base_commit: ShaShape


class ContentShape(Payload):
    """`content` is base 64; above 1 MB it is empty, and `encoding` is "none"."""

    type: str
    encoding: str = "none"
    content: str = ""


class CommentShape(Payload):
    id: int
    user: Account | None = None
    body: str | None = None


class ReviewShape(CommentShape):
    state: str = ""


class InlineShape(CommentShape):
    """`line` is null once a push has moved the comment off the diff; `original_line` stays.

    `subject_type` is "file" when it is on the file itself. `reactions` counts them by kind.
    """

    node_id: str = ""
    path: str
    line: int | None = None
    start_line: int | None = None
    original_line: int | None = None
    original_commit_id: str | None = None
    side: str | None = None
    subject_type: str | None = None
    in_reply_to_id: int | None = None
    reactions: Mapping[str, object] = {}


class GivenShape(Payload):
    """A reaction that somebody gave."""

    user: Account | None = None


class PermissionShape(Payload):
    permission: str


class OwnerShape(Payload):
    slug: str


class OutputShape(Payload):
    title: str | None = None
    summary: str | None = None
    annotations_count: int = 0


class CheckShape(Payload):
    """`conclusion` is there when `status` is "completed"."""

    id: int
    app: OwnerShape | None = None
    status: str = ""
    conclusion: str | None = None
    output: OutputShape = OutputShape()


class ChecksShape(Payload):
    """One page."""

    check_runs: tuple[CheckShape, ...]

    def __len__(self) -> int:
        return len(self.check_runs)


class AnnotationShape(Payload):
    path: str
    start_line: int
    end_line: int
    annotation_level: str | None = None
    title: str | None = None


class StatusShape(Payload):
    """All statuses of a commit together; "pending" also when there are none."""

    state: str
    total_count: int = 0


@cache
def _adapter(shape: Any) -> TypeAdapter[Any]:
    return TypeAdapter(shape)


def read_answer(shape: type[T], call: str, content: bytes) -> T:
    """The answer to `call` as `shape`. What cannot be read is a proxy's page, or a server gone wrong."""
    try:
        read: T = _adapter(shape).validate_json(content)  # type: ignore[arg-type]  # types are hashable
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        field = ".".join(map(str, first["loc"])) or "body"
        raise Retry(f"the answer to {call} is not GitHub's: {field}: {first['msg']}") from None
    return read
