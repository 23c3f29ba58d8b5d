"""Where the change comes from that `review-bot review` looks at: a diff, or git."""

import asyncio
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from bot.core.change import Change, Commit
from bot.core.diff import DiffError, ParsedDiff, read_diff
from bot.core.errors import Refused
from bot.core.llm.messages import Excerpt, Failure, Revision, TextLocation
from bot.review.produce.source_files import MOST, not_granted, paths_of, text_at

# The same diff whatever the user's own configuration says.
_DIFF = (
    "diff",
    "--no-color",
    "--no-ext-diff",
    "--no-textconv",
    "--no-relative",
    "--submodule=short",
    "--unified=3",
    "--inter-hunk-context=0",
    "--src-prefix=a/",
    "--dst-prefix=b/",
    "--find-renames",
)
_LOG = ("log", "--reverse", "--no-color", "--no-show-signature", "--encoding=UTF-8", "-z")
_FIELDS = "%H%x00%an%x00%B"
_NAMED = 5
_LARGEST = 100_000_000  # bytes of a diff
_STDIN = "-"
_TOLD = 20


class GivenChange(NamedTuple):
    """A change to review. `unread` has a sentence for each part of its diff that nobody can review."""

    change: Change
    unread: tuple[str, ...] = ()


def from_diff(source: str) -> GivenChange:
    """The diff in file `source`, or on standard input for `-`. Raises `Refused`."""
    try:
        data = _bytes_of(source)
        if len(data) > _LARGEST:
            raise Refused(
                f"--diff {source}: is larger than {_LARGEST // 1_000_000} MB; leave generated files out, "
                "as `git diff main -- . ':!dist'` does"
            )
        reading = read_diff(data)
    except OSError as error:
        raise Refused(f"--diff {source}: {_fault(error)}") from None
    except DiffError as error:
        raise Refused(f"--diff {source}: {error}") from None
    return GivenChange(Change(files=reading.files), _unread(reading))


def _bytes_of(source: str) -> bytes:
    """The first bytes of the diff, one more than are read."""
    if source != _STDIN:
        with Path(source).open("rb") as file:
            return file.read(_LARGEST + 1)
    if sys.stdin is None:
        raise Refused("--diff -: standard input is closed; pipe a diff into it, or name a file")
    if sys.stdin.isatty():
        sys.stderr.write("review-bot: reads a diff from the terminal; end it with Ctrl-D\n")
    return sys.stdin.buffer.read(_LARGEST + 1)


def _fault(error: OSError) -> str:
    if isinstance(error, IsADirectoryError):
        return f"{error.strerror}; give a file with a diff, or review a checkout with --base"
    if isinstance(error, FileNotFoundError):
        return f"{error.strerror}; --diff takes a file with a diff, --base a branch or commit"
    return error.strerror or "cannot be read"


def _unread(reading: ParsedDiff) -> tuple[str, ...]:
    told = tuple(f"Line {note.line} of the diff: {note.text}." for note in reading.notes[:_TOLD])
    more = len(reading.notes) - len(told)
    return (*told, f"{more:,} more parts of the diff are not reviewed.") if more else told


def from_git(base: str) -> GivenChange:
    """What the working tree has that `base` had not when it was branched off; commits included.

    Files that git does not track are named on standard error. Raises `Refused`.
    """
    head = _commit("HEAD", "there is no commit here yet")
    origin = _origin(_commit(base, f"--base {base}: git knows no such commit here"), head, base)
    commits = _commits(f"{origin}..{head}")
    _tell_untracked()
    reading = read_diff(_git(*_DIFF, origin, "--"))
    change = Change(
        title=commits[0].message.partition("\n")[0] if len(commits) == 1 else _branch(),
        base=base,
        origin=origin,
        head=head,
        commits=commits,
        files=reading.files,
    )
    return GivenChange(change, _unread(reading))


