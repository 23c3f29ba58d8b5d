"""Reads events of pull requests."""

from bot.core.events import Event, IgnoredEvent, RelevantEvent
from bot.core.jobs import Cause, Task
from bot.github.webhooks.payloads import PullRequestEvent
from bot.github.webhooks.reading import action_of, read, ref_of
from bot.github.webhooks.triggers import Triggers

_CAUSES = {
    "opened": Cause.OPENED,
    "synchronize": Cause.PUSHED,
    "reopened": Cause.REOPENED,
    "ready_for_review": Cause.READY,
    "converted_to_draft": Cause.DRAFTED,
    "labeled": Cause.LABELED,
    "unlabeled": Cause.UNLABELED,
    "edited": Cause.RETITLED,
    "closed": Cause.CLOSED,
}
_LABEL_CAUSES = (Cause.LABELED, Cause.UNLABELED)


def read_pull_request(body: bytes, _: Triggers) -> Event:
    """Reads the event. The configuration, which is read later, decides whether to review the pull request."""
    action = action_of(body)
    cause = _CAUSES.get(action or "")
    if cause is None:
        return IgnoredEvent(reason=f"pull_request {action} does not trigger a review")
    event = read(PullRequestEvent, body)
    pull, changes = event.pull_request, event.changes
    is_retargeted = cause is Cause.RETITLED and changes.base is not None
    if cause is Cause.RETITLED and changes.title is None and not is_retargeted:
        return IgnoredEvent(reason="pull_request edited: neither title nor base branch changed")
    task = Task(
        pull=ref_of(event.repository, pull.number, event.installation),
        cause=Cause.PUSHED if is_retargeted else cause,
        head=pull.head.sha,
        actor=event.sender.login,
        label=event.label.name if event.label and cause in _LABEL_CAUSES else "",
        title=pull.title if cause is Cause.RETITLED and not is_retargeted else "",
        base=pull.base.ref if is_retargeted and pull.base else "",
    )
    return RelevantEvent(tasks=(task,))
