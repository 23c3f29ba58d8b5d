"""What became of the findings of a pull request over its pushes."""

from enum import StrEnum

from bot.core.review import Side
from bot.core.value import Value


class FindingStatus(StrEnum):
    """`fixed`: its lines have changed, and a review of them finds it no more."""

    OPEN = "open"
    FIXED = "fixed"
    DISMISSED = "dismissed"


class TrackedFinding(Value):
    """A finding that was put on GitHub.

    `text` is the line of `side` that it stands on, and `around` are the lines of the diff beside it, all with
    single spaces; where the diff did not show the line, there is nothing. `comment` is the id of the first
    comment of its thread, None while only the summary has it. `seen` is the head at which it was found first,
    `closed` the one at which it was found fixed, and `returned` the one at which it came back.
    """

    fingerprint: str
    path: str
    side: Side = Side.RIGHT
    text: str
    around: tuple[str, ...] = ()
    category: str
    title: str
    severity: str
    fate: FindingStatus = FindingStatus.OPEN
    comment: int | None = None
    seen: str
    closed: str | None = None
    returned: str | None = None


class Dismissal(Value):
    """A finding that somebody does not want to hear of again in this repository. `how` says by what it was
    dismissed: "command", "reaction", "resolved".
    """

    fingerprint: str
    path: str
    text: str
    category: str
    title: str
    by: str
    how: str
