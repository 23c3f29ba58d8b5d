"""Models of the parts of GitHub's webhook payloads that the bot reads.

Payloads vary by age and by server: only needed fields are required, and unreadable optional fields are
ignored.
"""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from bot.core.lenient import IfReadable, OrElse, ReadableItems


class Payload(BaseModel):
    """A record of GitHub's API; types are never converted."""

    model_config = ConfigDict(frozen=True, extra="ignore", strict=True)


class Action(Payload):
    """The action of an event, which every payload may have."""

    action: str | None = None


class Account(Payload):
    """A user, an organisation or a bot. `type` is missing in some old payloads."""

    login: str
    type: Annotated[str, OrElse("User")] = "User"

    @property
    def is_bot(self) -> bool:
        return self.type == "Bot" or self.login.endswith("[bot]")


GHOST = Account(login="ghost")
"""GitHub's placeholder for deleted accounts; it has no permissions."""

Sender = Annotated[Account, OrElse(GHOST)]


class Repository(Payload):
    """`id` distinguishes it from a fork with the same commits."""

    full_name: str = Field(pattern=r"^[^/\s]+/[^/\s]+$")
    id: IfReadable[int] = None


class Installation(Payload):
    id: int


class Head(Payload):
    sha: str = Field(pattern=r"^[0-9a-f]{40,64}$")


class RepositoryId(Payload):
    id: IfReadable[int] = None


class Branch(Payload):
    ref: Annotated[str, OrElse("")] = ""
    repo: IfReadable[RepositoryId] = None


class PullRequest(Payload):
    """`base` is missing in abbreviated records."""

    number: int = Field(ge=1)
    head: Head
    base: IfReadable[Branch] = None
    title: Annotated[str, OrElse("")] = ""


class Label(Payload):
    name: str


class Changes(Payload):
    """The fields that an edit changed: `base` if the base branch changed, `title` if the title did."""

    base: IfReadable[dict[str, object]] = None
    title: IfReadable[dict[str, object]] = None


class PullRequestEvent(Payload):
    """`label` is set if one was added or removed, `changes` after an edit."""

    pull_request: PullRequest
    repository: Repository
    installation: IfReadable[Installation] = None
    sender: Sender = GHOST
    label: IfReadable[Label] = None
    changes: Annotated[Changes, OrElse(Changes())] = Changes()


class Issue(Payload):
    """`pull_request` is set if the issue is a pull request."""

    number: int = Field(ge=1)
    pull_request: object | None = None


class Number(Payload):
    number: int = Field(ge=1)


class CommentPayload(Payload):
    """A comment in the conversation or on lines. `performed_via_github_app` is set if an app wrote it, also
    on behalf of a user, and `in_reply_to_id` if it is a reply in a thread.
    """

    id: int
    body: str | None = None
    user: Sender = GHOST
    in_reply_to_id: IfReadable[int] = None
    updated_at: Annotated[str, OrElse("")] = ""
    performed_via_github_app: object | None = None


class CommentEvent(Payload):
    """A comment in the conversation has `issue`, one on lines has `pull_request`."""

    issue: Issue | None = None
    pull_request: Number | None = None
    comment: CommentPayload
    repository: Repository
    installation: IfReadable[Installation] = None
    sender: Sender = GHOST


class ReviewEvent(Payload):
    """`review` is read as a comment: its body may contain a command."""

    review: CommentPayload
    pull_request: Number
    repository: Repository
    installation: IfReadable[Installation] = None
    sender: Sender = GHOST


class App(Payload):
    """Old servers omit `slug` and `client_id`."""

    id: IfReadable[int] = None
    name: IfReadable[str] = None
    slug: IfReadable[str] = None
    client_id: IfReadable[str] = None


class CheckSuite(Payload):
    """`pull_requests` is empty if the head is in a fork."""

    id: IfReadable[int] = None
    head_sha: str
    app: IfReadable[App] = None
    pull_requests: ReadableItems[PullRequest] = ()


class CheckSuiteEvent(Payload):
    check_suite: CheckSuite
    repository: Repository
    installation: IfReadable[Installation] = None
    sender: Sender = GHOST


class SuiteId(Payload):
    id: IfReadable[int] = None


class CheckRun(Payload):
    """`pull_requests` is empty if the head is in a fork."""

    head_sha: str
    app: IfReadable[App] = None
    check_suite: IfReadable[SuiteId] = None
    pull_requests: ReadableItems[PullRequest] = ()


class CheckRunEvent(Payload):
    check_run: CheckRun
    repository: Repository
    installation: IfReadable[Installation] = None
    sender: Sender = GHOST


class MergeGroup(Payload):
    """`head_ref` is the queue's branch: refs/heads/gh-readonly-queue/BASE/pr-NUMBER-SHA."""

    head_sha: str
    head_ref: Annotated[str, OrElse("")] = ""


class MergeGroupEvent(Payload):
    """An event of the merge queue, which has no sender."""

    merge_group: MergeGroup
    repository: Repository | None = None
    installation: IfReadable[Installation] = None
