"""`GitHubForge`: all operations of the bot on GitHub."""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from datetime import datetime
from types import TracebackType
from typing import Self

import structlog

from bot.core.change import Change, ClosedIssue, Pull, PullRef, ToolReport
from bot.core.check_run import Check, CombinedStatus
from bot.core.comments.comment import Comment, InlineComment, MarkedText, PostingResult, Reaction
from bot.core.cooldowns import Cooldowns
from bot.core.findings.threads import LineContext, Thread
from bot.core.missed_deliveries import DeliveryAttempt, OpenPull
from bot.github.api import Api
from bot.github.app_client import AppClient
from bot.github.check_status import fetch_combined_status
from bot.github.checks import Checks
from bot.github.comments import Comments
from bot.github.credentials import Credentials
from bot.github.failures import CallRejected
from bot.github.file_texts import FileTexts
from bot.github.graphql import GraphqlClient
from bot.github.identity import Identity
from bot.github.installation_tokens import InstallationTokens
from bot.github.issues import Issues
from bot.github.labels import put_labels
from bot.github.missed_deliveries import Missed
from bot.github.own_account import OwnAccount
from bot.github.own_check_runs import OwnCheckRuns
from bot.github.paths import part, repository_path
from bot.github.pulls import fetch_change, fetch_pull
from bot.github.repository_files import RepositoryFiles
from bot.github.review_comments import ReviewComments
from bot.github.reviews import Reviews
from bot.github.shapes import PermissionShape
from bot.github.thread_resolution import ThreadResolution
from bot.github.threads import ReviewThreads
from bot.github.tool_reports import ToolReports
from bot.github.transport import PAUSES, GitHubTransport

log = structlog.get_logger()

_MAY_WRITE = ("admin", "write")  # GitHub reports "maintain" and custom roles as one of these


