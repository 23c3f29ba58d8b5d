"""What a webhook delivery means to the bot: tasks for the job queue, or a reason to ignore it."""

from pydantic import Field

from bot.core.errors import BotError
from bot.core.jobs import Task
from bot.core.value import Value


class RelevantEvent(Value):
    """A delivery that begins work: one task for each pull request that it concerns."""

    tasks: tuple[Task, ...] = Field(min_length=1)


class IgnoredEvent(Value):
    """A delivery that begins no work; `reason` is for the log."""

    reason: str


Event = RelevantEvent | IgnoredEvent


class MalformedDelivery(BotError):
    """The body does not have the form that its event prescribes; the text names the field."""
