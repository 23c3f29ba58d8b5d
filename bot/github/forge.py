"""`GitHubForge`: everything that the bot does on GitHub."""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from datetime import datetime
from types import TracebackType
from typing import Self

import structlog

from bot.core.change import Change, Pull, PullRef
from bot.core.check_run import Check, CombinedStatus
from bot.core.comments.comment import Comment, InlineComment, PostingResult, Reaction
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
from bot.github.labels import put_labels
from bot.github.missed_deliveries import Missed
from bot.github.own_account import OwnAccount
from bot.github.own_check_runs import OwnCheckRuns
from bot.github.paths import part, repository_path
from bot.github.pulls import fetch_change, fetch_pull
from bot.github.review_comments import ReviewComments
from bot.github.reviews import Reviews
from bot.github.shapes import PermissionShape
from bot.github.thread_resolution import ThreadResolution
from bot.github.threads import ReviewThreads
from bot.github.transport import PAUSES, GitHubTransport

log = structlog.get_logger()

_MAY_WRITE = ("admin", "write")  # "maintain" and custom roles are told as one of these


class GitHubForge:
    """One GitHub, reached with one set of credentials. To be closed, or used with `async with`.

    Every method raises `Retry` for what will pass (with `after`, where GitHub names the moment) and
    `Refused` for what will not. Writes look for what they would write first, and are sent once.
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
        """`timeout` (seconds) bounds each wait; reads are tried again after each of the `pauses`.

        `cooldowns` are kept by all who share them; without, this forge keeps its own.
        """
        self._wire = GitHubTransport(
            api_url, agent=agent, timeout=timeout, pauses=pauses, cooldowns=cooldowns
        )
        app_client = AppClient(self._wire, credentials)
        self._keys = InstallationTokens(app_client)
        self._api = Api(self._wire, self._keys)
        self._account = OwnAccount(app_client)
        self._missed = Missed(app_client, self._api)
        self._comments = Comments(self._api, self._account)
        self._reviews = Reviews(self._api, self._account)
        self._own_runs = OwnCheckRuns(self._account)
        self._checks = Checks(self._api, self._account, self._own_runs)
        graph = GraphqlClient(self._api, api_url)
        self._texts = FileTexts(self._api, graph)
        self._listed = ReviewComments(self._api, self._account)
        self._threads = ReviewThreads(graph, self._account, self._listed)
        self._folding = ThreadResolution(graph)

    async def pull(self, ref: PullRef) -> Pull:
        return await fetch_pull(self._api, ref)

    async def change(self, pull: Pull, *, patient: bool = True) -> Change:
        """Files and commits at `pull.head`; `Retry` when the pull request has moved on."""
        return await fetch_change(self._api, pull, patient=patient)

    async def may_command(self, ref: PullRef, user: str) -> bool:
        """Whether `user` has write permission or more on the repository. What GitHub does not tell is no
        right.
        """
        path = f"{repository_path(ref.repository)}/collaborators/{part(user)}/permission"
        try:
            shape = await self._api.read(ref, path, PermissionShape)
        except CallRejected as error:
            log.info("nobody tells what a user may", user=user, pull=str(ref), reason=str(error))
            return False
        return shape.permission in _MAY_WRITE

    async def react(self, ref: PullRef, comment: int, reaction: Reaction, *, on_lines: bool = False) -> None:
        await self._comments.react(ref, comment, reaction, on_lines=on_lines)

    async def texts(self, ref: PullRef, revision: str, paths: Sequence[str]) -> Mapping[str, str | None]:
        """Files at a commit or on a branch; None for one that is no text, or too large."""
        return await self._texts.at(ref.repository, ref.installation, revision, paths)

    async def texts_of(
        self, repository: str, installation: int | None, paths: Sequence[str]
    ) -> Mapping[str, str | None]:
        """Files on another repository's default branch; empty where that cannot be read."""
        return await self._texts.of_default(repository, installation, paths)

    async def combined_status(self, ref: PullRef, head: str, *, patient: bool = True) -> CombinedStatus:
        return await fetch_combined_status(self._api, self._own_runs, ref, head, patient=patient)

    async def find_comment(self, ref: PullRef, marker: str) -> Comment | None:
        return await self._comments.find(ref, marker)

    async def put_comment(
        self, ref: PullRef, marker: str, body: str, known: int | None, *, create: bool = True
    ) -> int | None:
        return await self._comments.put(ref, marker, body, known, create=create)

    async def add_comment(self, ref: PullRef, marker: str, body: str) -> int:
        return await self._comments.create(ref, marker, body)

    async def threads(self, ref: PullRef) -> Sequence[Thread]:
        return await self._threads.all(ref)

    async def lines(self, ref: PullRef, comment: int) -> LineContext | None:
        return await self._listed.lines(ref, comment)

    async def reply(self, ref: PullRef, first: int, marker: str, body: str) -> None:
        await self._listed.reply(ref, first, marker, body)

    async def resolve(self, ref: PullRef, thread: str, *, resolved: bool = True) -> bool:
        """False where the bot may not (contents: write), or cannot."""
        return await self._folding.resolve(ref, thread, resolved=resolved)

    async def minimise(self, ref: PullRef, node: str) -> bool:
        return await self._folding.minimise(ref, node)

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
        return await self._reviews.put(ref, head, marker, body, comments, blocking=blocking)

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
        """The tries of GitHub to deliver to the App's webhook, the newest first; none before `since`."""
        return self._missed.delivery_attempts(since)

    async def redeliver(self, sending: int) -> None:
        """Asks GitHub to try that one again."""
        await self._missed.redeliver(sending)

    async def installations(self) -> Sequence[int]:
        """The App's, less those that are suspended."""
        return await self._missed.installations()

    def repositories(self, installation: int) -> AsyncIterator[str]:
        """Those ("owner/name") that an installation can reach and that are in use."""
        return self._missed.repositories(installation)

    def open_pulls(self, repository: str, installation: int | None) -> AsyncIterator[OpenPull]:
        """The open pull requests of a repository, the latest updated first."""
        return self._missed.open_pulls(repository, installation)

    async def whoami(self) -> Identity:
        """Asks GitHub who the credentials are, and what they may do."""
        return await self._account.identity()

    async def installation_for(self, repository: str) -> int:
        """The App's installation on "owner/name". Raises `Refused` where it is not installed."""
        return await self._keys.installation_for(repository)

    async def close(self) -> None:
        await self._wire.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()
