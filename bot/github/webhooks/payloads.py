"""The part of GitHub's webhook payloads that the bot reads. Everything else in them is passed over.

Real payloads vary by age and by server, so no field is asked for that is not needed, and what is only good to
have is passed over where it cannot be read.
"""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from bot.core.lenient import IfReadable, OrElse, ReadableItems


class Payload(BaseModel):
    """A record of GitHub's; types are taken as they come, never converted."""

    model_config = ConfigDict(frozen=True, extra="ignore", strict=True)


class Action(Payload):
    """What every payload may say: which of its event's actions this is."""

    action: str | None = None


class Account(Payload):
    """A user, an organisation or a bot. `type` is missing in some old payloads."""

    login: str
    type: Annotated[str, OrElse("User")] = "User"

    @property
    def is_bot(self) -> bool:
        return self.type == "Bot" or self.login.endswith("[bot]")


GHOST = Account(login="ghost")
"""GitHub's own account for those that are gone. It may do nothing anywhere."""

Sender = Annotated[Account, OrElse(GHOST)]


class Repository(Payload):
    """`id` tells it from a fork, which has the same commits."""

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
    """`base` is missing where a payload names a pull request in short."""

    number: int = Field(ge=1)
    head: Head
    base: IfReadable[Branch] = None
    title: Annotated[str, OrElse("")] = ""


class Label(Payload):
    name: str


class Changes(Payload):
    """What an edit has changed: `base` is there when the pull request was pointed at another branch, `title`
    when that was written anew.
    """

    base: IfReadable[dict[str, object]] = None
    title: IfReadable[dict[str, object]] = None


class PullRequestEvent(Payload):
    """`label` is there when one was set or taken off, `changes` when something was edited."""

    pull_request: PullRequest
    repository: Repository
    installation: IfReadable[Installation] = None
    sender: Sender = GHOST
    label: IfReadable[Label] = None
    changes: Annotated[Changes, OrElse(Changes())] = Changes()


class Issue(Payload):
    """`pull_request` is there when the issue is a pull request."""

    number: int = Field(ge=1)
    pull_request: object | None = None


class Number(Payload):
    number: int = Field(ge=1)


class CommentPayload(Payload):
    """In the conversation or on lines. `performed_via_github_app` is there when an app wrote it, be it in a
    user's name.
    """

    id: int
    body: str | None = None
    performed_via_github_app: object | None = None


class CommentEvent(Payload):
    """A comment in the conversation has an issue, one on lines a pull request."""

    issue: Issue | None = None
    pull_request: Number | None = None
    comment: CommentPayload
    repository: Repository
    installation: IfReadable[Installation] = None
    sender: Sender = GHOST


class ReviewEvent(Payload):
    """`review` is read as a comment: its text may hold a command as well."""

    review: CommentPayload
    pull_request: Number
    repository: Repository
    installation: IfReadable[Installation] = None
    sender: Sender = GHOST


class App(Payload):
    """Old servers tell no `slug`, and no `client_id`."""

    id: IfReadable[int] = None
    slug: IfReadable[str] = None
    client_id: IfReadable[str] = None


class CheckSuite(Payload):
    """`pull_requests` is empty when the head is in a fork: GitHub does not tell then."""

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
    """`pull_requests` as in a suite."""

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
    """It needs no sender: the queue acts by itself."""

    merge_group: MergeGroup
    repository: Repository | None = None
    installation: IfReadable[Installation] = None
