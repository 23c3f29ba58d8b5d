"""Events: what a webhook delivery means to the bot. Either it is to be looked at, or it says why not."""

from bot.core.events.dispatch import is_heard, read_event
from bot.core.events.meaning import OWN_MARKER, Event, IgnoredEvent, RelevantEvent, Triggers
from bot.core.events.reading import MalformedDelivery

__all__ = [
    "OWN_MARKER",
    "Event",
    "IgnoredEvent",
    "MalformedDelivery",
    "RelevantEvent",
    "Triggers",
    "is_heard",
    "read_event",
]
