"""Models of the parts of GitHub's answers that the bot reads.

Only needed fields are required: a record without them cannot be read. All others may be missing, null or
malformed. A test checks these shapes against GitHub's OpenAPI description.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from bot.core.lenient import IfReadable, OrElse, ReadableItems
from bot.github.webhooks.payloads import Account, App, Head, Payload, Repository

Text = Annotated[str, OrElse("")]
Flag = Annotated[bool, OrElse(False)]
MAX_NUMBER = 2**32 - 1  # a u32 in the review function's contract
Line = Annotated[int, Field(ge=1, le=MAX_NUMBER)]
Count = Annotated[int, Field(ge=0, le=MAX_NUMBER)]
Size = Annotated[int, Field(ge=0)]


class TokenShape(Payload):
    token: str
    expires_at: datetime


class InstallationShape(Payload):
    id: int


class ListedInstallation(InstallationShape):
    suspended_at: IfReadable[datetime] = None


class SendingShape(Payload):
    """An attempt to deliver; `guid` is its X-GitHub-Delivery header, `status_code` that of the answer."""

    id: int
    guid: str
    delivered_at: datetime
    event: str
    action: str | None = None
    status_code: int


class AppShape(App):
    """`html_url` ends with the slug."""

    html_url: Text = ""
    permissions: Annotated[Mapping[str, str], OrElse({})] = {}
    events: ReadableItems[str] = ()
    installations_count: IfReadable[Count] = None


class RepositoryShape(Payload):
    private: bool


class ListedRepository(Repository):
    archived: Flag = False
    disabled: Flag = False


class ListedPull(Payload):
    """`user` is null if the account was deleted, `head` if its branch was."""

    number: int = Field(ge=1)
    draft: Flag = False
    user: IfReadable[Account] = None
    head: IfReadable[Head] = None
    updated_at: datetime


class ShaShape(Payload):
    sha: str


class BaseShape(ShaShape):
    """The base branch of a pull request."""

    ref: str
    repo: IfReadable[RepositoryShape] = None


class LabelShape(Payload):
    name: str


class PullShape(Payload):
    """`changed_files` and `commits` are totals; the lists may contain fewer."""

    title: Text = ""
    body: Text = ""
    user: IfReadable[Account] = None
    draft: Flag = False
    state: str
    html_url: Text = ""
    base: BaseShape
    head: ShaShape
    changed_files: IfReadable[Count] = None
    commits: IfReadable[Count] = None
    labels: ReadableItems[LabelShape] = ()


class IssueShape(Payload):
    """`pull_request` is there if the issue is a pull request."""

    title: Text = ""
    body: Text = ""
    pull_request: Any = None


class FileShape(Payload):
    """`sha` is the blob's at the head; `patch` is missing for binary and for large files."""

    filename: str
    previous_filename: IfReadable[str] = None
    status: Text = ""
    additions: IfReadable[Count] = None
    deletions: IfReadable[Count] = None
    sha: IfReadable[str] = None
    patch: IfReadable[str] = None


class SignatureShape(Payload):
    name: Text = ""
    date: IfReadable[datetime] = None


class MessageShape(Payload):
    message: Text = ""
    author: IfReadable[SignatureShape] = None


class CommitShape(ShaShape):
    """`author` is null or an empty object if no account has the commit's e-mail address."""

    commit: Annotated[MessageShape, OrElse(MessageShape())] = MessageShape()
    author: IfReadable[Account] = None
    parents: ReadableItems[ShaShape] = ()


class PathShape(Payload):
    filename: str


class CommitFilesShape(Payload):
    files: ReadableItems[PathShape] = ()


class ComparisonShape(Payload):
    merge_base_commit: ShaShape


class ContentShape(Payload):
    """`content` is base64; above 1 MB it is empty, and `encoding` is "none"."""

    type: str
    encoding: Text = "none"
    content: Text = ""


class TreeEntryShape(Payload):
    """`size` is only set for a blob."""

    path: str
    mode: Text = ""
    type: Text = ""
    sha: str = Field(pattern=r"^(?:[0-9a-f]{40}|[0-9a-f]{64})$")
    size: IfReadable[Size] = None


class TreeShape(Payload):
    """A commit's files. `truncated` if there are more than listed, or the answer does not say."""

    tree: tuple[IfReadable[TreeEntryShape], ...]
    truncated: Annotated[bool, OrElse(True)] = True


class CommentShape(Payload):
    id: int
    user: IfReadable[Account] = None
    body: IfReadable[str] = None


class ReviewShape(CommentShape):
    state: Text = ""


class InlineShape(CommentShape):
    """A review comment. `line` becomes null when a push makes the comment outdated; `original_line` stays.

    `subject_type` is "file" for a comment on a whole file. `reactions` counts them by kind.
    """

    node_id: Text = ""
    path: str
    line: IfReadable[Line] = None
    start_line: IfReadable[Line] = None
    original_line: IfReadable[Line] = None
    original_commit_id: IfReadable[str] = None
    side: IfReadable[str] = None
    subject_type: IfReadable[str] = None
    in_reply_to_id: IfReadable[int] = None
    reactions: Annotated[Mapping[str, object], OrElse({})] = {}


class GivenShape(Payload):
    """A reaction."""

    user: IfReadable[Account] = None


class PermissionShape(Payload):
    permission: str


class OutputShape(Payload):
    title: IfReadable[str] = None
    summary: IfReadable[str] = None
    annotations_count: Annotated[Count, OrElse(0)] = 0


class CheckShape(Payload):
    """A check run; `conclusion` is set if `status` is "completed"."""

    id: int
    name: Text = ""
    app: IfReadable[App] = None
    external_id: IfReadable[str] = None
    status: Text = ""
    conclusion: IfReadable[str] = None
    output: Annotated[OutputShape, OrElse(OutputShape())] = OutputShape()


class ChecksShape(Payload):
    """One page of check runs; `total_count` counts those of all pages."""

    check_runs: ReadableItems[CheckShape]
    total_count: Annotated[Count, OrElse(0)] = 0


class AnnotationShape(Payload):
    path: str
    start_line: int
    end_line: int
    annotation_level: IfReadable[str] = None
    title: IfReadable[str] = None
    message: Text = ""


class AlertRuleShape(Payload):
    """`security_severity_level` is set for rules about security."""

    id: IfReadable[str] = None
    name: Text = ""
    severity: IfReadable[str] = None
    security_severity_level: IfReadable[str] = None
    description: Text = ""


class AlertToolShape(Payload):
    name: Text = ""


class AlertMessageShape(Payload):
    text: Text = ""


class AlertLocationShape(Payload):
    path: Text = ""
    start_line: IfReadable[Line] = None
    end_line: IfReadable[Line] = None


class AlertInstanceShape(Payload):
    """An alert on one branch, or on one pull request."""

    message: Annotated[AlertMessageShape, OrElse(AlertMessageShape())] = AlertMessageShape()
    location: IfReadable[AlertLocationShape] = None


class AlertShape(Payload):
    """An alert of code scanning."""

    rule: Annotated[AlertRuleShape, OrElse(AlertRuleShape())] = AlertRuleShape()
    tool: Annotated[AlertToolShape, OrElse(AlertToolShape())] = AlertToolShape()
    most_recent_instance: AlertInstanceShape


class StatusShape(Payload):
    """The combined status of a commit; "pending" also if it has none."""

    state: str
    total_count: Annotated[Count, OrElse(0)] = 0
