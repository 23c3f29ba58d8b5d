"""Events: what a webhook delivery means to the bot. Either it is to be looked at, or it says why not."""

from typing import TypeVar

from pydantic import Field, ValidationError

from bot.core.change import PullRef
from bot.core.commands import parse_command
from bot.core.errors import BotError
from bot.core.jobs import Cause, Task
from bot.core.payloads import (
    Action,
    CheckSuiteEvent,
    CommentEvent,
    Installation,
    Payload,
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
    "labeled": Cause.LABELED,
    "edited": Cause.PUSHED,
    "closed": Cause.CLOSED,
}

P = TypeVar("P", bound=Payload)


class MalformedDelivery(BotError):
    """The body is not what GitHub sends for this event; the text names the field."""


class Triggers(Value):
    """How the bot is spoken to.

    `phrases` ask for a review when a comment begins with one; `name` is what the bot is mentioned by.
    `own_login` is the App's own account, whose comments and checks are passed over. Leave it out for a plain
    token: its owner may well ask for reviews, and the bot's own comments are known by their marker.
    """

    phrases: tuple[str, ...] = ("flows summarize", "flows review")
    name: str | None = None
    own_login: str | None = None


class Wanted(Value):
    """Something is to be looked at: a review may be wanted. More than one pull request may share a head."""

    tasks: tuple[Task, ...] = Field(min_length=1)


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
        return _pull_request(body)
    if name in ("issue_comment", "pull_request_review_comment"):
        return _comment(name, body, triggers)
    if name == "check_suite":
        return _check_suite(body, triggers)
    if name == "ping":
        return Ignored(reason="ping acknowledged: the webhook works")
    if name.startswith("installation"):
        return Ignored(reason=f"{name} {_read(Action, body).action} acknowledged")
    return Ignored(reason=f"{name} is no event that the bot acts on")


def _pull_request(body: bytes) -> Event:
    """Whether the pull request is one to review is found out with its configuration."""
    action = _read(Action, body).action
    cause = _CAUSES.get(action or "")
    if cause is None:
        return Ignored(reason=f"pull_request {action} asks for no review")
    event = _read(PullRequestEvent, body)
    if action == "edited" and event.changes.base is None:
        return Ignored(reason="pull_request edited: the branches are the same")
    base = event.pull_request.base
    task = Task(
        pull=_ref(event.repository, event.pull_request.number, event.installation),
        cause=cause,
        head=event.pull_request.head.sha,
        actor=event.sender.login,
        label=event.label.name if event.label and cause is Cause.LABELED else "",
        base=base.ref if base and action == "edited" else "",
    )
    return Wanted(tasks=(task,))


def _comment(name: str, body: bytes, triggers: Triggers) -> Event:
    action = _read(Action, body).action
    if action != "created":
        return Ignored(reason=f"{name} {action}: only a new comment may hold a command")
    event = _read(CommentEvent, body)
    number = _number(event)
    if number is None:
        return Ignored(reason="the comment is on an issue, not on a pull request")
    text = event.comment.body or ""
    if _by_machine(event, text, triggers):
        return Ignored(reason=f"the comment is by {event.sender.login}, a bot or an app")
    command = parse_command(text, phrases=triggers.phrases, name=triggers.name)
    if command is None:
        return Ignored(reason="the comment holds no command")
    task = Task(
        pull=_ref(event.repository, number, event.installation),
        cause=Cause.COMMAND,
        actor=event.sender.login,
        comment=event.comment.id,
        command=command.spoken,
        on_lines=event.pull_request is not None,
    )
    return Wanted(tasks=(task,))


def _number(event: CommentEvent) -> int | None:
    """Of the pull request that the comment is on."""
    if event.pull_request:
        return event.pull_request.number
    return event.issue.number if event.issue and event.issue.pull_request is not None else None


def _by_machine(event: CommentEvent, text: str, triggers: Triggers) -> bool:
    """Whether no person wrote the comment. Two bots that answer each other never end."""
    return (
        event.sender.is_bot
        or _is(event.sender.login, triggers.own_login)
        or event.comment.performed_via_github_app is not None
        or OWN_MARKER in text
    )


def _check_suite(body: bytes, triggers: Triggers) -> Event:
    action = _read(Action, body).action
    if action != "completed":
        return Ignored(reason=f"check_suite {action}: only the end of checks may be waited for")
    event = _read(CheckSuiteEvent, body)
    suite = event.check_suite
    if suite.app and suite.app.slug and _is(f"{suite.app.slug}[bot]", triggers.own_login):
        return Ignored(reason="the checks are the bot's own")
    if not suite.pull_requests:
        return Ignored(reason="the checks are of no pull request that GitHub names")
    tasks = (
        Task(
            pull=_ref(event.repository, pull.number, event.installation),
            cause=Cause.CHECKED,
            head=pull.head.sha,
            actor=event.sender.login,
            suite=suite.id,
        )
        for pull in suite.pull_requests
    )
    return Wanted(tasks=tuple(tasks))


def _is(login: str, known: str | None) -> bool:
    return known is not None and login.casefold() == known.casefold()


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
