"""What is remembered: answers, reviews, what was left on GitHub, how far something has come."""

from collections.abc import Iterable, Sequence
from typing import Protocol

from bot.core.change import Change, PullRef
from bot.core.exchange import Completion
from bot.core.records import Record


class Journal(Protocol):
    """Completed model calls by content."""

    async def get(self, key: str) -> Completion | None: ...

    async def put(self, key: str, completion: Completion, pull: PullRef | None) -> None:
        """Keeps the first completion of a key. `pull` is the one it was made for, where there is one."""
        ...


class Records(Protocol):
    """The reviews that were made."""

    async def save(self, record: Record, change: Change | None = None) -> Record:
        """Stores a record, with the change it speaks of. One of the same job takes the old one's
        place (and keeps its change, unless another is given). Returns it with its `id`.
        """
        ...

    async def latest(self, pull: PullRef) -> Record | None: ...

    async def change(self, record: int) -> Change | None:
        """The change that record number `record` speaks of, where it was kept."""
        ...


class Traces(Protocol):
    """What the bot has left on GitHub, by pull request."""

    async def comment_of(self, pull: PullRef) -> tuple[int, int] | None:
        """The id of the summary comment, and how often it was written anew after somebody deleted it."""
        ...

    async def remember_comment(self, pull: PullRef, comment: int, renewed: int = 0) -> None: ...

    async def remarked(self, pull: PullRef) -> frozenset[str]:
        """The fingerprints of the findings that were put on lines, whether or not they still stand there."""
        ...

    async def remember_remarks(self, pull: PullRef, fingerprints: Iterable[str]) -> None: ...

    async def announce(self, pull: PullRef, head: str) -> None:
        """GitHub is about to show that a review of `head` is under way."""
        ...

    async def announced(self, pull: PullRef) -> Sequence[str]:
        """The heads of which GitHub may still show that."""
        ...

    async def settle(self, pull: PullRef, head: str) -> None:
        """GitHub shows the end of the review of `head`."""
        ...


class Notes(Protocol):
    """Short texts by name, kept across restarts: how far something has come."""

    async def read(self, name: str) -> str | None: ...

    async def write(self, name: str, text: str) -> None: ...
