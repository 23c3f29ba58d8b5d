"""State that stores nothing, for a review without a database."""

from collections.abc import Iterable, Sequence

from bot.core.change import PullRef
from bot.core.findings.tracking import Dismissal, TrackedFinding


class NullState:
    """Implements the ports `PublishedState` and `Findings`; only the bot's markers on GitHub keep state."""

    async def comment_of(self, pull: PullRef) -> tuple[int, int] | None:
        del pull
        return None

    async def remember_comment(self, pull: PullRef, comment: int, renewed: int = 0) -> None:
        pass

    async def remarked(self, pull: PullRef) -> frozenset[str]:
        del pull
        return frozenset()

    async def remember_remarks(self, pull: PullRef, fingerprints: Iterable[str]) -> None:
        pass

    async def announce(self, pull: PullRef, head: str) -> None:
        pass

    async def announced(self, pull: PullRef) -> Sequence[str]:
        del pull
        return ()

    async def settle(self, pull: PullRef, head: str) -> None:
        pass

    async def of(self, pull: PullRef) -> Sequence[TrackedFinding]:
        del pull
        return ()

    async def save(self, pull: PullRef, known: Iterable[TrackedFinding]) -> None:
        pass

    async def dismissals(self, repository: str) -> Sequence[Dismissal]:
        del repository
        return ()

    async def dismiss(self, repository: str, dismissals: Iterable[Dismissal]) -> None:
        pass

    async def restored(self, repository: str) -> frozenset[str]:
        del repository
        return frozenset()
