"""Events: what a webhook delivery means to the bot. Either a review is wanted, or it says why not."""

from typing import TypeVar

from pydantic import ValidationError

from bot.core.change import PullRef
from bot.core.commands import parse_command
from bot.core.errors import BotError
from bot.core.jobs import Cause, Task
from bot.core.payloads import (
    Account,
    Action,
    Installation,
    IssueCommentEvent,
    Payload,
    PullRequest,
    PullRequestEvent,
    Repository,
)
from bot.core.value import Value

OWN_MARKER = "<!-- code-review-bot:"
"""Every comment of the bot carries a hidden marker that begins like this."""

_CAUSES = {
    "opened": Cause.OPENED,
    "synchronize": Cause.PUSHED,
    "reopened": Cause.REOPENED,
    "ready_for_review": Cause.READY,
}

P = TypeVar("P", bound=Payload)


class MalformedDelivery(BotError):
    """The body is not what GitHub sends for this event; the text names the field."""


class Triggers(Value):
    """What makes a review wanted.

    `drafts`: drafts are reviewed, too. `bots`: so are pull requests that bots opened; they are not by
    default, for a dependency bot opens many and reads none of the reviews.
    `phrases` ask for a review when a comment begins with one; `name` is what the bot is mentioned by.
    `own_login` is the App's own account, whose comments are passed over. Leave it out for a plain
    token: its owner may well ask for reviews, and the bot's own comments are known by their marker.
    """

    drafts: bool = False
    bots: bool = False
    phrases: tuple[str, ...] = ("flows summarize", "flows review")
    name: str | None = None
    own_login: str | None = None


class Wanted(Value):
    """A review is wanted."""

    task: Task


class Ignored(Value):
    """Nothing is to be done; `reason` is for the log."""

    reason: str


Event = Wanted | Ignored


def read_event(name: str, body: bytes, triggers: Triggers) -> Event:
    """What a verified delivery means. `name` is its X-GitHub-Event header, `body` its bytes.

    Raises:
        MalformedDelivery: a payload that the bot would act on is not what GitHub sends.
    """
    if name == "pull_request":
        return _pull_request(body, triggers)
    if name == "issue_comment":
        return _issue_comment(body, triggers)
    if name == "ping":
        return Ignored(reason="ping acknowledged: the webhook works")
    if name.startswith("installation"):
        return Ignored(reason=f"{name} {_read(Action, body).action} acknowledged")
    return Ignored(reason=f"{name} is no event that the bot acts on")


def _pull_request(body: bytes, triggers: Triggers) -> Event:
    action = _read(Action, body).action
    cause = _CAUSES.get(action or "")
    if cause is None:
        return Ignored(reason=f"pull_request {action} asks for no review")
    event = _read(PullRequestEvent, body)
    reason = _reason_to_pass(event.pull_request, triggers)
    if reason:
        return Ignored(reason=reason)
    task = Task(
        pull=_ref(event.repository, event.pull_request.number, event.installation),
        cause=cause,
        head=event.pull_request.head.sha,
        actor=event.sender.login,
    )
    return Wanted(task=task)


def _reason_to_pass(pull: PullRequest, triggers: Triggers) -> str | None:
    if pull.draft and not triggers.drafts:
        return "the pull request is a draft"
    if pull.user and pull.user.is_bot and not triggers.bots:
        return f"the pull request is by {pull.user.login}, a bot"
    return None


def _issue_comment(body: bytes, triggers: Triggers) -> Event:
    action = _read(Action, body).action
    if action != "created":
        return Ignored(reason=f"issue_comment {action}: only a new comment may hold a command")
    event = _read(IssueCommentEvent, body)
    if event.issue.pull_request is None:
        return Ignored(reason="the comment is on an issue, not on a pull request")
    text = event.comment.body or ""
    if _by_machine(event, text, triggers):
        return Ignored(reason=f"the comment is by {event.sender.login}, a bot or an app")
    command = parse_command(text, phrases=triggers.phrases, name=triggers.name)
    if command is None:
        return Ignored(reason="the comment holds no command")
    task = Task(
        pull=_ref(event.repository, event.issue.number, event.installation),
        cause=Cause.COMMAND,
        actor=event.sender.login,
        comment=event.comment.id,
        command=f"{command.name} {command.arguments}".strip(),
    )
    return Wanted(task=task)


def _by_machine(event: IssueCommentEvent, text: str, triggers: Triggers) -> bool:
    """Whether no person wrote the comment. Two bots that answer each other never end."""
    return (
        event.sender.is_bot
        or _is(event.sender, triggers.own_login)
        or event.comment.performed_via_github_app is not None
        or OWN_MARKER in text
    )


def _is(account: Account, login: str | None) -> bool:
    return login is not None and account.login.casefold() == login.casefold()


def _ref(repository: Repository, number: int, installation: Installation | None) -> PullRef:
    return PullRef(
        repository=repository.full_name,
        number=number,
        installation=installation.id if installation else None,
    )


def _read(model: type[P], body: bytes) -> P:
    try:
        return model.model_validate_json(body)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        field = ".".join(map(str, first["loc"])) or "body"
        raise MalformedDelivery(
            f"{field}: {first['msg']}; this is not what GitHub sends for the event"
        ) from None
