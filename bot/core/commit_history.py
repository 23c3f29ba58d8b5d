"""The commits that changed a file before the change under review, as the answer to a look-up."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from bot.core.lookups import Passage, Passages

MOST = 10  # commits
MESSAGE = 2_000  # bytes of one message
KIND = "commit"

_SHORT = 7  # digits
_NO_DATE = "unknown date"
_CUT = "…"


class PastCommit(NamedTuple):
    """A commit with its author's date, if that is known, and its whole message."""

    sha: str
    date: datetime | None
    message: str


def history_of(path: str, commits: Sequence[PastCommit], *, more: bool = False) -> Passages:
    """The first `MOST` of `commits`, which are the latest ones that changed `path`, the newest first.

    A passage is named by the first digits of the commit. Its text is the author's date in UTC, such as
    2026-05-04T09:30:00Z, an empty line, and the message.
    """
    passages = [
        Passage(path=path, line=0, end=0, name=commit.sha[:_SHORT], kind=KIND, text=_text(commit))
        for commit in commits[:MOST]
    ]
    return Passages(passages=tuple(passages), more=more or len(commits) > MOST)


def _text(commit: PastCommit) -> str:
    return f"{_date(commit.date)}\n\n{_cut(commit.message.strip())}"


def _date(date: datetime | None) -> str:
    try:
        utc = date and date.astimezone(UTC)
    except OverflowError:  # an hour before the first one, or after the last one
        utc = None
    return utc.replace(tzinfo=None).isoformat(timespec="seconds") + "Z" if utc else _NO_DATE


def _cut(message: str) -> str:
    """At most `MESSAGE` bytes of whole lines."""
    encoded = message.encode("utf-8", "replace")
    if len(encoded) <= MESSAGE:
        return message
    cut = encoded[:MESSAGE].decode("utf-8", "ignore")
    return f"{cut.rpartition(chr(10))[0] or cut}\n{_CUT}"
