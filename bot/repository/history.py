"""The history of files: what look-ups of it are answered from."""

import asyncio
import os
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from bot.core.commit_history import MESSAGE, MOST, PastCommit, history_of
from bot.core.errors import Refused
from bot.core.lookups import Lookup, Passages
from bot.repository import limits
from bot.repository.git import GitCommand, git_output

_LOG = (
    "log",
    "--no-color",
    "--no-decorate",
    "--no-ext-diff",
    "--no-textconv",
    "--no-patch",
    "--no-show-signature",
    "--no-notes",
    "--no-mailmap",
    "--encoding=UTF-8",
    "-z",
    "--format=%H%x00%at%x00%B",
)
_FIELDS = 3  # of one commit
_OUTPUT = 8 * limits.MiB  # bytes of all messages
_SHALLOW = 4 * limits.MiB  # bytes of the list of the commits at which a clone ends


class HistorySource(Protocol):
    """Where the history of a repository comes from. Raises `Refused` and `Retry`."""

    async def history(self, commit: str, path: str, most: int) -> Sequence[PastCommit]:
        """The `most` latest commits up to `commit` that changed `path`, the newest first."""
        ...


class SourceHistory:
    """The history before `commit`, of whole files."""

    def __init__(self, source: HistorySource, commit: str) -> None:
        self._source = source
        self._commit = commit

    async def answer(self, lookup: Lookup) -> Passages:
        """Raises like the source, and `Refused` for a look-up without a path."""
        path = _path_of(lookup)
        return history_of(path, await self._source.history(self._commit, path, MOST + 1))


class CheckoutHistory:
    """The history of the Git repository at `root` up to `commit`; of lines, as far as look-ups name them."""

    def __init__(self, root: Path, commit: str) -> None:
        self._root = root
        self._commit = commit

    async def answer(self, lookup: Lookup) -> Passages:
        """Lines are those of the file at `commit`. Raises `Refused`."""
        path = _path_of(lookup)
        found, ends = await self._log(lookup, path), await self._ends()
        known = [commit for commit in found if commit.sha not in ends]
        if not known and len(known) < len(found):
            raise Refused(f"the history of {path} is not in this clone: it is shallow")
        return history_of(path, known, more=len(known) < len(found))

    async def _log(self, lookup: Lookup, path: str) -> Sequence[PastCommit]:
        command = GitCommand(
            (*_LOG, f"--max-count={MOST + 1}", *_where(lookup, self._commit, path)),
            f"list the commits that changed {path}",
            _OUTPUT,
            limits.LOOKING,
        )
        return list(_commits(await git_output(self._root, command)))

    async def _ends(self) -> frozenset[str]:
        """The commits at which a shallow clone ends: each seems to have added all of its files."""
        words = ("rev-parse", "--git-path", "shallow")
        command = GitCommand(words, "tell whether the clone is shallow", limits.MiB, limits.LOOKING)
        named = (await git_output(self._root, command)).removesuffix(b"\n")
        return await asyncio.to_thread(_lines_of, self._root / os.fsdecode(named))


class NoHistory:
    """Of what has no commits; `reason` says why."""

    def __init__(self, reason: str) -> None:
        self._reason = reason

    async def answer(self, lookup: Lookup) -> Passages:
        """Raises `Refused`."""
        raise Refused(f"there is no history of {lookup.path or 'anything'}: {self._reason}")


def _path_of(lookup: Lookup) -> str:
    if not lookup.path or "\0" in lookup.path:
        raise Refused("a look-up of history needs a path")
    return lookup.path


def _where(lookup: Lookup, commit: str, path: str) -> tuple[str, ...]:
    """What git shall look at. `commit` is a SHA and no option."""
    if not lookup.line:
        return ("--end-of-options", commit, "--", path)
    last = max(lookup.line, lookup.end)
    return (f"-L{lookup.line},{last}:{path}", "--end-of-options", commit, "--")


def _commits(output: bytes) -> Iterator[PastCommit]:
    fields = output.decode(errors="replace").split("\0")
    for at in range(0, len(fields) - _FIELDS + 1, _FIELDS):
        sha, seconds, message = fields[at : at + _FIELDS]
        yield PastCommit(sha.strip(), _date(seconds), message[: MESSAGE + 1])


def _date(seconds: str) -> datetime | None:
    """None for a date that no calendar has: authors may write any number."""
    try:
        return datetime.fromtimestamp(int(seconds), UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _lines_of(file: Path) -> frozenset[str]:
    try:
        with file.open("rb") as opened:
            return frozenset(opened.read(_SHALLOW).decode("ascii", "replace").split())
    except FileNotFoundError:
        return frozenset()
    except OSError as error:
        raise Refused(f"{file} cannot be read: {error.strerror}") from error
