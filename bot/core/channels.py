"""The channels by which a review reaches its readers, and its sources besides the diff. GitHub may refuse
each of them independently.
"""

from collections.abc import Iterable
from enum import StrEnum

from bot.core.errors import Refused, Retry
from bot.core.value import Value


class Channel(StrEnum):
    COMMENT = "comment"  # the summary, and answers in the conversation
    LINES = "lines"  # comments on lines, in a review
    CHECK = "check"  # the check run
    LABELS = "labels"
    REACTIONS = "reactions"
    THREADS = "threads"  # replies in review threads, and resolving them
    HISTORY = "history"  # reading the threads before a review
    BLOCKING = "blocking"  # requesting changes, and withdrawing the request
    COMMITS = "commits"  # the list of commits


class DisabledChannel(Value):
    """A channel that failed permanently. If GitHub `refused` the call, `reason` is its message ("403:
    Resource not accessible by integration"), otherwise a description of the failure. `advice` is a sentence
    without a full stop, or empty.
    """

    channel: Channel
    reason: str
    refused: bool = True
    advice: str = ""

    @staticmethod
    def by(channel: Channel, error: Refused | Retry) -> "DisabledChannel":
        if isinstance(error, Refused):
            return DisabledChannel(channel=channel, reason=error.brief, advice=error.advice)
        return DisabledChannel(channel=channel, reason=str(error), refused=False)


def shut_of(shut: Iterable[DisabledChannel], channel: Channel) -> DisabledChannel | None:
    """The entry of `channel` in `shut`; None if the channel works."""
    return next((disabled for disabled in shut if disabled.channel is channel), None)