class GitLibrary:
    """The files of this repository: at the base as git keeps them, at the head as they are here."""

    async def read(self, change: Change, places: Sequence[TextLocation]) -> Sequence[Excerpt | Failure]:
        """The texts at `places`, in their order."""
        return await asyncio.to_thread(_texts, change, places)


def _texts(change: Change, places: Sequence[TextLocation]) -> list[Excerpt | Failure]:
    granted = paths_of(change)
    top = Path(_git("rev-parse", "--show-toplevel").decode().rstrip("\n"))
    return [
        text_at(place, _found(top, change.origin, place)) if place.path in granted else not_granted(place)
        for place in places
    ]


def _found(top: Path, origin: str, place: TextLocation) -> dict[str, str | None]:
    """The text at a place by its path, where there is one; None stands for what is no text."""
    here = place.revision is Revision.HEAD
    found = _file(top, place.path) if here else _blob(f"{origin}:{place.path}")
    if found is None:
        return {}
    try:
        return {place.path: found.decode()}
    except UnicodeDecodeError:
        return {place.path: None}


def _file(top: Path, path: str) -> bytes | None:
    """A file of the working tree; not what a link leads to, which may be anywhere."""
    file = top / path
    try:
        if file.resolve() != file or not file.is_relative_to(top) or not file.is_file():
            return None
        with file.open("rb") as opened:
            return opened.read(MOST + 1)
    except (OSError, ValueError):  # a name with a NUL in it is no file's
        return None


def _blob(name: str) -> bytes | None:
    """A file as git keeps it; of one that is too large, nothing is read."""
    if "\0" in name:
        return None
    size = _run("cat-file", "-s", name)
    if size.returncode:
        return None
    if int(size.stdout) > MOST:
        return b"\0"
    done = _run("cat-file", "blob", name)
    return None if done.returncode else done.stdout


def _commit(name: str, otherwise: str) -> str:
    """The SHA of a commit. `name` is the user's, and never taken for an option."""
    return _one(otherwise, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")


def _origin(base: str, head: str, name: str) -> str:
    otherwise = f"--base {name}: has no commit in common with HEAD; a shallow clone may lack it: fetch more"
    return _one(otherwise, "merge-base", base, head)


def _branch() -> str:
    return _git("rev-parse", "--abbrev-ref", "HEAD").decode(errors="replace").strip()


def _commits(span: str) -> tuple[Commit, ...]:
    """The commits of `span`, the oldest first."""
    fields = _git(*_LOG, f"--format={_FIELDS}", span).decode(errors="replace").split("\0")
    return tuple(
        Commit(sha=sha, author=author, message=message.strip())
        for sha, author, message in zip(fields[0::3], fields[1::3], fields[2::3], strict=False)
    )


def _tell_untracked() -> None:
    found = _git("ls-files", "--others", "--exclude-standard", "-z", "--", ":/").decode(errors="replace")
    names = [name for name in found.split("\0") if name]
    if names:
        more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
        sys.stderr.write(
            f"review-bot: not reviewed, for git does not track them (`git add -N` does): "
            f"{', '.join(names[:_NAMED])}{more}\n"
        )


def _one(otherwise: str, *words: str) -> str:
    """What git answers in one line. Where it cannot, and does not say why, the text is `otherwise`."""
    done = _run(*words)
    if done.returncode:
        raise Refused(_reason(done) or otherwise)
    return done.stdout.decode().strip()


def _git(*words: str) -> bytes:
    done = _run(*words)
    if done.returncode:
        raise Refused(f"git {words[0]}: {_reason(done)}")
    return done.stdout


def _run(*words: str) -> "subprocess.CompletedProcess[bytes]":
    try:
        return subprocess.run(["git", *words], capture_output=True, check=False)  # noqa: S603, S607 - the user's own
    except FileNotFoundError:
        raise Refused("--base needs git; pipe a diff into --diff - instead") from None


def _reason(done: "subprocess.CompletedProcess[bytes]") -> str:
    return done.stderr.decode(errors="replace").strip().removeprefix("fatal: ")
