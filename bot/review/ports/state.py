"""What is remembered: answers, reviews, what was left on GitHub, how far something has come."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from bot.core.change import Change, PullRef
from bot.core.findings.tracking import Dismissal, TrackedFinding
from bot.core.llm.budget import Payment, Spending, TokenLimits
from bot.core.llm.messages import Completion
from bot.core.records import ReviewRecord, Transcript


class Journal(Protocol):
    """Completed model calls by content."""

    async def get(self, key: str) -> Completion | None: ...

    async def put(
        self, key: str, completion: Completion, pull: PullRef | None, paid: Payment | None = None
    ) -> None:
        """Keeps the first completion of a key. `pull` is the one it was made for, where there is one.

        With `paid`, its tokens are counted at once, in place of what was set aside for it.
        """
        ...


class Records(Protocol):
    """The reviews that were made."""

    async def save(
        self, record: ReviewRecord, change: Change | None = None, transcript: Transcript | None = None
    ) -> ReviewRecord:
        """Stores a record, with the change it speaks of and how it was made. One of the same job takes the
        old one's place (and keeps its change and transcript, unless others are given). Returns it with its
        `id`.
        """
        ...

    async def latest(self, pull: PullRef) -> ReviewRecord | None: ...

    async def get(self, record: int) -> ReviewRecord | None:
        """Record number `record`."""
        ...

    async def transcript(self, record: int) -> Transcript | None:
        """How the review of record number `record` was made, where it was kept."""
        ...

    async def change(self, record: int) -> Change | None:
        """The change that record number `record` speaks of, where it was kept."""
        ...


class PublishedState(Protocol):
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


class KeyValues(Protocol):
    """Short texts by name, kept across restarts: how far something has come."""

    async def read(self, name: str) -> str | None: ...

    async def write(self, name: str, text: str) -> None: ...

    async def named(self, prefix: str) -> Mapping[str, str]:
        """The texts by name, of those whose name begins with `prefix`."""
        ...


class Findings(Protocol):
    """What was found in a pull request and what became of it; what a repository wants to hear no more."""

    async def of(self, pull: PullRef) -> Sequence[TrackedFinding]:
        """All that were ever put on the pull request, the oldest first."""
        ...

    async def save(self, pull: PullRef, known: Iterable[TrackedFinding]) -> None:
        """Stores them; one of the same fingerprint takes the old one's place."""
        ...

    async def dismissals(self, repository: str) -> Sequence[Dismissal]: ...

    async def dismiss(self, repository: str, dismissals: Iterable[Dismissal]) -> None:
        """From now on; twice is as good as once."""
        ...


class TokenLedger(Protocol):
    """Counts tokens against limits, for all processes together."""

    async def reserve(self, pull: PullRef, job: str, limits: TokenLimits, tokens: int) -> int | str:
        """Sets `tokens` aside for a question; `job` names the review. Returns the reservation's number, or
        the scope ("review", "pull", "repository", "month") whose limit does not allow it.

        What is set aside counts as spent until it is settled, or for half an hour.
        """
        ...

    async def settle(self, reservation: int, tokens: int) -> None:
        """Pays `tokens` for the question; 0 when it was not answered."""
        ...

    async def spending(self, pull: PullRef, job: str) -> Spending: ...
