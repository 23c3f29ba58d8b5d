"""The meaning of a webhook delivery: tasks for the job queue, or a reason to ignore it."""

from pydantic import Field

from bot.core.errors import BotError
from bot.core.jobs import Task
from bot.core.value import Value


class RelevantEvent(Value):
    """A delivery that triggers work: one task for each pull request that it concerns."""

    tasks: tuple[Task, ...] = Field(min_length=1)


class IgnoredEvent(Value):
    """A delivery that triggers no work; `reason` is for the log."""

    reason: str


Event = RelevantEvent | IgnoredEvent


class MalformedDelivery(BotError):
    """The body does not match the schema of its event; the text names the field."""
