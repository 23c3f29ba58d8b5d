"""The ports to stored state: journal, reviews, published state, findings, memory, token ledger."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from bot.core.change import Change, PullRef
from bot.core.findings.learnings import Forgotten, LearnedReply, MemoryEntry
from bot.core.findings.tracking import Dismissal, TrackedFinding
from bot.core.llm.budget import Payment, Spending, TokenLimits
from bot.core.llm.messages import Completion
from bot.core.records import ReviewRecord, Transcript


class Journal(Protocol):
    """Completed model calls by a hash of their content."""

    async def get(self, key: str) -> Completion | None: ...

    async def put(
        self, key: str, completion: Completion, pull: PullRef | None, paid: Payment | None = None
    ) -> None:
        """Keeps the first completion of a key. `pull` is the pull request it was made for, if there is one.

        With `paid`, its tokens are charged at once, in place of the reservation.
        """
        ...


class Records(Protocol):
    """Finished reviews."""

    async def save(
        self, record: ReviewRecord, change: Change | None = None, transcript: Transcript | None = None
    ) -> ReviewRecord:
        """Stores a record with its change and transcript. It replaces a record of the same job, whose change
        and transcript are kept unless new ones are given. Returns the record with its `id`.
        """
        ...

    async def latest(self, pull: PullRef) -> ReviewRecord | None: ...

    async def get(self, record: int) -> ReviewRecord | None:
        """Record number `record`."""
        ...

    async def transcript(self, record: int) -> Transcript | None:
        """The transcript of record number `record`, if it was stored."""
        ...

    async def change(self, record: int) -> Change | None:
        """The change of record number `record`, if it was stored."""
        ...


class PublishedState(Protocol):
    """What the bot has posted on GitHub, by pull request."""

    async def comment_of(self, pull: PullRef) -> tuple[int, int] | None:
        """The id of the summary comment, and how often it was recreated after a person deleted it."""
        ...

    async def remember_comment(self, pull: PullRef, comment: int, renewed: int = 0) -> None: ...

    async def remarked(self, pull: PullRef) -> frozenset[str]:
        """The fingerprints of all findings that were ever posted inline, also of deleted comments."""
        ...

    async def remember_remarks(self, pull: PullRef, fingerprints: Iterable[str]) -> None: ...

    async def announce(self, pull: PullRef, head: str) -> None:
        """Stores that GitHub is about to show a review of `head` as in progress."""
        ...

    async def announced(self, pull: PullRef) -> Sequence[str]:
        """The heads whose review GitHub may still show as in progress."""
        ...

    async def settle(self, pull: PullRef, head: str) -> None:
        """GitHub shows the outcome of the review of `head`."""
        ...


class KeyValues(Protocol):
    """Short texts by name, kept across restarts."""

    async def read(self, name: str) -> str | None: ...

    async def write(self, name: str, text: str) -> None: ...

    async def named(self, prefix: str) -> Mapping[str, str]:
        """All texts whose name begins with `prefix`, by name."""
        ...


class Findings(Protocol):
    """The findings of pull requests with their status, and the dismissals of repositories."""

    async def of(self, pull: PullRef) -> Sequence[TrackedFinding]:
        """All findings ever posted on the pull request, oldest first."""
        ...

    async def save(self, pull: PullRef, known: Iterable[TrackedFinding]) -> None:
        """Stores findings; replaces those with the same fingerprint."""
        ...

    async def dismissals(self, repository: str) -> Sequence[Dismissal]: ...

    async def dismiss(self, repository: str, dismissals: Iterable[Dismissal]) -> None:
        """Stores dismissals; idempotent. A finding whose dismissal was taken back can be dismissed again."""
        ...

    async def restored(self, repository: str) -> frozenset[str]:
        """The fingerprints of findings whose dismissal was taken back."""
        ...


class Memory(Protocol):
    """What the maintainers of repositories decided: learnings, dismissals, and what they took back."""

    async def learnings(self, repository: str) -> Sequence[LearnedReply]:
        """The newest learnings of a repository, the newest first."""
        ...

    async def of_pull(self, repository: str, pull: int) -> Mapping[int, LearnedReply]:
        """All learnings from the threads of one pull request, by the id of the reply."""
        ...

    async def learn(self, repository: str, replies: Sequence[LearnedReply]) -> frozenset[int]:
        """Stores replies by their id; replaces earlier texts. Ignores those that were taken back. Returns the
        ids of the others.
        """
        ...

    async def drop(self, repository: str, comments: Iterable[int]) -> None:
        """Deletes the learnings of replies that were deleted, or that no longer give a reason."""
        ...

    async def is_known(self, repository: str, comment: int) -> bool:
        """Whether a reply is a learning of the repository."""
        ...

    async def entries(self, repository: str) -> Sequence[MemoryEntry]:
        """The learnings and dismissals of a repository, the newest first."""
        ...

    async def forget(self, ids: Sequence[str], repository: str) -> Forgotten:
        """Takes back entries by their ids. One that was taken back before counts as forgotten."""
        ...


class TokenLedger(Protocol):
    """Counts tokens against limits, across all processes."""

    async def reserve(self, pull: PullRef, job: str, limits: TokenLimits, tokens: int) -> int | str:
        """Reserves `tokens` for a question; `job` names the review. Returns the reservation's number, or the
        scope ("review", "pull", "repository", "month") whose limit would be exceeded.

        A reservation counts as spent until it is settled, or for half an hour.
        """
        ...

    async def settle(self, reservation: int, tokens: int) -> None:
        """Replaces a reservation by the `tokens` spent; 0 when the question was not answered."""
        ...

    async def spending(self, pull: PullRef, job: str) -> Spending: ...
