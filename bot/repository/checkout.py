"""Lists the files of a working tree, for an index of what a developer has not pushed yet."""

import asyncio
import hashlib
import os
import stat
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from bot.core.errors import Refused
from bot.repository.limits import MiB

LISTING = 64 * MiB  # bytes of all paths
DURATION = 60.0  # seconds

_COMMAND = (
    "git",
    "-c",
    "core.fsmonitor=false",  # it may name a program of the repository
    "ls-files",
    "-z",
    "--cached",
    "--others",
    "--exclude-standard",
)
_PIECE = 64 * 1024  # bytes
_MOST_REASON = 300  # characters


class CheckoutState(NamedTuple):
    """The files of the working tree at `root`. `commit` stands for all of them, as they are now."""

    root: Path
    commit: str
    paths: tuple[str, ...]

    @property
    def name(self) -> str:
        """Identifies the working tree on this machine."""
        return f"checkout {self.root}"


async def list_checkout(root: Path) -> CheckoutState:
    """The regular files below `root` that git tracks, or would track. Links and submodules are left out.

    Raises `Refused` if git cannot list them.
    """
    top = await asyncio.to_thread(root.resolve)
    try:
        async with asyncio.timeout(DURATION):
            listing = await _listing(top)
    except TimeoutError:
        raise Refused(f"git took more than {DURATION:.0f} s to list the files of {top}") from None
    return await asyncio.to_thread(_state, top, listing)


async def list_folder(root: Path) -> CheckoutState:
    """The same for a folder without git: all regular files below `root`. Raises `Refused`."""
    top = await asyncio.to_thread(root.resolve)
    return await asyncio.to_thread(lambda: _state(top, b"\0".join(_walk(os.fsencode(top)))))


def _walk(top: bytes) -> Iterator[bytes]:
    for folder, _, names in os.walk(top):
        for name in names:
            yield os.path.relpath(os.path.join(folder, name), top)  # noqa: PTH118 - a path of bytes


async def _listing(top: Path) -> bytes:
    """The paths, each followed by a NUL."""
    pipe = asyncio.subprocess.PIPE
    try:
        process = await asyncio.create_subprocess_exec(
            *_COMMAND,
            cwd=top,
            env=_environment(os.environ),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=pipe,
            stderr=pipe,
        )
    except FileNotFoundError as error:
        reason = "git is not installed" if error.filename == _COMMAND[0] else "there is no such folder"
        raise Refused(f"the files of {top} cannot be listed: {reason}") from None
    except OSError as error:
        raise Refused(f"the files of {top} cannot be listed: {error.strerror}") from error
    try:
        listing, errors = await asyncio.gather(_read(process.stdout, LISTING), _read(process.stderr, _PIECE))
        status = await process.wait()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if status:
        text = errors.decode(errors="replace").strip().removeprefix("fatal: ")
        raise Refused(f"git cannot list the files of {top}: {text[:_MOST_REASON]}")
    return listing


async def _read(stream: asyncio.StreamReader | None, most: int) -> bytes:
    """All that the process writes. Raises `Refused` beyond `most` bytes."""
    pieces, size = [], 0
    while stream and (piece := await stream.read(_PIECE)):
        size += len(piece)
        if size > most:
            raise Refused(f"the repository's list of files is larger than {most // MiB} MB")
        pieces.append(piece)
    return b"".join(pieces)


def _environment(variables: Mapping[str, str]) -> dict[str, str]:
    """The environment without git's variables: within a hook, they name another repository."""
    return {name: value for name, value in variables.items() if not name.startswith("GIT_")}


def _state(top: Path, listing: bytes) -> CheckoutState:
    names = sorted({name for name in listing.split(b"\0") if name})
    digest = hashlib.sha256()
    paths = []
    for name, size, changed in _regular_files(os.fsencode(top), names):
        digest.update(b"%b\0%d\0%d\0" % (name, size, changed))
        paths.append(os.fsdecode(name))
    return CheckoutState(top, digest.hexdigest(), tuple(paths))


def _regular_files(top: bytes, names: Iterable[bytes]) -> Iterator[tuple[bytes, int, int]]:
    """The regular files with their size and the time of their last change, in nanoseconds."""
    for name in names:
        try:
            found = os.lstat(os.path.join(top, name))  # noqa: PTH118 - a path of bytes
        except OSError:
            continue  # deleted, but not in git's index
        if stat.S_ISREG(found.st_mode):
            yield name, found.st_size, found.st_mtime_ns
