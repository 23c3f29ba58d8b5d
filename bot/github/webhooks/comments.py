"""Reads commands from comments and reviews, and reasons from replies in threads."""

from bot.core.commands import parse_command
from bot.core.comments.comment import OWN_MARKER
from bot.core.comments.quotations import without_quotes
from bot.core.events import Event, IgnoredEvent, RelevantEvent
from bot.core.findings.reasons import reason_in
from bot.core.jobs import Cause, ReplyChange, Task
from bot.github.webhooks.payloads import Account, CommentEvent, CommentPayload, ReviewEvent
from bot.github.webhooks.reading import action_of, read, ref_of
from bot.github.webhooks.triggers import Triggers

_ON_LINES = "pull_request_review_comment"
_CHANGES = {"edited": ReplyChange.REVISED, "deleted": ReplyChange.DELETED}


def read_comment(name: str, body: bytes, triggers: Triggers) -> Event:
    action = action_of(body)
    if action in _CHANGES and name == _ON_LINES:
        return _changed_reply(action, read(CommentEvent, body), triggers)
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
    found = _command(task, event.comment, event.sender, triggers)
    is_plain = isinstance(found, IgnoredEvent) and task.on_lines
    return _reason(task, event, triggers) or found if is_plain else found


def _changed_reply(action: str, event: CommentEvent, triggers: Triggers) -> Event:
    """A reply in a thread that was edited or deleted: what was learned from it follows."""
    comment = event.comment
    if event.pull_request is None or comment.in_reply_to_id is None:
        return IgnoredEvent(reason=f"{_ON_LINES} {action}: only a reply can give a reason")
    if comment.user.is_bot or triggers.is_own(comment.user.login):
        return IgnoredEvent(reason=f"the reply is by {comment.user.login}, a bot or an app")
    pull = ref_of(event.repository, event.pull_request.number, event.installation)
    task = Task(pull=pull, cause=Cause.REPLIED, actor=comment.user.login, comment=comment.id, on_lines=True)
    change = _CHANGES[action]
    revised = task.model_copy(update={"reply": change, "revision": comment.updated_at})
    is_gone = change is ReplyChange.DELETED
    return (None if is_gone else _reason(task, event, triggers)) or RelevantEvent(tasks=(revised,))


def _reason(task: Task, event: CommentEvent, triggers: Triggers) -> Event | None:
    """The reply, if a person gives a reason against a finding in it."""
    comment = event.comment
    text = comment.body or ""
    if comment.in_reply_to_id is None or _is_automated(comment, event.sender, text, triggers):
        return None
    if reason_in(text, triggers.name) is None:
        return None
    given = {"cause": Cause.REPLIED, "reply": ReplyChange.REASONED, "revision": comment.updated_at}
    author = task.actor or event.sender.login
    return RelevantEvent(tasks=(task.model_copy(update={**given, "actor": author}),))


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
