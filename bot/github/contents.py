"""Makes the patches that GitHub omits from its list of files from the two versions of a file."""

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

MAX_FILES = 20
MAX_LINES = 10_000  # per version; comparing more takes seconds

_NO_NEWLINE = "\\ No newline at end of file\n"


class _UnreadableContents(Exception):
    """A version of a file is not text, or larger than the API returns (1 MB)."""


_FAILURES = (Refused, Unanswered, _UnreadableContents)


async def complete(api: Api, pull: Pull, files: Sequence[File]) -> tuple[File, ...]:
    """`files`, with complete patches for the first 20 that lack one only because of their size."""
    incomplete = [file for file in files if file.absent in (TOO_LARGE, CUT) and _has_plain_path(file)][
        :MAX_FILES
    ]
    if not incomplete:
        return tuple(files)
    base = await _merge_base(api, pull)
    completed = {file.path: await _complete(api, pull, base, file) for file in incomplete} if base else {}
    return tuple(completed.get(file.path, file) for file in files)


def _has_plain_path(file: File) -> bool:
    """Whether the path stays below the repository's path in a URL."""
    return not {".", ".."} & set(file.path.split("/"))


async def _merge_base(api: Api, pull: Pull) -> str | None:
    """The commit at which the pull request's diff begins; None if GitHub does not return it."""
    span = f"{part(pull.origin)}...{part(pull.head)}"
    path = f"{repository_path(pull.ref.repository)}/compare/{span}"
    try:
        comparison = await api.read(pull.ref, path, ComparisonShape, {"per_page": 1})
    except (Refused, Unanswered) as error:
        log.info("merge_base_unavailable", pull=str(pull.ref), reason=str(error))
        return None
    return comparison.merge_base_commit.sha


async def _complete(api: Api, pull: Pull, base: str, file: File) -> File:
    try:
        before = await _before(api, pull.ref, base, file)
        after = await _after(api, pull.ref, pull.head, file)
    except _FAILURES as error:
        log.info("patch_unavailable", pull=str(pull.ref), path=file.path, reason=str(error))
        return file
    patch = await asyncio.to_thread(make_patch, before, after)
    return file.model_copy(update={"patch": patch, "absent": None}) if patch else file


async def _before(api: Api, ref: PullRef, base: str, file: File) -> list[str]:
    return [] if file.status is FileStatus.ADDED else await _lines(api, ref, file.previous or file.path, base)


async def _after(api: Api, ref: PullRef, head: str, file: File) -> list[str]:
    return [] if file.status is FileStatus.REMOVED else await _lines(api, ref, file.path, head)


async def _lines(api: Api, ref: PullRef, path: str, commit: str) -> list[str]:
    """The lines of a file, with their line ends. Raises `_UnreadableContents`."""
    names = "/".join(map(part, path.split("/")))
    address = f"{repository_path(ref.repository)}/contents/{names}"
    shape = await api.read(ref, address, ContentShape, {"ref": commit})
    if shape.type != "file" or shape.encoding != "base64":
        raise _UnreadableContents("GitHub does not return its content")
    try:
        content = base64.b64decode(shape.content)
    except ValueError:
        raise _UnreadableContents("its content is not valid base64") from None
    if b"\0" in content or content.count(b"\n") > MAX_LINES:
        raise _UnreadableContents("it is not text, or too long to compare")
    return list(io.StringIO(decode_diff(content), newline="\n"))


def make_patch(before: Sequence[str], after: Sequence[str]) -> str:
    """The hunks between two versions, given as lines with their line ends; empty if they are equal."""
    diff = list(difflib.unified_diff(before, after))[2:]
    return "".join(line if line.endswith("\n") else f"{line}\n{_NO_NEWLINE}" for line in diff)
