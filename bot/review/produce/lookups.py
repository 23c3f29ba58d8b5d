"""Answers the function's look-ups in the repository, from the journal or from its index.

The index is opened at the first look-up that the journal does not answer, so that a review that is repeated
after a crash needs none. Look-ups of history need none either. The function may be third-party code: it sees
only this pull request's repository, within limits.
"""

import asyncio
import hashlib
import json
from collections.abc import Awaitable, Callable, Sequence

import structlog

from bot.core.change import PullRef
from bot.core.errors import BotError, DatabaseError, Refused, Retry
from bot.core.llm.messages import Completion, Failure, FailureKind, Finish, Usage
from bot.core.lookups import Lookup, Passages, Query
from bot.review.ports import Journal, Repository

log = structlog.get_logger()

MOST = 1000  # look-ups of one review
MOST_BYTES = 8_000_000  # of all passages of one review
MOST_HISTORIES = 100  # look-ups of history of one review: each is a call of GitHub's API

Open = Callable[[], Awaitable[Repository]]


def hiding(open_repository: Open, is_hidden: Callable[[str], bool]) -> Open:
    """Opens the same repository without the files that `is_hidden` names."""

    async def opened() -> Repository:
        return _VisibleFiles(await open_repository(), is_hidden)

    return opened


class _VisibleFiles:
    def __init__(self, repository: Repository, is_hidden: Callable[[str], bool]) -> None:
        self._repository = repository
        self._is_hidden = is_hidden

    async def answer(self, lookup: Lookup) -> Passages:
        found = await self._repository.answer(lookup)
        visible = tuple(passage for passage in found.passages if not self._is_hidden(passage.path))
        return found.model_copy(update={"passages": visible})


def with_history(open_repository: Open, history: Repository) -> Open:
    """Opens the same repository, with look-ups of history answered by `history`, which needs no index."""

    async def opened() -> Repository:
        return _ByQuery(_OpenedOnce(open_repository), history)

    return opened


class _ByQuery:
    def __init__(self, index: Repository, history: Repository) -> None:
        self._index = index
        self._history = history

    async def answer(self, lookup: Lookup) -> Passages:
        return await (self._history if lookup.query is Query.HISTORY else self._index).answer(lookup)


class _OpenedOnce:
    """Opens a repository at the first look-up. What prevents it holds for all further ones."""

    def __init__(self, open_repository: Open) -> None:
        self._open = open_repository
        self._repository: Repository | None = None
        self._reason = ""

    async def answer(self, lookup: Lookup) -> Passages:
        """Raises `Refused` if the repository cannot be opened."""
        if self._repository is None:
            self._repository = await self._opened()
        return await self._repository.answer(lookup)

    async def _opened(self) -> Repository:
        if not self._reason:
            try:
                return await self._open()
            except BotError as error:
                log.warning("repository_unreadable", reason=str(error))
                self._reason = f"the repository cannot be read: {error}"
        raise Refused(self._reason)


class Lookups:
    """Those of one review of what `commit` has and `origin` has not. `open_repository` raises `Refused` or
    `Retry`.
    """

    def __init__(
        self,
        open_repository: Open,
        journal: Journal,
        pull: PullRef | None,
        *,
        commit: str,
        origin: str,
    ) -> None:
        self._repository = _OpenedOnce(open_repository)
        self._journal = journal
        self._commit = commit
        self._origin = origin
        self._pull = pull
        self._count = 0
        self._histories = 0
        self._bytes = 0

    async def answer(self, lookups: Sequence[Lookup]) -> Sequence[Passages | Failure]:
        """The answers in the order of the look-ups; a failure for each that cannot be answered."""
        return [await self._within(lookup) for lookup in lookups]

    async def _within(self, lookup: Lookup) -> Passages | Failure:
        self._count += 1
        self._histories += lookup.query is Query.HISTORY
        if self._count > MOST or self._bytes > MOST_BYTES or self._has_enough(lookup):
            return _failed("the review has looked up as much as it may")
        found = await self._journaled(lookup) or await self._looked_up(lookup)
        if isinstance(found, Passages):
            self._bytes += sum(len(passage.text) for passage in found.passages)
        return found

    def _has_enough(self, lookup: Lookup) -> bool:
        return lookup.query is Query.HISTORY and self._histories > MOST_HISTORIES

    async def _journaled(self, lookup: Lookup) -> Passages | None:
        if self._pull is None:
            return None  # nothing tells the repositories of a diff, of a checkout and of a dataset apart
        entry = await self._journal.get(self._key(lookup))
        return await asyncio.to_thread(Passages.model_validate_json, entry.text) if entry else None

    async def _looked_up(self, lookup: Lookup) -> Passages | Failure:
        try:
            found = await self._repository.answer(lookup)
        except (Refused, Retry) as error:
            return _failed(str(error))
        await self._store(lookup, found)
        return found

    async def _store(self, lookup: Lookup, found: Passages) -> None:
        if self._pull is None:
            return
        text = found.model_dump_json()
        entry = Completion(text=text, finish=Finish.STOP, usage=Usage(prompt=0, answer=0), model="")
        try:
            await self._journal.put(self._key(lookup), entry, self._pull)
        except DatabaseError:
            log.exception("lookup_not_stored")

    def _key(self, lookup: Lookup) -> str:
        """A sha256 as hex of what determines the answer: the look-up's id does not."""
        query = lookup.model_dump(mode="json", exclude={"id"})
        inputs = ["lookup", str(self._pull), self._commit, query]
        if lookup.query is Query.HISTORY:
            inputs.append(self._origin)
        return hashlib.sha256(json.dumps(inputs, sort_keys=True).encode("ascii")).hexdigest()


def _failed(message: str) -> Failure:
    return Failure(kind=FailureKind.REFUSED, message=message)
