"""The part of GitHub's webhook payloads that the bot reads. Everything else in them is passed over.

Real payloads vary by age and by server, so no field is asked for that is not needed.
"""

from pydantic import BaseModel, ConfigDict, Field


class Payload(BaseModel):
    """A record of GitHub's; types are taken as they come, never converted."""

    model_config = ConfigDict(frozen=True, extra="ignore", strict=True)


class Action(Payload):
    """What every payload may say: which of its event's actions this is."""

    action: str | None = None


class Account(Payload):
    """A user, an organisation or a bot. `type` is missing in some old payloads."""

    login: str
    type: str = "User"

    @property
    def is_bot(self) -> bool:
        return self.type == "Bot" or self.login.endswith("[bot]")


class Repository(Payload):
    full_name: str = Field(pattern=r"^[^/\s]+/[^/\s]+$")


class Installation(Payload):
    id: int


class Head(Payload):
    sha: str = Field(pattern=r"^[0-9a-f]{40,64}$")


class PullRequest(Payload):
    """`user` is null when the account is gone; `draft` is missing on old servers."""

    number: int = Field(ge=1)
    draft: bool | None = None
    user: Account | None = None
    head: Head


class PullRequestEvent(Payload):
    pull_request: PullRequest
    repository: Repository
    installation: Installation | None = None
    sender: Account


class Issue(Payload):
    """`pull_request` is there when the issue is a pull request."""

    number: int = Field(ge=1)
    pull_request: dict[str, object] | None = None


class IssueComment(Payload):
    """`performed_via_github_app` is there when an app wrote it, be it in a user's name."""

    id: int
    body: str | None = None
    performed_via_github_app: dict[str, object] | None = None


class IssueCommentEvent(Payload):
    issue: Issue
    comment: IssueComment
    repository: Repository
    installation: Installation | None = None
    sender: Account
