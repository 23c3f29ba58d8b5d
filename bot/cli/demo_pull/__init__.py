"""The pull request that the demo opens: bundled, or made of a diff of the user's own."""

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
    """A small shop's pull request, with flaws of the kind that slip through."""
    told = json.loads((files(__name__) / "pull.json").read_text(encoding="utf-8"))
    commits = [NewCommit(message=commit["message"], diff=_diff(commit["diff"])) for commit in told["commits"]]
    push = Push(message=told["push"]["message"], diff=_diff(told["push"]["diff"]))
    pull = OpenPull(
        repository=told["repository"],
        title=told["title"],
        body=told["body"],
        author=told["author"],
        commits=commits,
    )
    return Script(pull, push, Say(**told["comment"]))


def script_of(path: Path) -> Script:
    """A pull request of one commit, the diff in the file `path`. Raises `BotError` when it is none.

    What of the diff no pull request can hold is named on standard error.
    """
    try:
        reading = read_diff(path.read_bytes())
    except OSError as error:
        raise Refused(f"--open-pull {path}: {error.strerror}") from None
    except DiffError as error:
        raise Refused(f"--open-pull {path}: {error}") from None
    if not reading.files:
        raise Refused(f"--open-pull {path}: holds no changes")
    for note in reading.notes:
        sys.stderr.write(f"review-bot: --open-pull {path}: line {note.line}: {note.text}\n")
    commit = NewCommit(message=f"Apply {path.name}", diff=render_diff(reading.files))
    pull = OpenPull(
        repository="demo/demo", title=path.stem, body=f"Made of {path.name}.", author="demo", commits=[commit]
    )
    return Script(pull, None, Say(user="demo", permission="write", body="/review"))


def _diff(name: str) -> str:
    return (files(__name__) / name).read_text(encoding="utf-8")
