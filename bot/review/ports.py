"""What the journey needs from the edges. The edges implement these shapes without importing them."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from bot.core.change import Change, Pull, PullRef
from bot.core.check import Check
from bot.core.comment import Comment, Inline, Reaction
from bot.core.exchange import Completion, Exchange, Model, Request
from bot.core.jobs import Delivery, Job, State, Task
from bot.core.review import Settings, Step


class Forge(Protocol):
    """GitHub. Every method raises `Retry` for what will pass and `Refused` for what will not.

    Writes are idempotent: each looks for its marker among the bot's own comments or reviews first.
    """

    async def pull(self, ref: PullRef) -> Pull: ...

    async def change(self, pull: Pull) -> Change:
        """Files (all pages, or the raw diff) and commits of `pull` at `pull.head`."""
        ...

    async def may_command(self, ref: PullRef, user: str) -> bool:
        """Whether `user` has write permission or more on the repository."""
        ...

    async def react(self, ref: PullRef, comment: int, reaction: Reaction) -> None: ...

    async def find_comment(self, ref: PullRef, marker: str) -> Comment | None:
        """The bot's own oldest comment that holds `marker`; of all pages."""
        ...

    async def put_comment(self, ref: PullRef, marker: str, body: str, known: int | None) -> int:
        """Updates comment `known`, or else the one that holds `marker`, or else creates it.

        `body` holds `marker`. Returns the comment's id.
        """
        ...

    async def put_review(
        self, ref: PullRef, head: str, marker: str, body: str, comments: Sequence[Inline]
    ) -> Sequence[Inline]:
        """Submits one review of event COMMENT, unless one of the bot's holds `marker`.

        Returns the comments that GitHub would not take (none, when all were posted).
        """
        ...

    async def put_check(self, ref: PullRef, head: str, check: Check) -> None:
        """Creates or updates the check run named `check.name` on `head`.

        Does nothing where the credentials may not write checks (a plain token).
        """
        ...


class Function(Protocol):
    """The review function in its sandbox."""

    @property
    def digest(self) -> str:
        """sha256 of the module's bytes."""
        ...

    async def review(
        self,
        change: Change,
        settings: Settings,
        answers: Sequence[Exchange],
        count: Callable[[str], int],
    ) -> Step:
        """One call of the fold. Raises `ModuleError` (kind "refused" for the guest's own refusal)."""
        ...


class Engine(Protocol):
    """A model that answers. `local` says that nothing leaves this machine."""

    @property
    def model(self) -> Model: ...

    @property
    def local(self) -> bool: ...

    def count(self, text: str) -> int:
        """Tokens of `text`, never too few. Blocks shortly; may be called from any thread."""
        ...

    async def complete(self, request: Request) -> Completion:
        """Raises `EngineFailure` (core.errors)."""
        ...


class Journal(Protocol):
    """Completed model calls by content."""

    async def get(self, key: str) -> Completion | None: ...

    async def put(self, key: str, completion: Completion, pull: PullRef) -> None: ...


class Jobs(Protocol):
    """Durable jobs. At most one job of a lane runs at a time; a lapsed lease returns its job."""

    async def submit(
        self, task: Task, *, delivery: str | None = None, priority: int = 0, due: datetime | None = None
    ) -> Job | None:
        """Stores a job, or returns None when one with the same `task.key` is already known
        (other than a failed one, which is started anew). Waiting jobs of the same lane that a push
        makes pointless become superseded.
        """
        ...

    async def claim(self, worker: str, lease: timedelta) -> Job | None:
        """The next job that is due, now RUNNING under a lease; None when there is none."""
        ...

    async def extend(self, job: Job, worker: str, lease: timedelta) -> bool:
        """False when the job is not ours any more (superseded, cancelled, lease lost)."""
        ...

    async def finish(self, job: Job, worker: str, state: State, error: str | None = None) -> None: ...

    async def retry(self, job: Job, worker: str, due: datetime, error: str) -> None: ...

    async def park(self, job: Job, worker: str, due: datetime, error: str) -> None:
        """Like `retry`, but does not count as an attempt."""
        ...

    async def newer(self, job: Job) -> bool:
        """Whether a later job of the same lane waits, so that this one may stop."""
        ...


class Inbox(Protocol):
    """Deliveries, durable before they are acknowledged."""

    async def receive(self, delivery: Delivery) -> bool:
        """Returns when the delivery is on disk; False when its id was already there."""
        ...
