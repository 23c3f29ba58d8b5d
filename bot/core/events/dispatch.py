"""From an event's name to whoever reads it."""

from collections.abc import Callable, Mapping
from functools import partial

from bot.core.events.checks import read_check_run, read_check_suite, read_merge_group
from bot.core.events.comments import read_comment, read_review
from bot.core.events.meaning import Event, IgnoredEvent, Triggers
from bot.core.events.pulls import read_pull_request
from bot.core.events.reading import action_of

_FREQUENT = {"check_run": frozenset({"rerequested"}), "pull_request_review": frozenset({"submitted"})}
"""Of events that come for whatever anybody's checks do, the actions that may mean something."""


def is_heard(name: str, action: object) -> bool:
    """Whether an event may mean something. What it is said of need not even be kept."""
    return name not in _FREQUENT or (isinstance(action, str) and action in _FREQUENT[name])


def read_event(name: str, body: bytes, triggers: Triggers) -> Event:
    """What a verified delivery means. `name` is its X-GitHub-Event header, `body` its bytes.

    Raises:
        MalformedDelivery: a payload that the bot would act on is not what GitHub sends.
    """
    reader = _READERS.get(name)
    if reader:
        return reader(body, triggers)
    if name == "ping":
        return IgnoredEvent(reason="ping acknowledged: the webhook works")
    if name.startswith("installation"):
        return IgnoredEvent(reason=f"{name} {action_of(body)} acknowledged")
    return IgnoredEvent(reason=f"{name} is no event that the bot acts on")


_READERS: Mapping[str, Callable[[bytes, Triggers], Event]] = {
    "pull_request": read_pull_request,
    "issue_comment": partial(read_comment, "issue_comment"),
    "pull_request_review_comment": partial(read_comment, "pull_request_review_comment"),
    "pull_request_review": read_review,
    "check_suite": read_check_suite,
    "check_run": read_check_run,
    "merge_group": read_merge_group,
}
