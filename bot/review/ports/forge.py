"""The port to GitHub: reads, writes, and events that may have been missed."""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Protocol

from bot.core.change import Change, ClosedIssue, Pull, PullRef, ToolReport
from bot.core.check_run import Check, CombinedStatus
from bot.core.comments.comment import Comment, InlineComment, MarkedText, PostingResult, Reaction
from bot.core.commit_history import PastCommit
from bot.core.findings.threads import LineContext, Thread
from bot.core.missed_deliveries import DeliveryAttempt, OpenPull
from bot.core.repository_files import ListedFile


class RepositorySource(Protocol):
    """The files of a repository at one commit. Raises like `Forge`."""

    @property
    def name(self) -> str:
        """Identifies the repository among those of all servers."""
        ...

    async def listing(self, commit: str) -> Sequence[ListedFile] | None:
        """The regular files of the commit; None if they cannot be listed completely."""
        ...

    async def contents(self, commit: str, files: Sequence[ListedFile]) -> Mapping[str, bytes]:
        """The contents of text files by blob. A file that is not text or is too large may be left out."""
        ...

    async def archive(self, commit: str, into: Path, most: int) -> None:
        """Writes a tar archive of the commit of at most `most` bytes to `into`."""
        ...

    async def history(self, commit: str, path: str, most: int) -> Sequence[PastCommit]:
        """The `most` latest commits up to `commit` that changed `path`, the newest first."""
        ...


class Forge(Protocol):
    """GitHub. Every method raises `Retry` for temporary failures and `Refused` for permanent ones.

    Writes are idempotent: each looks for its marker among the bot's own comments or reviews first.
    """

    async def pull(self, ref: PullRef) -> Pull: ...

    async def change(self, pull: Pull, *, patient: bool = True) -> Change:
        """Files (all pages, or the raw diff) and commits of `pull` at `pull.head`. Without `patient`, as many
        pages as can be read.
        """
        ...

    async def may_command(self, ref: PullRef, user: str) -> bool:
        """Whether `user` has at least write permission for the repository; False if GitHub does not say."""
        ...

    async def react(self, ref: PullRef, comment: int, reaction: Reaction, *, on_lines: bool = False) -> None:
        """`on_lines`: `comment` is an inline comment; GitHub numbers these separately."""
        ...

    async def texts(self, ref: PullRef, revision: str, paths: Sequence[str]) -> Mapping[str, str | None]:
        """The texts of any number of files at `revision` (a commit or a branch name), by path.

        A missing file is left out; None stands for a file that is not text or is too large.
        """
        ...

    async def texts_of(
        self, repository: str, installation: int | None, paths: Sequence[str]
    ) -> Mapping[str, str | None]:
        """The same from the default branch of another repository. Empty if it cannot be read."""
        ...

    def repository(self, ref: PullRef) -> RepositorySource:
        """The files of the pull request's repository, at any of its commits."""
        ...

    async def combined_status(self, ref: PullRef, head: str, *, patient: bool = True) -> CombinedStatus:
        """The combined state of other apps' checks and statuses on `head`. Without `patient`, those that
        cannot be read now are ignored.
        """
        ...

    async def reports(self, pull: Pull) -> Sequence[ToolReport]:
        """What other tools have reported on `pull` at its head, as far as it can be read."""
        ...

    async def issues(self, ref: PullRef, numbers: Sequence[int]) -> Sequence[ClosedIssue]:
        """The repository's issues with these numbers, as far as they can be read, without pull requests."""
        ...

    async def find_comment(self, ref: PullRef, marker: str) -> Comment | None:
        """The bot's oldest comment that contains `marker`, of all pages."""
        ...

    async def put_comment(
        self, ref: PullRef, text: MarkedText, known: int | None, *, create: bool = True
    ) -> int | None:
        """Updates comment `known`, else the one that contains the text's marker, else creates it.

        Returns the comment's id; None if it does not exist and `create` is False.
        """
        ...

    async def add_comment(self, ref: PullRef, text: MarkedText) -> int:
        """Creates a comment without looking for its marker first. Returns its id."""
        ...

    async def threads(self, ref: PullRef) -> Sequence[Thread]:
        """All threads that the bot started, oldest first."""
        ...

    async def lines(self, ref: PullRef, comment: int) -> LineContext | None:
        """The lines that inline comment `comment` is about; None when it was deleted."""
        ...

    async def reply(self, ref: PullRef, first: int, text: MarkedText) -> None:
        """Replies in the thread whose first comment is `first`, unless a reply of the bot there contains the
        text's marker. Does nothing when the thread was deleted.
        """
        ...

    async def resolve(self, ref: PullRef, thread: str, *, resolved: bool = True) -> bool:
        """Resolves or unresolves a thread. False without the permission, which is contents: write."""
        ...

    async def minimise(self, ref: PullRef, node: str) -> bool:
        """Minimises a comment of the bot as resolved. False without the permission."""
        ...

    async def put_review(
        self,
        ref: PullRef,
        head: str,
        text: MarkedText,
        comments: Sequence[InlineComment],
        *,
        blocking: bool = False,
    ) -> PostingResult:
        """Submits one review, unless a review of the bot contains the text's marker. Its event is COMMENT, or
        REQUEST_CHANGES when `blocking`. If GitHub rejects some of it, the accepted part stays.
        """
        ...

    async def unblock(self, ref: PullRef, reason: str) -> None:
        """Dismisses the bot's own reviews that request changes."""
        ...

    async def label(self, ref: PullRef, wanted: Collection[str], unwanted: Collection[str]) -> None:
        """Adds and removes labels. Creates labels that the repository lacks."""
        ...

    async def find_check(self, ref: PullRef, head: str, name: str) -> Check | None:
        """The bot's newest check run of that name on `head`, without annotations.

        None when there is none, or the credentials do not allow check runs.
        """
        ...

    async def end_check_again(self, ref: PullRef, head: str, name: str) -> bool | None:
        """Completes that run again with its present conclusion, which ends a suite that GitHub has queued
        again. False when no run is completed; None when GitHub cannot say, or rejects the update.
        """
        ...

    async def put_check(self, ref: PullRef, head: str, check: Check, *, create: bool = True) -> bool:
        """Creates or updates the check run named `check.name` on `head`; without `create` it only updates.
        Returns whether the check run exists: a personal token cannot write check runs.
        """
        ...


class Missed(Protocol):
    """Deliveries and pull requests that the bot may have missed. Raises like `Forge`."""

    def delivery_attempts(self, since: datetime) -> AsyncIterator[DeliveryAttempt]:
        """GitHub's delivery attempts to this App's webhook since `since`, newest first.

        Empty if the credentials are not those of an App.
        """
        ...

    async def redeliver(self, attempt: int) -> None:
        """Asks GitHub to repeat delivery attempt number `attempt`."""
        ...

    async def installations(self) -> Sequence[int]:
        """This App's installations that are not suspended. Empty without App credentials."""
        ...

    def repositories(self, installation: int) -> AsyncIterator[str]:
        """The repositories ("owner/name") of an installation, without archived and disabled ones."""
        ...

    def open_pulls(self, repository: str, installation: int | None) -> AsyncIterator[OpenPull]:
        """The open pull requests of a repository, most recently updated first."""
        ...
