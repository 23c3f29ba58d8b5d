"""Deliveries and jobs: what the durable engine stores, and what intake and worker say about it."""

import hashlib
from datetime import datetime
from enum import StrEnum

from pydantic import Field

from bot.core.change import PullRef
from bot.core.value import Value


class Cause(StrEnum):
    """What has happened, so that a job was stored: mostly that a review was asked for."""

    OPENED = "opened"
    PUSHED = "pushed"
    REOPENED = "reopened"
    READY = "ready"
    COMMAND = "command"
    MISSED = "missed"  # no delivery told of it; the bot found it
    LABELED = "labeled"
    CHECKED = "checked"  # the checks of others have ended
    CLOSED = "closed"  # nothing is reviewed; what people made of the findings is learnt
    UNLABELED = "unlabeled"
    RETITLED = "retitled"
    DRAFTED = "drafted"
    RERUN = "rerun"  # somebody wants the check again
    QUEUED = "queued"  # a merge queue wants the check on a commit of its own
    UNQUEUED = "unqueued"  # and wants it no more


REVIEWS = frozenset({Cause.OPENED, Cause.PUSHED, Cause.REOPENED, Cause.READY, Cause.MISSED})
"""The causes that ask for the review of a head, so that a newer one stands in for them all. The others are
each looked at by itself: it takes the pull request to know whether anything is asked for.
"""

RECONSIDERED = frozenset({Cause.UNLABELED, Cause.RETITLED, Cause.DRAFTED})
"""The causes that may take away the reason why a pull request was passed over, or give it another."""

IN_QUEUE = frozenset({Cause.QUEUED, Cause.UNQUEUED})
"""The causes whose head is a commit of the merge queue, not of the pull request."""


class Task(Value):
    """What a job is to do: review `pull`, which is not known (bot/core/change.py) where it has to be found.

    `head` is the commit that the delivery spoke of (None for a command: the latest is taken).
    `actor`, `comment` and `command` tell who asked, in which comment, and with which words. `on_lines`: the
    comment is one on lines of the diff; `in_review`: it is the text of a review. `label` is the one that was
    set or taken off, `title` what was edited to, `base` the branch that the pull request was pointed at,
    `suite` the check suite that ended or is wanted again.
    """

    pull: PullRef
    cause: Cause
    head: str | None = None
    actor: str = ""
    comment: int | None = None
    command: str = ""
    on_lines: bool = False
    in_review: bool = False
    label: str = ""
    title: str = ""
    base: str = ""
    suite: int | None = None

    @property
    def key(self) -> str:
        """Two tasks with one key are one job: one review per (pull, head), one run per comment."""
        if self.cause is Cause.COMMAND:
            kind = "lines " if self.on_lines else "review " if self.in_review else ""
            return f"{self.pull}!{kind}{self.comment}"
        return f"{self.pull}@{self.head}{self._besides}"

    @property
    def _besides(self) -> str:
        """What makes it another task than the review of its head: that of a draft came to nothing."""
        if self.base:
            return f"~onto {self.base}"
        if self.cause in REVIEWS and self.cause is not Cause.READY:
            return ""
        title = hashlib.sha256(self.title.encode("utf-8", "replace")).hexdigest()[:16] if self.title else ""
        return f"~{self.cause} {self.label or title or self.suite or ''}".rstrip()

    @property
    def lane(self) -> str:
        """Jobs in one lane run one after another."""
        return str(self.pull)


class JobState(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    PARKED = "parked"  # waits for a moment that somebody named: a rate limit's reset
    DONE = "done"
    FAILED = "failed"
    SUPERSEDED = "superseded"
    CANCELLED = "cancelled"


class Job(Value):
    """One durable unit of work. Times are UTC; `attempt` counts from 1 while it runs.

    `failures` are the attempts that ended with an error; the others, but the present one, ended with
    their process.
    `ending` is set when all that is left to do is to tell of that end, for the reason in `error`.
    `holder` is the worker that has it while it runs.
    """

    id: int
    task: Task
    state: JobState
    priority: int = 0
    attempt: int = 0
    failures: int = 0
    delivery: str | None = None
    due: datetime
    created: datetime
    updated: datetime
    error: str | None = None
    ending: JobState | None = None
    holder: str | None = None


class JobError(Value):
    """Something that went wrong with a job on its way; `text` is for the operator."""

    at: datetime
    attempt: int
    text: str


class Delivery(Value):
    """One webhook delivery, kept as it came. `body` is a JSON object in UTF-8, as it was signed.

    `failures` is how often it could not be turned into jobs, because the database did not take them.
    """

    id: str = Field(min_length=1, max_length=200)
    event: str = Field(min_length=1, max_length=100)
    body: bytes
    received: datetime
    failures: int = 0


class SetAsideDelivery(Value):
    """A delivery that makes no job, for `reason`, until the operator or GitHub has it read again."""

    delivery: str
    event: str
    received: datetime
    at: datetime
    reason: str
