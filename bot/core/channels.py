"""The ways in which a review reaches its readers, and what it is made from besides the diff. Each can be shut
without the others: GitHub refuses one thing and takes the next.
"""

from collections.abc import Iterable
from enum import StrEnum

from bot.core.errors import Refused, Retry
from bot.core.value import Value


class Channel(StrEnum):
    COMMENT = "comment"  # the summary, and answers in the conversation
    LINES = "lines"  # comments on lines, in a review
    CHECK = "check"  # the check run beside the merge button
    LABELS = "labels"
    REACTIONS = "reactions"
    THREADS = "threads"  # what is said in threads on lines, and done with them
    HISTORY = "history"  # the threads as they are read before a review is posted
    BLOCKING = "blocking"  # a request for changes, and its end
    COMMITS = "commits"  # the list of commits


class DisabledChannel(Value):
    """A channel that cannot be used, and that waiting does not open. `reason` is GitHub's own ("403: Resource
    not accessible by integration") where it has `refused`, else what became of the call; `advice` is a
    sentence without its full stop, or empty.
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
    """What is known of one channel; None where nothing speaks against it."""
    return next((one for one in shut if one.channel is channel), None)
