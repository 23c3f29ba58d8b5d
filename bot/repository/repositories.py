"""Indexes of repositories in the cache directory, made and renewed as reviews need them."""

import asyncio
import base64
import hashlib
import os
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Protocol

import structlog

from bot.core.lookups import Lookup, Passages
from bot.core.repository_files import ListedFile
from bot.repository import limits
from bot.repository.checkout import CheckoutState, list_checkout, list_folder
from bot.repository.index.database import remove
from bot.repository.process import IndexProcess, UnreadableError
from bot.repository.scratch import remove_abandoned, scratch_folder

log = structlog.get_logger()

PAUSE = 3600.0  # seconds for which a repository that could not be indexed is not fetched again
FEW = 200  # changed files that are fetched one by one; for more, the archive is fetched again


class Source(Protocol):
    """Where the files of a repository come from. All methods raise `Refused` and `Retry`."""

    @property
    def name(self) -> str:
        """Identifies the repository on this machine."""
        ...

    async def listing(self, commit: str) -> Sequence[ListedFile] | None:
        """The regular files of the commit; None if they cannot be listed completely."""
        ...

    async def contents(self, commit: str, files: Sequence[ListedFile]) -> Mapping[str, bytes]:
        """The contents of files by blob. Files that are not text may be left out."""
        ...

    async def archive(self, commit: str, into: Path, most: int) -> None:
        """Writes a tar archive of the commit of at most `most` bytes to `into`."""
        ...


class IndexedCommit:
    """The files of one commit, to look things up."""

    def __init__(self, process: IndexProcess, database: Path, commit: str) -> None:
        self._process = process
        self._database = database
        self._commit = commit

    async def answer(self, lookup: Lookup) -> Passages:
        """Raises `UnreadableError`."""
        request = {
            "do": "look",
            "database": str(self._database),
            "commit": self._commit,
            "lookup": lookup.model_dump(mode="json"),
        }
        return Passages.model_validate(await self._process.ask(request, limits.LOOKING))


class Repositories:
    """The indexes below `folder`; the least recently used ones are deleted beyond `CACHE` bytes."""

    def __init__(self, folder: Path, process: IndexProcess) -> None:
        self._folder = folder
        self._process = process
        self._locks: dict[str, asyncio.Lock] = {}
        self._failed: dict[str, tuple[float, UnreadableError]] = {}

    async def at(self, source: Source, commit: str) -> IndexedCommit:
        """The index of `commit`, made if there is none. Raises like `source`, and `UnreadableError`."""
        return await self._indexed(source.name, commit, partial(self._add, source))

    async def of_checkout(self, root: Path) -> IndexedCommit:
        """The index of the working tree at `root`, as it is now. Raises `Refused`."""
        return await self._of_files(await list_checkout(root))

    async def of_folder(self, root: Path) -> IndexedCommit:
        """The same for a folder without git."""
        return await self._of_files(await list_folder(root))

    async def _of_files(self, checkout: CheckoutState) -> IndexedCommit:
        add = partial(self._add_checkout, checkout)
        return await self._indexed(checkout.name, checkout.commit, add)

    async def _indexed(self, name: str, commit: str, add: Callable[..., Awaitable[None]]) -> IndexedCommit:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        await asyncio.to_thread(remove_abandoned, self._folder)
        database = self._file(name)
        async with self._locks.setdefault(name, asyncio.Lock()):
            self._refuse_failed(name)
            found = await self._ask("has", database, commit)
            if not found["has"]:
                try:
                    await add(database, commit, is_new=found["commits"] == 0)
                except UnreadableError as error:
                    self._failed[name] = (time.monotonic() + PAUSE, error)
                    raise
                await asyncio.to_thread(self._evict, database)
        await asyncio.to_thread(os.utime, database)
        return IndexedCommit(self._process, database, commit)

    def _refuse_failed(self, name: str) -> None:
        """Raises the error of a repository that was too large or took too long a short time ago."""
        until, error = self._failed.get(name, (0.0, None))
        if error and time.monotonic() < until:
            raise error

    def _file(self, name: str) -> Path:
        """The index of the repository `name`, whose letters may be any."""
        return self._folder / f"{hashlib.sha256(os.fsencode(name)).hexdigest()[:32]}.db"

    async def _add(self, source: Source, database: Path, commit: str, *, is_new: bool) -> None:
        if not is_new and await self._add_listing(source, database, commit):
            return
        with scratch_folder(self._folder) as folder:
            archive = folder / "archive"
            await source.archive(commit, archive, limits.UNPACKED)
            await self._ask("add-archive", database, commit, archive=str(archive))

    async def _add_checkout(self, checkout: CheckoutState, database: Path, commit: str, **_: bool) -> None:
        root, paths = str(checkout.root), checkout.paths
        await self._ask("add-checkout", database, commit, root=root, paths=paths)

    async def _add_listing(self, source: Source, database: Path, commit: str) -> bool:
        """Adds a commit that differs from a known one in few files. False if there are too many."""
        listed = await source.listing(commit)
        if listed is None:
            return False
        entries = [[file.path, file.git] for file in listed if file.size <= limits.FILE]
        missing = (await self._ask("missing", database, commit, entries=entries))["missing"]
        wanted = {git for _, git in missing}
        if len(wanted) > FEW:
            return False
        files = {file.git: file for file in listed if file.git in wanted}
        contents = await source.contents(commit, list(files.values())) if files else {}
        known = [entry for entry in entries if entry[1] not in wanted or entry[1] in contents]
        encoded = {git: base64.b64encode(content).decode() for git, content in contents.items()}
        try:
            await self._ask("add-listing", database, commit, entries=known, contents=encoded)
        except UnreadableError as error:
            if error.error != "unknown":
                raise
            return False  # another process has removed a blob meanwhile
        return True

    async def _ask(self, do: str, database: Path, commit: str, **more: object) -> dict[str, Any]:
        request = {"do": do, "database": str(database), "commit": commit, **more}
        return await self._process.ask(request, limits.BUILDING)

    def _evict(self, kept: Path) -> None:
        """Deletes the indexes that were not used for the longest time."""
        files = sorted(self._folder.glob("*.db"), key=lambda file: file.stat().st_mtime)
        size = sum(file.stat().st_size for file in files)
        for file in files:
            if size <= limits.CACHE or file == kept:
                continue
            size -= file.stat().st_size
            remove(file)
            log.info("repository_index_removed", path=str(file))
