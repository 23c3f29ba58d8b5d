"""Chooses the reader of a webhook event by the event's name."""

from collections.abc import Callable, Mapping
from functools import partial

from bot.core.events import Event, IgnoredEvent
from bot.github.webhooks.checks import read_check_run, read_check_suite, read_merge_group
from bot.github.webhooks.comments import read_comment, read_review
from bot.github.webhooks.pulls import read_pull_request
from bot.github.webhooks.reading import action_of
from bot.github.webhooks.triggers import Triggers

EVENTS = (
    "pull_request",
    "issue_comment",
    "pull_request_review_comment",
    "pull_request_review",
    "check_suite",
    "check_run",
    "merge_group",
    "installation",
    "installation_repositories",
)
"""The events whose deliveries are stored."""

_RELEVANT_ACTIONS = {"check_run": frozenset({"rerequested"}), "pull_request_review": frozenset({"submitted"})}
"""GitHub sends these events often; only these actions can create a task."""


class WebhookEvents:
    """Implements `bot.review.ports.WebhookEvents`. `triggers` is called for each delivery, since the bot's
    own name is learned after the start.
    """

    def __init__(self, triggers: Callable[[], Triggers] = Triggers) -> None:
        self._triggers = triggers

    def is_known(self, event: str) -> bool:
        return event in EVENTS

    def is_relevant(self, event: str, action: object) -> bool:
        return is_relevant(event, action)

    def read(self, event: str, body: bytes) -> Event:
        return read_event(event, body, self._triggers())


def is_relevant(event: str, action: object) -> bool:
    """Whether a delivery can create a task, by its X-GitHub-Event header and its payload's action."""
    if event not in EVENTS:
        return False
    relevant = _RELEVANT_ACTIONS.get(event)
    return relevant is None or (isinstance(action, str) and action in relevant)


def read_event(name: str, body: bytes, triggers: Triggers) -> Event:
    """Reads a verified delivery. `name` is its X-GitHub-Event header, `body` its bytes.

    Raises:
        MalformedDelivery: the payload does not have the form that GitHub documents for the event.
    """
    reader = _READERS.get(name)
    if reader:
        return reader(body, triggers)
    if name == "ping":
        return IgnoredEvent(reason="ping acknowledged: the webhook works")
    if name.startswith("installation"):
        return IgnoredEvent(reason=f"{name} {action_of(body)} acknowledged")
    return IgnoredEvent(reason=f"the bot does not handle the event {name}")


_READERS: Mapping[str, Callable[[bytes, Triggers], Event]] = {
    "pull_request": read_pull_request,
    "issue_comment": partial(read_comment, "issue_comment"),
    "pull_request_review_comment": partial(read_comment, "pull_request_review_comment"),
    "pull_request_review": read_review,
    "check_suite": read_check_suite,
    "check_run": read_check_run,
    "merge_group": read_merge_group,
}
