"""Lists the files of a working tree, for an index of what a developer has not pushed yet."""

import asyncio
import hashlib
import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from bot.repository.git import GitCommand, git_output
from bot.repository.limits import MiB

LISTING = 64 * MiB  # bytes of all paths

_WORDS = ("ls-files", "-z", "--cached", "--others", "--exclude-standard")


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
    listing = await git_output(top, GitCommand(_WORDS, f"list the files of {top}", LISTING))
    return await asyncio.to_thread(_state, top, listing)


async def list_folder(root: Path) -> CheckoutState:
    """The same for a folder without git: all regular files below `root`. Raises `Refused`."""
    top = await asyncio.to_thread(root.resolve)
    return await asyncio.to_thread(lambda: _state(top, b"\0".join(_walk(os.fsencode(top)))))


def _walk(top: bytes) -> Iterator[bytes]:
    for folder, _, names in os.walk(top):
        for name in names:
            yield os.path.relpath(os.path.join(folder, name), top)  # noqa: PTH118 - a path of bytes


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
