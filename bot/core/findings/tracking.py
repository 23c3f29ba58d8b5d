"""The status of the findings of a pull request across its pushes."""

from enum import StrEnum

from bot.core.review import Severity, Side
from bot.core.value import Value

_SECURITY = "security"


class FindingStatus(StrEnum):
    """The status of a finding. `fixed`: its lines have changed, and a review no longer reports it."""

    OPEN = "open"
    FIXED = "fixed"
    DISMISSED = "dismissed"


class TrackedFinding(Value):
    """A finding that was posted on GitHub.

    `text` is its line on `side`, and `around` are the neighbouring lines of the diff, all with normalized
    spaces; both are empty if the diff does not show the line. `comment` is the id of the first comment of its
    thread, None while only the summary lists it. `seen` is the head of the first report, `closed` the one
    that fixed it, and `returned` the one that reintroduced it.
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
    """A finding that must not be reported again in this repository. `how` was it dismissed: "command",
    "reaction", "resolved". `around` are the neighbouring lines, as in `TrackedFinding`; earlier releases did
    not store them.
    """

    fingerprint: str
    path: str
    text: str
    around: tuple[str, ...] = ()
    category: str
    title: str
    by: str
    how: str


def is_grave(severity: str, category: str) -> bool:
    """Whether a finding is critical or about security. Such a finding is silenced only at its own place."""
    return severity == Severity.CRITICAL or category.strip().casefold() == _SECURITY
