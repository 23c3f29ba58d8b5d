"""The pull request that the demo opens: the bundled one, or one built from the user's diff."""

import json
import sys
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

from bot.core.diff import DiffError, read_diff, render_diff
from bot.core.errors import Refused
from github_simulator.control_requests import NewCommit, OpenPull, Push, Say


class Script(NamedTuple):
    """What happens in the demo: a pull request is opened, a commit pushed, a review asked for."""

    pull: OpenPull
    push: Push | None
    comment: Say


def bundled_script() -> Script:
    """A small shop's pull request with typical flaws."""
    script = json.loads((files(__name__) / "pull.json").read_text(encoding="utf-8"))
    commits = [
        NewCommit(message=commit["message"], diff=_diff(commit["diff"])) for commit in script["commits"]
    ]
    push = Push(message=script["push"]["message"], diff=_diff(script["push"]["diff"]))
    pull = OpenPull(
        repository=script["repository"],
        title=script["title"],
        body=script["body"],
        author=script["author"],
        commits=commits,
    )
    return Script(pull, push, Say(**script["comment"]))


def script_of(path: Path) -> Script:
    """A pull request with one commit: the diff in the file `path`. Raises `Refused`.

    Prints the parts of the diff that a pull request cannot hold to standard error.
    """
    try:
        diff = read_diff(path.read_bytes())
    except OSError as error:
        raise Refused(f"--open-pull {path}: {error.strerror}") from None
    except DiffError as error:
        raise Refused(f"--open-pull {path}: {error}") from None
    if not diff.files:
        raise Refused(f"--open-pull {path}: the diff contains no changes")
    for note in diff.notes:
        sys.stderr.write(f"review-bot: --open-pull {path}: line {note.line}: {note.text}\n")
    commit = NewCommit(message=f"Apply {path.name}", diff=render_diff(diff.files))
    pull = OpenPull(
        repository="demo/demo",
        title=path.stem,
        body=f"Created from {path.name}.",
        author="demo",
        commits=[commit],
    )
    return Script(pull, None, Say(user="demo", permission="write", body="/review"))


def _diff(name: str) -> str:
    return (files(__name__) / name).read_text(encoding="utf-8")
