"""Where the change comes from that `review-bot review` looks at: a diff, git, or a pull request."""

import subprocess
import sys
from pathlib import Path

from bot.core.change import Change, Commit
from bot.core.diff import decode_diff, parse_diff
from bot.core.errors import Refused

_FIELDS = "%H%x00%an%x00%B%x00"


def from_diff(source: str) -> Change:
    """The diff in file `source`, or on standard input for `-`."""
    try:
        text = sys.stdin.buffer.read() if source == "-" else Path(source).read_bytes()
    except OSError as error:
        raise Refused(f"--diff {source}: {error.strerror}") from None
    return Change(title="", files=parse_diff(decode_diff(text)))


def from_git(base: str) -> Change:
    """What the working tree has that `base` had not when it was branched off; commits included."""
    origin = _git("merge-base", base, "HEAD").decode().strip()
    diff = _git("diff", "--no-color", "--no-ext-diff", "--src-prefix=a/", "--dst-prefix=b/", "-M", origin)
    branch = _git("rev-parse", "--abbrev-ref", "HEAD").decode(errors="replace").strip()
    commits = _commits(f"{origin}..HEAD")
    return Change(
        title=commits[0].message.partition("\n")[0] if len(commits) == 1 else branch,
        base=base,
        origin=origin,
        head=_git("rev-parse", "HEAD").decode().strip(),
        commits=commits,
        files=parse_diff(decode_diff(diff)),
    )


def _commits(span: str) -> tuple[Commit, ...]:
    """The commits of `span`, the oldest first."""
    fields = _git("log", "--reverse", f"--format={_FIELDS}", span).decode(errors="replace").split("\0")
    return tuple(
        Commit(sha=sha.strip(), author=author, message=message.strip())
        for sha, author, message in zip(fields[0::3], fields[1::3], fields[2::3], strict=False)
        if sha.strip()
    )


def _git(*words: str) -> bytes:
    try:
        done = subprocess.run(["git", *words], capture_output=True, check=True)  # noqa: S603, S607 - the user's own git
    except FileNotFoundError:
        raise Refused("--base needs git; pipe a diff into --diff - instead") from None
    except subprocess.CalledProcessError as error:
        reason = error.stderr.decode(errors="replace").strip()
        raise Refused(f"git {' '.join(words)}: {reason}") from None
    return done.stdout
