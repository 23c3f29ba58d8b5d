"""A pull request's repository at one commit: a listing of its files, texts, all of them as an archive, and
the history of one file.
"""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import httpx
import structlog

from bot.core.change import PullRef
from bot.core.commit_history import PastCommit
from bot.core.repository_files import ListedFile
from bot.github.api import Api
from bot.github.calls import ApiCall
from bot.github.downloads import TargetFile
from bot.github.failures import Foreign, Unreadable
from bot.github.file_texts import MAX_BY_REST, FileTexts
from bot.github.paths import part, repository_path
from bot.github.response_reading import read_answer, read_page
from bot.github.shapes import CommitShape, TreeEntryShape, TreeShape

log = structlog.get_logger()

PACKED = 1024 * 1024 * 1024  # bytes of an archive
BATCH = MAX_BY_REST  # files; without GraphQL, more are not read

_REGULAR = ("100644", "100755")  # git's modes of files that are no links


class RepositoryFiles:
    """Every method raises `Refused` and `Retry`."""

    def __init__(self, api: Api, texts: FileTexts, url: str, ref: PullRef) -> None:
        """`url` is the root of the REST API."""
        self._api = api
        self._texts = texts
        self._ref = ref
        self._path = repository_path(ref.repository)
        self.name = f"{httpx.URL(url).netloc.decode()}/{ref.repository}".lower()

    async def listing(self, commit: str) -> Sequence[ListedFile] | None:
        """The regular files of the commit; None if GitHub does not list all of them, or not readably."""
        path = f"{self._path}/git/trees/{part(commit)}"
        call = ApiCall("GET", path, {"recursive": "1"}, repeatable=True)
        answer = await self._api.send(self._ref, call)
        try:
            tree = await asyncio.to_thread(read_answer, TreeShape, str(call), answer.content)
        except (Unreadable, Foreign) as error:
            log.warning("repository_listing_unreadable", repository=self.name, reason=str(error))
            return None
        return None if tree.truncated else list(_regular_files(tree.tree))

    async def contents(self, commit: str, files: Sequence[ListedFile]) -> Mapping[str, bytes]:
        """The contents of text files by blob, in UTF-8; without files that are too large."""
        found: dict[str, bytes] = {}
        for start in range(0, len(files), BATCH):
            blobs = {file.path: file.git for file in files[start : start + BATCH]}
            texts = await self._texts.at(self._ref.repository, self._ref.installation, commit, [*blobs])
            found |= {
                blobs[path]: text.encode("utf-8", "replace")
                for path, text in texts.items()
                if text is not None
            }
        return found

    async def archive(self, commit: str, into: Path, most: int) -> None:
        """Writes the commit's files to the new file `into`: a compressed tar archive of at most `most` bytes.
        A failure leaves a part of it.
        """
        call = ApiCall("GET", f"{self._path}/tarball/{part(commit)}", repeatable=True)
        await self._api.download(self._ref, call, TargetFile(into, min(most, PACKED)))

    async def history(self, commit: str, path: str, most: int) -> Sequence[PastCommit]:
        """The `most` (at most 100) latest commits up to `commit` that changed `path`, the newest first."""
        query: dict[str, str | int] = {"path": path, "sha": commit, "per_page": most}
        call = ApiCall("GET", f"{self._path}/commits", query, repeatable=True)
        answer = await self._api.send(self._ref, call)
        page = await asyncio.to_thread(read_page, CommitShape, str(call), answer.content)
        return [_past(shape) for shape in page.items]


def _past(shape: CommitShape) -> PastCommit:
    author = shape.commit.author
    return PastCommit(shape.sha, author.date if author else None, shape.commit.message)


def _regular_files(entries: Sequence[TreeEntryShape | None]) -> Iterator[ListedFile]:
    for entry in entries:
        is_file = entry is not None and entry.type == "blob" and entry.mode in _REGULAR
        if entry is not None and is_file and entry.path and entry.size is not None:
            yield ListedFile(entry.path, entry.sha, entry.size)
