"""GitHub: what the bot does there, and what it may have missed."""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from bot.core.change import Change, Pull, PullRef
from bot.core.check_run import Check, CombinedStatus
from bot.core.comments.comment import Comment, InlineComment, PostingResult, Reaction
from bot.core.findings.threads import LineContext, Thread
from bot.core.missed_deliveries import DeliveryAttempt, OpenPull


class Forge(Protocol):
    """GitHub. Every method raises `Retry` for what will pass and `Refused` for what will not.

    Writes are idempotent: each looks for its marker among the bot's own comments or reviews first.
    """

    async def pull(self, ref: PullRef) -> Pull: ...

    async def change(self, pull: Pull, *, patient: bool = True) -> Change:
        """Files (all pages, or the raw diff) and commits of `pull` at `pull.head`. Without `patient` as many
        pages as can be read.
        """
        ...

    async def may_command(self, ref: PullRef, user: str) -> bool:
        """Whether `user` has write permission or more on the repository. What GitHub does not tell is no
        right.
        """
        ...

    async def react(self, ref: PullRef, comment: int, reaction: Reaction, *, on_lines: bool = False) -> None:
        """`on_lines`: the comment is one on lines of the diff, which GitHub numbers apart."""
        ...

    async def texts(self, ref: PullRef, revision: str, paths: Sequence[str]) -> Mapping[str, str | None]:
        """The texts of files at `revision` (a commit, or a branch's name), by path; of any number of them.

        One that is not there is left out; None stands for one that is no text, or too large.
        """
        ...

    async def texts_of(
        self, repository: str, installation: int | None, paths: Sequence[str]
    ) -> Mapping[str, str | None]:
        """The same from another repository's default branch. Empty where that cannot be read."""
        ...

    async def combined_status(self, ref: PullRef, head: str, *, patient: bool = True) -> CombinedStatus:
        """How the checks and statuses of others on `head` stand, as far as they are told. Without `patient`
        those count for nothing that cannot be read now.
        """
        ...

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

    async def add_comment(self, ref: PullRef, marker: str, body: str) -> int:
        """Creates a comment, for whoever knows of none with `marker`, or cannot know. Returns its id."""
        ...

    async def threads(self, ref: PullRef) -> Sequence[Thread]:
        """The threads that the bot began, all of them, the oldest first."""
        ...

    async def lines(self, ref: PullRef, comment: int) -> LineContext | None:
        """What the comment `comment` on lines is about; None when it is gone."""
        ...

    async def reply(self, ref: PullRef, first: int, marker: str, body: str) -> None:
        """Answers in the thread whose first comment is `first`, unless a reply of the bot's there holds
        `marker`. `body` holds it. Nothing happens when the thread is gone.
        """
        ...

    async def resolve(self, ref: PullRef, thread: str, *, resolved: bool = True) -> bool:
        """Resolves a thread, or opens it again. False where the bot may not: it takes contents: write."""
        ...

    async def minimise(self, ref: PullRef, node: str) -> bool:
        """Folds a comment of the bot's away as resolved. False where the bot may not."""
        ...

    async def put_review(
        self,
        ref: PullRef,
        head: str,
        marker: str,
        body: str,
        comments: Sequence[InlineComment],
        *,
        blocking: bool = False,
    ) -> PostingResult:
        """Submits one review, unless one of the bot's holds `marker`: of event COMMENT, or of
        REQUEST_CHANGES when `blocking`. What GitHub takes of it stands, whatever it refuses.
        """
        ...

    async def unblock(self, ref: PullRef, reason: str) -> None:
        """Dismisses the bot's own reviews that request changes."""
        ...

    async def label(self, ref: PullRef, wanted: Collection[str], unwanted: Collection[str]) -> None:
        """Adds and takes away labels. A label that the repository lacks is made."""
        ...

    async def find_check(self, ref: PullRef, head: str, name: str) -> Check | None:
        """What the bot's own newest check run of that name on `head` says; without annotations.

        None when there is none, or the credentials have no checks.
        """
        ...

    async def end_check_again(self, ref: PullRef, head: str, name: str) -> bool | None:
        """Completes that run once more with the conclusion that it has, which ends a suite that GitHub has
        queued again. False when there is no run that is completed, None where GitHub does not tell, or does
        not take it.
        """
        ...

    async def put_check(self, ref: PullRef, head: str, check: Check, *, create: bool = True) -> bool:
        """Creates or updates the check run named `check.name` on `head`; without `create` it only updates.
        Returns whether it is there: with a plain token that may not write checks there is none.
        """
        ...


class Missed(Protocol):
    """What GitHub knows and may not have told us. Raises like `Forge`."""

    def delivery_attempts(self, since: datetime) -> AsyncIterator[DeliveryAttempt]:
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
