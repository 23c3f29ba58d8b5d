"""Deliveries, tasks and jobs: the records of the durable job queue."""

import hashlib
from datetime import datetime
from enum import StrEnum

from pydantic import Field

from bot.core.change import PullRef
from bot.core.value import Value


class Cause(StrEnum):
    """The event that created a job."""

    OPENED = "opened"
    PUSHED = "pushed"
    REOPENED = "reopened"
    READY = "ready"
    COMMAND = "command"
    MISSED = "missed"  # found by the bot without a delivery
    LABELED = "labeled"
    CHECKED = "checked"  # the other checks have completed
    CLOSED = "closed"  # no review; the bot records how people handled the findings
    UNLABELED = "unlabeled"
    RETITLED = "retitled"
    DRAFTED = "drafted"
    RERUN = "rerun"  # the check was re-run
    QUEUED = "queued"  # a merge queue requests the check on its own commit
    UNQUEUED = "unqueued"  # the pull request left the merge queue
    REPLIED = "replied"  # no review; a person gave a reason in a thread, or edited or deleted it


REVIEWS = frozenset({Cause.OPENED, Cause.PUSHED, Cause.REOPENED, Cause.READY, Cause.MISSED})
"""The causes that request the review of a head, so that a newer one supersedes them. The others are processed
one by one, because only the pull request shows whether they request a review.
"""

RECONSIDERED = frozenset({Cause.UNLABELED, Cause.RETITLED, Cause.DRAFTED})
"""The causes that may change the reason why a pull request was skipped."""

IN_QUEUE = frozenset({Cause.QUEUED, Cause.UNQUEUED})
"""The causes whose head is a commit of the merge queue, not of the pull request."""


class ReplyChange(StrEnum):
    """What happened to a reply in a thread. `revised`: it was edited and no longer gives a reason."""

    REASONED = "reasoned"  # it is new or edited, and gives a reason against a finding
    REVISED = "revised"
    DELETED = "deleted"


class Task(Value):
    """The work of a job: review `pull`. Its number is 0 (bot/core/change.py) if it must be looked up.

    `head` is the commit of the delivery (None for a command: the latest is used). `actor`, `comment` and
    `command` are the author, the comment and the text of a command. `on_lines`: it is an inline comment;
    `in_review`: it is the text of a review. `label` was set or removed, `title` is the new title, `base` the
    new base branch, `suite` the check suite that completed or was re-requested. `reply` is what happened to
    the reply `comment`, and `revision` is when.
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
    reply: ReplyChange | None = None
    revision: str = ""

    @property
    def key(self) -> str:
        """Tasks with equal keys are one job: one review per (pull, head), one run per comment or its edit."""
        if self.cause is Cause.COMMAND:
            kind = "lines " if self.on_lines else "review " if self.in_review else ""
            return f"{self.pull}!{kind}{self.comment}"
        if self.cause is Cause.REPLIED:
            return f"{self.pull}!reply {self.comment} {self.reply} {self.revision}".rstrip()
        return f"{self.pull}@{self.head}{self._key_suffix}"

    @property
    def _key_suffix(self) -> str:
        """Distinguishes the task from the plain review of its head, which a draft does not get."""
        if self.base:
            return f"~onto {self.base}"
        if self.cause in REVIEWS and self.cause is not Cause.READY:
            return ""
        title = hashlib.sha256(self.title.encode("utf-8", "replace")).hexdigest()[:16] if self.title else ""
        return f"~{self.cause} {self.label or title or self.suite or ''}".rstrip()

    @property
    def lane(self) -> str:
        """Jobs with equal lanes run one after another."""
        return str(self.pull)


class JobState(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    PARKED = "parked"  # waits for a known time, such as the reset of a rate limit
    DONE = "done"
    FAILED = "failed"
    SUPERSEDED = "superseded"
    CANCELLED = "cancelled"


class Job(Value):
    """One durable unit of work. Times are UTC; `attempt` counts from 1.

    `failures` counts the attempts that ended with an error; other earlier attempts ended with their process.
    `ending` is set if the only remaining work is to report that final state, with the reason in `error`.
    `holder` is the worker that runs the job.
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
    """An error of one attempt of a job; `text` is for the operator."""

    at: datetime
    attempt: int
    text: str


class Delivery(Value):
    """One webhook delivery, stored unchanged. `body` is the signed JSON object in UTF-8.

    `failures` counts the attempts in which the database rejected its jobs.
    """

    id: str = Field(min_length=1, max_length=200)
    event: str = Field(min_length=1, max_length=100)
    body: bytes
    received: datetime
    failures: int = 0


class SetAsideDelivery(Value):
    """A delivery that creates no job, for `reason`, until the operator or GitHub redelivers it."""

    delivery: str
    event: str
    received: datetime
    at: datetime
    reason: str
