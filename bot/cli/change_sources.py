"""The change that `review-bot review` reviews: read from a diff or from git."""

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

# Independent of the user's git configuration.
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
_MAX_UNTRACKED = 5  # names that are printed
_MAX_DIFF = 100_000_000  # bytes
_STDIN = "-"
_MAX_UNREAD = 20  # parts that are described


class GivenChange(NamedTuple):
    """A change to review. `unread` has a sentence for each part of its diff that cannot be reviewed."""

    change: Change
    unread: tuple[str, ...] = ()


def from_diff(source: str) -> GivenChange:
    """Reads the diff in file `source`, or on standard input for `-`. Raises `Refused`."""
    try:
        data = _bytes_of(source)
        if len(data) > _MAX_DIFF:
            raise Refused(
                f"--diff {source}: the diff is larger than {_MAX_DIFF // 1_000_000} MB; exclude generated "
                "files, for example with `git diff main -- . ':!dist'`"
            )
        diff = read_diff(data)
    except OSError as error:
        raise Refused(f"--diff {source}: {_describe_error(error)}") from None
    except DiffError as error:
        raise Refused(f"--diff {source}: {error}") from None
    return GivenChange(Change(files=diff.files), _unread(diff))


def description(file: Path) -> str:
    """The description of a change in `file`. Raises `Refused`."""
    try:
        return file.read_text(encoding="utf-8")
    except OSError as error:
        raise Refused(f"--body-file {file}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise Refused(f"--body-file {file}: not UTF-8") from None


def _bytes_of(source: str) -> bytes:
    """The diff, cut one byte above the limit, so that a larger one is detected."""
    if source != _STDIN:
        with Path(source).open("rb") as file:
            return file.read(_MAX_DIFF + 1)
    if sys.stdin is None:
        raise Refused("--diff -: standard input is closed; pipe a diff into the command, or name a file")
    if sys.stdin.isatty():
        sys.stderr.write("review-bot: reading a diff from the terminal; press Ctrl-D to end it\n")
    return sys.stdin.buffer.read(_MAX_DIFF + 1)


def _describe_error(error: OSError) -> str:
    if isinstance(error, IsADirectoryError):
        return f"{error.strerror}; name a file with a diff, or review a checkout with --base"
    if isinstance(error, FileNotFoundError):
        return f"{error.strerror}; --diff needs a file with a diff, --base a branch or commit"
    return error.strerror or "cannot be read"


def _unread(diff: ParsedDiff) -> tuple[str, ...]:
    sentences = tuple(f"Line {note.line} of the diff: {note.text}." for note in diff.notes[:_MAX_UNREAD])
    more = len(diff.notes) - len(sentences)
    return (*sentences, f"{more:,} more parts of the diff are not reviewed.") if more else sentences


def from_git(base: str) -> GivenChange:
    """The commits and uncommitted changes of the working tree since it branched off `base`.

    Prints the names of untracked files to standard error. Raises `Refused`.
    """
    head = _commit("HEAD", "this repository has no commits yet")
    origin = _origin(_commit(base, f"--base {base}: not a commit in this repository"), head, base)
    commits = _commits(f"{origin}..{head}")
    _warn_untracked()
    diff = read_diff(_git(*_DIFF, origin, "--"))
    change = Change(
        title=commits[0].message.partition("\n")[0] if len(commits) == 1 else _branch(),
        base=base,
        origin=origin,
        head=head,
        commits=commits,
        files=diff.files,
    )
    return GivenChange(change, _unread(diff))


class GitLibrary:
    """The files of this repository: the base revision from git, the head from the working tree."""

    async def read(self, change: Change, places: Sequence[TextLocation]) -> Sequence[Excerpt | Failure]:
        """The texts at `places`, in the same order."""
        return await asyncio.to_thread(_texts, change, places)


def top_folder() -> Path:
    """The top folder of this repository. Raises `Refused`."""
    return Path(_git("rev-parse", "--show-toplevel").decode().rstrip("\n"))


def _texts(change: Change, places: Sequence[TextLocation]) -> list[Excerpt | Failure]:
    granted = paths_of(change)
    top = top_folder()
    return [
        text_at(place, _texts_at(top, change.origin, place)) if place.path in granted else not_granted(place)
        for place in places
    ]


def _texts_at(top: Path, origin: str, place: TextLocation) -> dict[str, str | None]:
    """The text of the file by its path, None if the file is not text; empty if there is no such file."""
    is_head = place.revision is Revision.HEAD
    content = _file(top, place.path) if is_head else _blob(f"{origin}:{place.path}")
    if content is None:
        return {}
    try:
        return {place.path: content.decode()}
    except UnicodeDecodeError:
        return {place.path: None}


def _file(top: Path, path: str) -> bytes | None:
    """A file of the working tree. Symbolic links are not followed: they may lead out of it."""
    file = top / path
    try:
        if file.resolve() != file or not file.is_relative_to(top) or not file.is_file():
            return None
        with file.open("rb") as opened:
            return opened.read(MOST + 1)
    except (OSError, ValueError):  # ValueError: the path contains a NUL
        return None


def _blob(name: str) -> bytes | None:
    """A file in git. One that is too large is not read."""
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
    """The SHA of a commit. `name` comes from the user and is never parsed as an option."""
    return _line(otherwise, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")


def _origin(base: str, head: str, name: str) -> str:
    otherwise = (
        f"--base {name}: no commit in common with HEAD; in a shallow clone, fetch more history "
        "(`git fetch --unshallow`)"
    )
    return _line(otherwise, "merge-base", base, head)


def _branch() -> str:
    return _git("rev-parse", "--abbrev-ref", "HEAD").decode(errors="replace").strip()


def _commits(span: str) -> tuple[Commit, ...]:
    """The commits of `span`, oldest first."""
    fields = _git(*_LOG, f"--format={_FIELDS}", span).decode(errors="replace").split("\0")
    return tuple(
        Commit(sha=sha, author=author, message=message.strip())
        for sha, author, message in zip(fields[0::3], fields[1::3], fields[2::3], strict=False)
    )


def _warn_untracked() -> None:
    listing = _git("ls-files", "--others", "--exclude-standard", "-z", "--", ":/").decode(errors="replace")
    names = [name for name in listing.split("\0") if name]
    if names:
        more = f" and {len(names) - _MAX_UNTRACKED} more" if len(names) > _MAX_UNTRACKED else ""
        sys.stderr.write(
            f"review-bot: untracked files are not reviewed (add them with `git add -N`): "
            f"{', '.join(names[:_MAX_UNTRACKED])}{more}\n"
        )


def _line(otherwise: str, *words: str) -> str:
    """The one line that git prints. On an error without a message, `Refused` has the text `otherwise`."""
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
        return subprocess.run(["git", *words], capture_output=True, check=False)  # noqa: S603, S607 - the user's git
    except FileNotFoundError:
        raise Refused(
            "--base needs git, which is not installed; use --diff - and pipe a diff into it instead"
        ) from None


def _reason(done: "subprocess.CompletedProcess[bytes]") -> str:
    return done.stderr.decode(errors="replace").strip().removeprefix("fatal: ")
