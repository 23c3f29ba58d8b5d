"""Formats counts, severities, durations and times as text."""

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.core.review import Severity


def number(count: int, noun: str) -> str:
    """`count` with its noun: "1 file", "2 files", "3 replies"."""
    if count == 1:
        return f"1 {noun}"
    plural = f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"
    return f"{count:,} {plural}"


def by_severity(severities: "Iterable[Severity]") -> str:
    """For example "1 critical, 2 minor", the most severe first."""
    from bot.core.review import Severity  # noqa: PLC0415 - the command line uses the other functions alone

    counts = Counter(severities)
    return ", ".join(f"{counts[severity]} {severity}" for severity in Severity if counts[severity])


def duration(seconds: float) -> str:
    if seconds < 10:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def moment(time: datetime) -> str:
    """For example "21 November 2026, 07:30 UTC"."""
    local = time.astimezone(UTC)
    return f"{local.day} {local:%B %Y, %H:%M} UTC"


def details(summary: str, body: str) -> str:
    """A collapsible section. `summary` is not escaped, so it must be trusted text."""
    return f"<details>\n<summary>{summary}</summary>\n\n{body}\n\n</details>"
