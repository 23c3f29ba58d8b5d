"""Reads the text files of a commit from an archive, or from a checkout."""

import os
import stat
import tarfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, cast

from bot.repository import limits
from bot.repository.index.build import SourceFile, TooLargeError, is_text

_BLOCK = 512
_EXTENDED = frozenset(
    (
        tarfile.XHDTYPE,
        tarfile.XGLTYPE,
        tarfile.SOLARIS_XHDTYPE,
        tarfile.GNUTYPE_LONGNAME,
        tarfile.GNUTYPE_LONGLINK,
    )
)


class _BoundedEntry(tarfile.TarInfo):
    """An entry whose extended headers, which are kept in memory, have a limit."""

    def _proc_member(self, archive: tarfile.TarFile) -> tarfile.TarInfo | None:
        if self.type in _EXTENDED and self.size > limits.HEADER:
            raise TooLargeError(f"the repository's archive has a header of {self.size:,} bytes")
        found: tarfile.TarInfo | None = super()._proc_member(archive)  # type: ignore[misc] # to be overridden
        return found


def files_of_archive(path: Path) -> Iterator[SourceFile]:
    """The regular text files of a tar archive, compressed or not, whose entries are below one directory, as
    GitHub packs them. Links, devices and names that lead elsewhere are left out.

    Raises `TooLargeError`; for a damaged archive `tarfile.TarError`, `OSError`, `EOFError` or `zlib.error`.
    """
    with tarfile.open(path, "r|*", errorlevel=2, tarinfo=_BoundedEntry) as archive:
        unpacked = 0
        for entry in archive:
            unpacked += entry.size + _BLOCK
            if unpacked > limits.UNPACKED:
                raise TooLargeError(
                    f"the repository's archive has more than {limits.UNPACKED // limits.MiB:,} MB"
                )
            name = _inner(entry.name)
            if entry.isreg() and name and not entry.issparse() and entry.size <= limits.FILE:
                content = cast("IO[bytes]", archive.extractfile(entry)).read()
                if is_text(content):
                    yield SourceFile(name, content)
            archive.members.clear()  # type: ignore[attr-defined] # tarfile keeps them all


def _inner(name: str) -> str:
    """The path below the archive's directory; empty if it cannot be stored."""
    inner = name.partition("/")[2]
    return inner if is_plain(inner) else ""


def is_plain(path: str) -> bool:
    """Whether the path stays within its directory and can be stored."""
    try:
        size = len(path.encode())
    except UnicodeEncodeError:
        return False
    parts = path.split("/")
    return (
        0 < size <= limits.PATH and not {"", ".", ".."} & set(parts) and "\0" not in path and "\n" not in path
    )


def files_of_checkout(root: Path, paths: Iterable[str]) -> Iterator[SourceFile]:
    """The regular text files among `paths` below `root`. Links are not followed, in no part of a path."""
    for path in paths:
        if is_plain(path) and (content := _read(root, path)) is not None and is_text(content):
            yield SourceFile(path, content)


def _read(root: Path, path: str) -> bytes | None:
    *folders, name = path.split("/")
    try:
        folder = os.open(root, os.O_RDONLY | os.O_DIRECTORY)
        try:
            for part in folders:
                inner = os.open(part, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=folder)
                os.close(folder)
                folder = inner
            file = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=folder)
        finally:
            os.close(folder)
    except OSError:
        return None
    try:
        found = os.fstat(file)
        is_fit = stat.S_ISREG(found.st_mode) and found.st_size <= limits.FILE
        content = os.read(file, limits.FILE + 1) if is_fit else b""
    finally:
        os.close(file)
    return content if is_fit and len(content) <= limits.FILE else None
