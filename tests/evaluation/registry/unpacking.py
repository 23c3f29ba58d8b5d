"""Reads the files of a package's archive into memory; nothing is written to a disk."""

import io
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import PurePosixPath
from typing import NamedTuple

from bot.core.errors import Refused

LARGEST_FILE = 4_000_000
LARGEST_SUM = 40_000_000
MOST_MEMBERS = 50_000

Wanted = Callable[[str], bool]


class _Member(NamedTuple):
    name: str
    size: int
    read: Callable[[], bytes]


def read_archive(data: bytes, name: str, wanted: Wanted, *, has_root: bool) -> dict[str, bytes]:
    """The wanted files by path. `has_root`: all paths begin with one folder, which is cut.

    Raises `Refused` for archives with links, devices, paths that leave the archive, or too much content.
    """
    members = (
        _tar_members(data, name) if name.endswith((".tar.gz", ".tgz", ".crate")) else _zip_members(data, name)
    )
    files: dict[str, bytes] = {}
    total = 0
    for count, member in enumerate(members, 1):
        if count > MOST_MEMBERS:
            raise Refused(f"{name}: more than {MOST_MEMBERS} members")
        path = _safe_path(member.name, name, has_root=has_root)
        if not path or not wanted(path):
            continue
        total += member.size
        if member.size > LARGEST_FILE or total > LARGEST_SUM:
            raise Refused(f"{name}: {member.name} is too large")
        if path in files:
            raise Refused(f"{name}: {path} occurs twice")
        files[path] = member.read()
    return files


def _safe_path(member: str, archive: str, *, has_root: bool) -> str:
    path = PurePosixPath(member)
    if "\\" in member or "\0" in member or path.is_absolute() or ".." in path.parts or ":" in path.parts[0]:
        raise Refused(f"{archive}: {member!r} leaves the archive")
    if ".git" in path.parts:
        raise Refused(f"{archive}: {member!r} belongs to git")
    return str(PurePosixPath(*path.parts[1:])) if has_root else str(path)


def _tar_members(data: bytes, name: str) -> Iterator[_Member]:
    try:
        with tarfile.open(fileobj=io.BytesIO(data), mode="r:gz") as archive:
            for member in archive:
                if member.isdir():
                    continue
                if not member.isreg():
                    raise Refused(f"{name}: {member.name!r} is not a plain file")
                yield _Member(member.name, member.size, partial(_content, archive, member))
    except (tarfile.TarError, EOFError, OSError) as error:
        raise Refused(f"{name}: not a readable archive: {error}") from None


def _content(archive: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    file = archive.extractfile(member)
    return file.read() if file else b""


def _zip_members(data: bytes, name: str) -> Iterator[_Member]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for member in archive.infolist():
                if member.is_dir():
                    continue
                kind = member.external_attr >> 28
                if kind not in {0, 0o10}:
                    raise Refused(f"{name}: {member.filename!r} is not a plain file")
                yield _Member(member.filename, member.file_size, partial(archive.read, member))
    except (zipfile.BadZipFile, EOFError, OSError) as error:
        raise Refused(f"{name}: not a readable archive: {error}") from None
