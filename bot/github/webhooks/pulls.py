"""What happens to pull requests."""

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
_OF_LABELS = (Cause.LABELED, Cause.UNLABELED)


def read_pull_request(body: bytes, _: Triggers) -> Event:
    """Whether the pull request is one to review is found out with its configuration."""
    action = action_of(body)
    cause = _CAUSES.get(action or "")
    if cause is None:
        return IgnoredEvent(reason=f"pull_request {action} asks for no review")
    event = read(PullRequestEvent, body)
    pull, changes = event.pull_request, event.changes
    goes_elsewhere = cause is Cause.RETITLED and changes.base is not None
    if cause is Cause.RETITLED and changes.title is None and not goes_elsewhere:
        return IgnoredEvent(reason="pull_request edited: title and branches are the same")
    task = Task(
        pull=ref_of(event.repository, pull.number, event.installation),
        cause=Cause.PUSHED if goes_elsewhere else cause,
        head=pull.head.sha,
        actor=event.sender.login,
        label=event.label.name if event.label and cause in _OF_LABELS else "",
        title=pull.title if cause is Cause.RETITLED and not goes_elsewhere else "",
        base=pull.base.ref if goes_elsewhere and pull.base else "",
    )
    return RelevantEvent(tasks=(task,))
