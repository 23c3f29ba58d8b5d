"""A git repository of a test, and what git itself says of its changes."""

import os
import subprocess
from pathlib import Path
from typing import NamedTuple

from bot.core.change import File, FileStatus
from bot.core.diff import decode_diff

LETTERS = {
    "A": FileStatus.ADDED,
    "D": FileStatus.REMOVED,
    "M": FileStatus.MODIFIED,
    "R": FileStatus.RENAMED,
    "C": FileStatus.COPIED,
    "T": FileStatus.RETYPED,
}
IDENTITY = {
    "GIT_AUTHOR_NAME": "Ada",
    "GIT_AUTHOR_EMAIL": "ada@example.org",
    "GIT_COMMITTER_NAME": "Ada",
    "GIT_COMMITTER_EMAIL": "ada@example.org",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_SYSTEM": os.devnull,
}


class Repository:
    """A work tree. Names are bytes: git does not care for their encoding."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def git(self, *arguments: str, check: bool = True) -> bytes:
        command = ["git", "-c", "core.autocrlf=false", "-c", "core.fileMode=true", *arguments]
        environment = {**os.environ, **IDENTITY}
        return subprocess.run(
            command, cwd=self.path, env=environment, check=check, capture_output=True
        ).stdout

    def write(self, files: dict[bytes, bytes | None]) -> None:
        """Writes files; None removes one."""
        for name, content in files.items():
            path = os.path.join(os.fsencode(self.path), name)  # noqa: PTH118 — pathlib has no bytes
            if content is None:
                Path(os.fsdecode(path)).unlink()
                continue
            target = Path(os.fsdecode(path))
            target.parent.mkdir(parents=True, exist_ok=True)
            target.unlink(missing_ok=True)
            target.write_bytes(content)

    def commit(self, message: str = "x") -> None:
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", message)


class Entry(NamedTuple):
    """What git says of a file. `counts` is None for a binary one."""

    path: str
    previous: str | None
    status: FileStatus
    modes: tuple[str | None, str | None]
    counts: tuple[int, int] | None


def entries(repository: Repository, *arguments: str) -> list[Entry]:
    """What `git diff` with these arguments says for programs."""
    fields = decode_diff(repository.git("diff", "--raw", "-z", "--no-abbrev", *arguments)).split("\0")
    counts = _numstat(repository, *arguments)
    found = []
    at = 0
    while fields[at]:
        before, after, _, _, letter = fields[at][1:].split()
        moved = letter[0] in "RC"
        previous, path = (fields[at + 1], fields[at + 2]) if moved else (None, fields[at + 1])
        modes = tuple(None if mode == "000000" else mode for mode in (before, after))
        found.append(
            Entry(path, previous, LETTERS[letter[0]], (modes[0], modes[1]), counts.get(path, (0, 0)))
        )
        at += 2 + moved
    return found


def _numstat(repository: Repository, *arguments: str) -> dict[str, tuple[int, int] | None]:
    fields = iter(decode_diff(repository.git("diff", "--numstat", "-z", *arguments)).split("\0"))
    found: dict[str, tuple[int, int] | None] = {}
    for field in fields:
        if not field:
            break
        added, deleted, path = field.split("\t", 2)
        name = path or (next(fields), next(fields))[1]
        found[name] = None if added == "-" else (int(added), int(deleted))
    return found


def seen(file: File, entry: Entry) -> Entry:
    """`file` as git would say it. A section of a rename without a change shows no modes."""
    counts = None if file.absent == "binary file" else (file.additions, file.deletions)
    modes = entry.modes if (file.before, file.after) == (None, None) else (file.before, file.after)
    return Entry(file.path, file.previous, file.status, modes, counts)