class GitHubForge:
    """A client of one GitHub server with one set of credentials. Close it, or use `async with`.

    Every method raises `Retry` for a temporary failure (with `after` if GitHub names a time) and
    `Refused` for a permanent one. A write first checks whether its result exists, and is sent once.
    """

    def __init__(
        self,
        api_url: str,
        credentials: Credentials,
        *,
        agent: str = "code-review-bot",
        timeout: float = 20.0,
        pauses: Sequence[float] = PAUSES,
        cooldowns: Cooldowns | None = None,
    ) -> None:
        """Creates a client.

        Args:
            api_url: root of the REST API.
            credentials: of an App, or a personal access token.
            agent: the User-Agent header.
            timeout: seconds that bound each wait.
            pauses: seconds between the attempts of a read.
            cooldowns: shared with other processes; by default they are local to this client.
        """
        self._transport = GitHubTransport(
            api_url, agent=agent, timeout=timeout, pauses=pauses, cooldowns=cooldowns
        )
        app_client = AppClient(self._transport, credentials)
        self._tokens = InstallationTokens(app_client)
        self._api = Api(self._transport, self._tokens)
        self._account = OwnAccount(app_client)
        self._missed = Missed(app_client, self._api)
        self._comments = Comments(self._api, self._account)
        self._reviews = Reviews(self._api, self._account)
        self._own_runs = OwnCheckRuns(self._account)
        self._checks = Checks(self._api, self._account, self._own_runs)
        self._reports = ToolReports(self._api, self._own_runs)
        self._issues = Issues(self._api)
        graph = GraphqlClient(self._api, api_url)
        self._texts = FileTexts(self._api, graph)
        self._url = api_url
        self._review_comments = ReviewComments(self._api, self._account)
        self._threads = ReviewThreads(graph, self._account, self._review_comments)
        self._resolution = ThreadResolution(graph)

    async def pull(self, ref: PullRef) -> Pull:
        return await fetch_pull(self._api, ref)

    async def change(self, pull: Pull, *, patient: bool = True) -> Change:
        """Files and commits at `pull.head`; raises `Retry` if the pull request has a newer head."""
        return await fetch_change(self._api, pull, patient=patient)

    async def may_command(self, ref: PullRef, user: str) -> bool:
        """Whether `user` has at least write permission on the repository. False if GitHub refuses to say."""
        path = f"{repository_path(ref.repository)}/collaborators/{part(user)}/permission"
        try:
            shape = await self._api.read(ref, path, PermissionShape)
        except CallRejected as error:
            log.info("user_permission_unknown", user=user, pull=str(ref), reason=str(error))
            return False
        return shape.permission in _MAY_WRITE

    async def react(self, ref: PullRef, comment: int, reaction: Reaction, *, on_lines: bool = False) -> None:
        await self._comments.react(ref, comment, reaction, on_lines=on_lines)

    async def texts(self, ref: PullRef, revision: str, paths: Sequence[str]) -> Mapping[str, str | None]:
        """Texts of files at a commit or on a branch; None for a file that is not text, or too large."""
        return await self._texts.at(ref.repository, ref.installation, revision, paths)

    async def texts_of(
        self, repository: str, installation: int | None, paths: Sequence[str]
    ) -> Mapping[str, str | None]:
        """Texts of files on another repository's default branch; empty if that cannot be read."""
        return await self._texts.of_default(repository, installation, paths)

    def repository(self, ref: PullRef) -> RepositoryFiles:
        """The files of the pull request's repository, at any of its commits."""
        return RepositoryFiles(self._api, self._texts, self._url, ref)

    async def combined_status(self, ref: PullRef, head: str, *, patient: bool = True) -> CombinedStatus:
        return await fetch_combined_status(self._api, self._own_runs, ref, head, patient=patient)

    async def reports(self, pull: Pull) -> Sequence[ToolReport]:
        """Annotations of other Apps' check runs on the head, and open code scanning alerts, as far as they
        can be read.
        """
        return await self._reports.fetch(pull)

    async def issues(self, ref: PullRef, numbers: Sequence[int]) -> Sequence[ClosedIssue]:
        """The repository's issues with these numbers, as far as they can be read."""
        return await self._issues.fetch(ref, numbers)

    async def find_comment(self, ref: PullRef, marker: str) -> Comment | None:
        return await self._comments.find(ref, marker)

    async def put_comment(
        self, ref: PullRef, text: MarkedText, known: int | None, *, create: bool = True
    ) -> int | None:
        return await self._comments.put(ref, text, known, create=create)

    async def add_comment(self, ref: PullRef, text: MarkedText) -> int:
        return await self._comments.create(ref, text)

    async def threads(self, ref: PullRef) -> Sequence[Thread]:
        return await self._threads.all(ref)

    async def lines(self, ref: PullRef, comment: int) -> LineContext | None:
        return await self._review_comments.lines(ref, comment)

    async def reply(self, ref: PullRef, first: int, text: MarkedText) -> None:
        await self._review_comments.reply(ref, first, text)

    async def resolve(self, ref: PullRef, thread: str, *, resolved: bool = True) -> bool:
        """False if the bot lacks the permission (contents: write), or GitHub refuses."""
        return await self._resolution.resolve(ref, thread, resolved=resolved)

    async def minimise(self, ref: PullRef, node: str) -> bool:
        return await self._resolution.minimise(ref, node)

    async def put_review(
        self,
        ref: PullRef,
        head: str,
        text: MarkedText,
        comments: Sequence[InlineComment],
        *,
        blocking: bool = False,
    ) -> PostingResult:
        return await self._reviews.put(ref, head, text, comments, blocking=blocking)

    async def unblock(self, ref: PullRef, reason: str) -> None:
        await self._reviews.unblock(ref, reason)

    async def label(self, ref: PullRef, wanted: Collection[str], unwanted: Collection[str]) -> None:
        await put_labels(self._api, ref, wanted, unwanted)

    async def find_check(self, ref: PullRef, head: str, name: str) -> Check | None:
        return await self._checks.find(ref, head, name)

    async def end_check_again(self, ref: PullRef, head: str, name: str) -> bool | None:
        return await self._checks.end_again(ref, head, name)

    async def put_check(self, ref: PullRef, head: str, check: Check, *, create: bool = True) -> bool:
        return await self._checks.put(ref, head, check, create=create)

    def delivery_attempts(self, since: datetime) -> AsyncIterator[DeliveryAttempt]:
        """GitHub's attempts to deliver to the App's webhook since `since`, newest first."""
        return self._missed.delivery_attempts(since)

    async def redeliver(self, attempt: int) -> None:
        """Requests the redelivery of that attempt's delivery."""
        await self._missed.redeliver(attempt)

    async def installations(self) -> Sequence[int]:
        """The App's installations, without suspended ones."""
        return await self._missed.installations()

    def repositories(self, installation: int) -> AsyncIterator[str]:
        """Repositories ("owner/name") of an installation, without archived and disabled ones."""
        return self._missed.repositories(installation)

    def open_pulls(self, repository: str, installation: int | None) -> AsyncIterator[OpenPull]:
        """The open pull requests of a repository, most recently updated first."""
        return self._missed.open_pulls(repository, installation)

    async def whoami(self) -> Identity:
        """The account and permissions of the credentials, asked from GitHub."""
        return await self._account.identity()

    async def installation_for(self, repository: str) -> int:
        """The App's installation on "owner/name". Raises `Refused` if the App is not installed there."""
        return await self._tokens.installation_for(repository)

    async def close(self) -> None:
        await self._transport.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()
