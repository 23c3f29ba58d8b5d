"""Patches that GitHub leaves out of its list of files, made from the two versions of a file."""

import asyncio
import base64
import difflib
import io
from collections.abc import Sequence

import structlog

from bot.core.change import File, FileStatus, Pull, PullRef
from bot.core.diff import decode_diff
from bot.core.errors import Refused
from bot.github.api import Api
from bot.github.failures import Unanswered
from bot.github.files import CUT, TOO_LARGE
from bot.github.paths import part, repository_path
from bot.github.shapes import ComparisonShape, ContentShape

log = structlog.get_logger()

MOST_FILES = 20
MOST_LINES = 10_000  # of one version; above, comparing takes seconds

_NO_NEWLINE = "\\ No newline at end of file\n"


class _UnreadableContents(Exception):
    """A version of a file is no text, or larger than GitHub hands out (1 MB)."""


_FAILURES = (Refused, Unanswered, _UnreadableContents)


async def complete(api: Api, pull: Pull, files: Sequence[File]) -> tuple[File, ...]:
    """`files`, with whole patches for the first 20 that lack one for their size only."""
    lacking = [file for file in files if file.absent in (TOO_LARGE, CUT) and _plain(file)][:MOST_FILES]
    if not lacking:
        return tuple(files)
    base = await _merge_base(api, pull)
    made = {file.path: await _complete(api, pull, base, file) for file in lacking} if base else {}
    return tuple(made.get(file.path, file) for file in files)


def _plain(file: File) -> bool:
    """Whether the path stays below the repository's in an address."""
    return not {".", ".."} & set(file.path.split("/"))


async def _merge_base(api: Api, pull: Pull) -> str | None:
    """The commit that GitHub's diff of the pull request begins at; None when it will not say."""
    span = f"{part(pull.origin)}...{part(pull.head)}"
    path = f"{repository_path(pull.ref.repository)}/compare/{span}"
    try:
        compared = await api.read(pull.ref, path, ComparisonShape, {"per_page": 1})
    except (Refused, Unanswered) as error:
        log.info("no patches are made", pull=str(pull.ref), reason=str(error))
        return None
    return compared.merge_base_commit.sha


async def _complete(api: Api, pull: Pull, base: str, file: File) -> File:
    try:
        before = await _before(api, pull.ref, base, file)
        after = await _after(api, pull.ref, pull.head, file)
    except _FAILURES as error:
        log.info("a patch cannot be made", pull=str(pull.ref), path=file.path, reason=str(error))
        return file
    patch = await asyncio.to_thread(make_patch, before, after)
    return file.model_copy(update={"patch": patch, "absent": None}) if patch else file


async def _before(api: Api, ref: PullRef, base: str, file: File) -> list[str]:
    return [] if file.status is FileStatus.ADDED else await _lines(api, ref, file.previous or file.path, base)


async def _after(api: Api, ref: PullRef, head: str, file: File) -> list[str]:
    return [] if file.status is FileStatus.REMOVED else await _lines(api, ref, file.path, head)


async def _lines(api: Api, ref: PullRef, path: str, commit: str) -> list[str]:
    """The lines of a file, with their ends. Raises `_UnreadableContents`."""
    names = "/".join(map(part, path.split("/")))
    address = f"{repository_path(ref.repository)}/contents/{names}"
    shape = await api.read(ref, address, ContentShape, {"ref": commit})
    if shape.type != "file" or shape.encoding != "base64":
        raise _UnreadableContents("GitHub does not hand out its content")
    try:
        content = base64.b64decode(shape.content)
    except ValueError:
        raise _UnreadableContents("its content is not base 64") from None
    if b"\0" in content or content.count(b"\n") > MOST_LINES:
        raise _UnreadableContents("it is no text, or too long to be compared")
    return list(io.StringIO(decode_diff(content), newline="\n"))


def make_patch(before: Sequence[str], after: Sequence[str]) -> str:
    """The hunks between two versions, each given as lines with their ends; empty when they are alike."""
    diff = list(difflib.unified_diff(before, after))[2:]
    return "".join(line if line.endswith("\n") else f"{line}\n{_NO_NEWLINE}" for line in diff)
