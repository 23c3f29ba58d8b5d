"""What a repository's maintainers decided about findings: learnings and dismissals."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from enum import StrEnum

from bot.core.change import Change
from bot.core.findings.tracking import is_grave
from bot.core.review import Learning
from bot.core.value import Value

MOST_LEARNINGS = 200  # of a repository that a review considers, the newest ones
_MOST_SHOWN = 50  # that are passed to the review function
_MOST_BYTES = 16_000  # of their texts


class LearnedReply(Value):
    """A maintainer's reply to a finding, with its reason. `comment` is the id of the reply, `thread` that of
    the first comment of its thread, `pull` the number of its pull request. `path`, `finding` (its title),
    `severity` and `category` are those of the finding.
    """

    comment: int
    thread: int = 0
    pull: int
    author: str
    path: str
    finding: str
    severity: str = ""
    category: str = ""
    text: str


class EntryKind(StrEnum):
    LEARNING = "learning"
    DISMISSAL = "dismissal"


class MemoryEntry(Value):
    """A learning or a dismissal in a list. `id` is what `/forget` accepts: "12" for a learning, "d3" for a
    dismissal. `how` a finding was dismissed is empty for a learning.
    """

    id: str
    kind: EntryKind
    repository: str
    author: str
    path: str
    finding: str
    text: str = ""
    how: str = ""
    created: datetime


class Forgotten(Value):
    """The result of forgetting entries by id: those that are forgotten now, and those that are unknown."""

    forgotten: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()


def choose_learnings(change: Change, replies: Sequence[LearnedReply]) -> tuple[Learning, ...]:
    """The learnings for the review of `change`: those of its files first, then the others of the repository.

    `replies` are the newest first. A learning about a critical finding or one of security is left out unless
    its file is in the change: what was accepted at one place must not excuse another.
    """
    paths = {file.previous: file.path for file in change.files if file.previous}
    paths |= {file.path: file.path for file in change.files}
    own = [reply for reply in replies if reply.path in paths]
    others = [
        reply for reply in replies if reply.path not in paths and not is_grave(reply.severity, reply.category)
    ]
    return tuple(
        Learning(
            author=reply.author,
            path=paths.get(reply.path, reply.path),
            finding=reply.finding,
            text=reply.text,
        )
        for reply in _bounded([*own, *others])
    )


def _bounded(replies: Sequence[LearnedReply]) -> Iterator[LearnedReply]:
    left = _MOST_BYTES
    for reply in replies[:_MOST_SHOWN]:
        left -= len(f"{reply.author}{reply.path}{reply.finding}{reply.text}".encode("utf-8", "replace"))
        if left < 0:
            return
        yield reply
