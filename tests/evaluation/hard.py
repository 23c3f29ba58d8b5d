"""The hard seeded set: changes of realistic size with one planted defect, each with a clean twin.

A story is a folder `hard/LANGUAGE/NAME`:

    case.toml   title, body, commits, removed (paths that the change deletes), [[golden]]
    before/     the small repository before the change, with the neighbours that matter
    after/      the files that the change adds or modifies, with the defect
    clean/      the files of after/ that look different without the defect

A golden comment names its place by `at` (and `to`), a part of exactly one line of the file in after/.
`python -m tests.evaluation.hard --out hard.jsonl` writes the dataset that `review-bot eval` reads, and with
`--checkouts DIR` the whole head of each case into DIR/ID, for readers that look at other files, too.
"""

import argparse
import os
import re
import subprocess
import tempfile
import tomllib
from collections.abc import Iterator
from pathlib import Path

from pydantic import Field

from bot.core.evaluation.dataset import Case, Golden
from bot.core.value import Value

FOLDER = Path(__file__).parent / "hard"

Tree = dict[str, str]
"""The texts of files by path."""

_GIT = (
    *("git", "-c", "core.autocrlf=false", "-c", "core.quotePath=false", "-c", "diff.algorithm=myers"),
    *("diff", "--no-index", "--no-color", "--no-ext-diff", "--no-renames", "--no-prefix", "--full-index"),
    *("--unified=3", "a", "b"),
)
_HEADER = re.compile(r"^diff --git [ab]/(\S+) [ab]/\1$", re.MULTILINE)
"""Without an index, git writes the path of the side that exists twice for new and for deleted files."""

_NO_CONFIGURATION = {"GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull}


class Story(Value):
    """A change in a faulty and a right version. `golden` says what is wrong with the faulty one."""

    language: str
    name: str
    title: str = Field(min_length=1)
    body: str
    commits: tuple[str, ...]
    removed: tuple[str, ...]
    golden: tuple[Golden, ...]
    before: Tree
    faulty: Tree
    """The head with the defect."""
    right: Tree
    """The head without it."""

    @property
    def id(self) -> str:
        return f"hard/{self.language}/{self.name}"

    def heads(self) -> Iterator[tuple[Case, Tree]]:
        """The faulty case and its clean twin, each with the whole tree at its head."""
        yield self._case(self.id, self.faulty, self.golden), self.faulty
        yield self._case(f"{self.id}-clean", self.right, ()), self.right

    def _case(self, name: str, head: Tree, golden: tuple[Golden, ...]) -> Case:
        return Case(
            id=name,
            title=self.title,
            body=self.body,
            commits=self.commits,
            language=self.language,
            source="hard",
            diff=diff(self.before, head),
            texts={path: text for path, text in head.items() if self.before.get(path) != text},
            golden=golden,
        )


def read_stories(folder: Path = FOLDER) -> Iterator[Story]:
    """All stories, by language and name."""
    for file in sorted(folder.glob("*/*/case.toml")):
        yield _story(file.parent)


def diff(before: Tree, after: Tree) -> str:
    """The difference of two trees, as git prints it."""
    with tempfile.TemporaryDirectory() as folder:
        write_tree(Path(folder, "a"), before)
        write_tree(Path(folder, "b"), after)
        environment = os.environ | _NO_CONFIGURATION
        done = subprocess.run(_GIT, cwd=folder, env=environment, capture_output=True, check=False)
        if done.returncode not in (0, 1):
            raise RuntimeError(done.stderr.decode())
        return _HEADER.sub(r"diff --git a/\1 b/\1", done.stdout.decode())


def write_tree(folder: Path, tree: Tree) -> None:
    """Writes the files of a tree into a folder, which may be missing."""
    folder.mkdir(parents=True, exist_ok=True)
    for path, text in tree.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8", newline="\n")


def _story(folder: Path) -> Story:
    told = tomllib.loads((folder / "case.toml").read_text(encoding="utf-8"))
    golden, removed = told.pop("golden", []), tuple(told.pop("removed", ()))
    before = _tree(folder / "before")
    faulty = {path: text for path, text in before.items() if path not in removed} | _tree(folder / "after")
    return Story(
        language=folder.parent.name,
        name=folder.name,
        removed=removed,
        golden=tuple(_golden(comment, faulty) for comment in golden),
        before=before,
        faulty=faulty,
        right=faulty | _tree(folder / "clean"),
        **{"body": "", "commits": (), **told},
    )


def _tree(folder: Path) -> Tree:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8") for path in files}


def _golden(comment: dict[str, object], tree: Tree) -> Golden:
    first = str(comment.pop("at"))
    last = str(comment.pop("to", first))
    path = str(comment["path"])
    place = {"line": _line(path, tree[path], first), "end": _line(path, tree[path], last)}
    return Golden.model_validate(comment | place)


def _line(path: str, text: str, part: str) -> int:
    numbers = [number for number, line in enumerate(text.splitlines(), 1) if part in line]
    if len(numbers) != 1:
        raise ValueError(f"{path}: {part!r} stands in {len(numbers)} lines instead of one")
    return numbers[0]


def _main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.evaluation.hard")
    parser.add_argument("--out", type=Path, required=True, help="the dataset to write")
    parser.add_argument("--checkouts", type=Path, help="a folder for the whole head of each case")
    chosen = parser.parse_args()
    lines = []
    for story in read_stories():
        for case, head in story.heads():
            lines.append(case.model_dump_json(exclude_defaults=True) + "\n")
            if chosen.checkouts:
                write_tree(chosen.checkouts / case.id, head)
    chosen.out.write_text("".join(lines), encoding="utf-8")


if __name__ == "__main__":
    _main()
