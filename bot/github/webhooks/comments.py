"""Reads commands from comments and reviews."""

from bot.core.commands import parse_command
from bot.core.comments.comment import OWN_MARKER
from bot.core.comments.quotations import without_quotes
from bot.core.events import Event, IgnoredEvent, RelevantEvent
from bot.core.jobs import Cause, Task
from bot.github.webhooks.payloads import Account, CommentEvent, CommentPayload, ReviewEvent
from bot.github.webhooks.reading import action_of, read, ref_of
from bot.github.webhooks.triggers import Triggers


def read_comment(name: str, body: bytes, triggers: Triggers) -> Event:
    action = action_of(body)
    if action != "created":
        return IgnoredEvent(reason=f"{name} {action}: only a new comment can contain a command")
    event = read(CommentEvent, body)
    number = _number(event)
    if number is None:
        return IgnoredEvent(reason="the comment is on an issue, not on a pull request")
    pull = ref_of(event.repository, number, event.installation)
    task = Task(
        pull=pull, cause=Cause.COMMAND, comment=event.comment.id, on_lines=event.pull_request is not None
    )
    return _command(task, event.comment, event.sender, triggers)


def read_review(body: bytes, triggers: Triggers) -> Event:
    """Reads the body of a review; its inline comments have their own events."""
    action = action_of(body)
    if action != "submitted":
        return IgnoredEvent(reason=f"pull_request_review {action}: only a new review can contain a command")
    event = read(ReviewEvent, body)
    pull = ref_of(event.repository, event.pull_request.number, event.installation)
    task = Task(pull=pull, cause=Cause.COMMAND, comment=event.review.id, in_review=True)
    return _command(task, event.review, event.sender, triggers)


def _command(task: Task, comment: CommentPayload, sender: Account, triggers: Triggers) -> Event:
    """`task` with the command in the comment."""
    text = comment.body or ""
    if _is_automated(comment, sender, text, triggers):
        return IgnoredEvent(reason=f"the comment is by {sender.login}, a bot or an app")
    command = parse_command(text, phrases=triggers.phrases, name=triggers.name)
    if command is None:
        return IgnoredEvent(reason="the comment contains no command")
    return RelevantEvent(tasks=(task.model_copy(update={"actor": sender.login, "command": command.spoken}),))


def _number(event: CommentEvent) -> int | None:
    """The number of the pull request; None for an issue."""
    if event.pull_request:
        return event.pull_request.number
    return event.issue.number if event.issue and event.issue.pull_request is not None else None


def _is_automated(comment: CommentPayload, sender: Account, text: str, triggers: Triggers) -> bool:
    """Whether a bot or an app wrote the comment, which would risk an endless exchange. A person may quote the
    bot.
    """
    return (
        sender.is_bot
        or triggers.is_own(sender.login)
        or comment.performed_via_github_app is not None
        or (OWN_MARKER in text and OWN_MARKER in without_quotes(text))
    )
