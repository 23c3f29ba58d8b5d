"""What the journey needs from the edges. The edges implement these shapes without importing them."""

from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from bot.core.change import Change, Pull, PullRef
from bot.core.check import Check
from bot.core.comment import Comment, Inline, Reaction
from bot.core.exchange import Completion, Exchange, Model, Request, Usage
from bot.core.jobs import Delivery, Job, State, Task
from bot.core.missed import OpenPull, Sending
from bot.core.records import Record
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

    async def put_comment(
        self, ref: PullRef, marker: str, body: str, known: int | None, *, create: bool = True
    ) -> int | None:
        """Updates comment `known`, or else the one that holds `marker`, or else creates it.

        `body` holds `marker`. Returns the comment's id; None when it is not there and not to be created.
        """
        ...

    async def inline_bodies(self, ref: PullRef) -> Sequence[str]:
        """The bodies of the bot's own comments on lines; of all pages."""
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


class Missed(Protocol):
    """What GitHub knows and may not have told us. Raises like `Forge`."""

    def sendings(self, since: datetime) -> AsyncIterator[Sending]:
        """The tries of GitHub to deliver to this App's webhook, the newest first, none before `since`.

        None at all where the credentials are no App's.
        """
        ...

    async def redeliver(self, sending: int) -> None:
        """Asks GitHub to try that one again."""
        ...

    async def installations(self) -> Sequence[int]:
        """The installations of this App that are not suspended. None where the credentials are no App's."""
        ...

    def repositories(self, installation: int) -> AsyncIterator[str]:
        """The repositories ("owner/name") that an installation can reach, less those that are archived or
        disabled.
        """
        ...

    def open_pulls(self, repository: str, installation: int | None) -> AsyncIterator[OpenPull]:
        """The open pull requests of a repository, the latest updated first."""
        ...


class Notes(Protocol):
    """Short texts by name, kept across restarts: how far something has come."""

    async def read(self, name: str) -> str | None: ...

    async def write(self, name: str, text: str) -> None: ...


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


class Route(Protocol):
    """Engines in the order in which they are asked; the first is the one that prompts are cut for."""

    @property
    def engines(self) -> Sequence[Engine]: ...

    async def complete(self, request: Request) -> tuple[Engine, Completion]:
        """The first engine that answers, and its answer. Raises `EngineFailure` of the last."""
        ...


class Router(Protocol):
    """Chooses the route of a review."""

    def route(self, *, private: bool) -> Route | None:
        """None when no model is configured.

        Raises `Refused` when models are configured and none of them may see a private repository.
        """
        ...


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


class Jobs(Protocol):
    """Durable jobs. At most one job of a lane runs at a time; a lapsed lease returns its job.

    A job reviews the latest head of its pull request, whichever its delivery spoke of. So of all
    the pushes of a lane at most one waits; a command always keeps its own job, for only the job
    finds out whether its author may give it.
    """

    async def submit(
        self, task: Task, *, delivery: str | None = None, priority: int = 0, due: datetime | None = None
    ) -> Job | None:
        """Stores a job, or returns None when one with the same `task.key` is already known.

        A failed or cancelled one is started anew, and so is a superseded one when another delivery
        names its head again. Waiting jobs of the same lane that a push makes pointless become
        superseded.
        """
        ...

    async def claim(self, worker: str, lease: timedelta) -> Job | None:
        """The next job that is due, now RUNNING under a lease; None when there is none."""
        ...

    async def extend(self, job: Job, worker: str, lease: timedelta) -> bool:
        """False when the job is not ours any more (superseded, cancelled, lease lost)."""
        ...

    async def finish(self, job: Job, worker: str, state: State, error: str | None = None) -> bool:
        """Ends the job as DONE, FAILED, SUPERSEDED or CANCELLED; False when it is not ours any more."""
        ...

    async def retry(self, job: Job, worker: str, due: datetime, error: str) -> bool:
        """Lets the job wait until `due`.

        False when it will not: it is not ours any more, or a newer one waits and supersedes it.
        """
        ...

    async def park(self, job: Job, worker: str, due: datetime, error: str) -> bool:
        """Like `retry`, but does not count as an attempt."""
        ...

    async def owe(self, job: Job, worker: str, due: datetime, ending: State, error: str) -> bool:
        """The job has come to its end, but that could not be told yet: it waits until `due` to be told."""
        ...

    async def cancelling(self, job: Job) -> str | None:
        """Why the job is to be stopped, if it is."""
        ...

    async def newer(self, job: Job) -> bool:
        """Whether a review of another head waits in the same lane, so that this one may stop.

        A command is never stopped for a push.
        """
        ...

    async def wait(self, seconds: float) -> None:
        """Returns when this process may have made a job claimable, or after `seconds`."""
        ...

    async def counts(self) -> Mapping[State, int]:
        """How many jobs are in each state; every state is there."""
        ...

    async def knows(self, task: Task) -> bool:
        """Whether there is a job with the same `task.key`, in whatever state."""
        ...


class Inbox(Protocol):
    """Deliveries, durable before they are acknowledged. All raise `Retry` when the disk fails."""

    async def receive(self, delivery: Delivery) -> bool:
        """Returns when the delivery is on disk; False when its id was already there.

        One that was there is read again: whoever redelivers wants another try.
        """
        ...

    async def unread(self, limit: int) -> Sequence[Delivery]:
        """The oldest deliveries that nobody has read; fewer than `limit` when they are large."""
        ...

    async def known(self, ids: Sequence[str]) -> frozenset[str]:
        """Those of `ids` that are here, read or not."""
        ...

    async def mark_read(self, ids: Sequence[str]) -> None: ...

    async def mark_malformed(self, delivery: str, error: str) -> None:
        """Keeps a delivery that cannot be read, with the reason, out of the way of the others."""
        ...

    async def wait(self, seconds: float) -> None:
        """Returns when this process has received something, or after `seconds`."""
        ...


class Meter(Protocol):
    """Counts what happens, for the operator. Never fails and never waits."""

    def job(self, state: State) -> None:
        """A job has ended in `state`."""
        ...

    def review(self, seconds: float) -> None:
        """A review was made and posted; it took `seconds`."""
        ...

    def tokens(self, model: str, usage: Usage) -> None:
        """A model has answered a request."""
        ...

    def reused(self, model: str) -> None:
        """The journal held the answer."""
        ...

    def failure(self, model: str, kind: str) -> None:
        """A model gave no answer; `kind` is a `Trouble`."""
        ...
