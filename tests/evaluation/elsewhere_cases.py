"""The cases of the elsewhere set: small repositories, changes, and the text that a reviewer needs.

elsewhere/LANGUAGE/repository/   the files at the base, shared by the cases of the language
elsewhere/LANGUAGE/cases.toml    [[earlier]]: commits before the base, [[case]]: the changes
"""

import re
import tomllib
from collections.abc import Iterator
from enum import StrEnum
from functools import cached_property
from pathlib import Path

from pydantic import Field

from bot.core.value import Value
from tests.evaluation.hard import Tree, diff

FOLDER = Path(__file__).parent / "elsewhere"

_NUMBER = re.compile(r"^\s*\d+[ +-]?\|")
"""The number of a line, as prompts show it."""


class Kind(StrEnum):
    """Where the needed text is, seen from the changed lines."""

    DEFINITION = "definition"
    CALLER = "caller"
    SIBLING = "sibling"
    TEST = "test"
    CONFIGURATION = "configuration"
    PRODUCER = "producer"
    DELETED = "deleted"
    HISTORY = "history"


class Edit(Value):
    """Replaces `old`, which the file contains once, by `new`. Without `old`, the file is new; with `removed`,
    it is deleted.
    """

    path: str
    old: str = ""
    new: str = ""
    removed: bool = False


class Earlier(Value):
    """A commit before the base, in which `was` became `now` in one file."""

    message: str
    path: str
    was: str
    now: str


class Needed(Value):
    """Text of a file at the head; without `path`, of the message of an earlier commit. The `others` tell a
    reader the same.
    """

    path: str = ""
    text: str = Field(min_length=1)
    others: tuple[str, ...] = ()

    @property
    def texts(self) -> tuple[str, ...]:
        return (self.text, *self.others)

    def is_in(self, text: str) -> bool:
        """Whether a text contains it, or one of the others."""
        return any(plain(one) in plain(text) for one in self.texts)


class ElsewhereCase(Value):
    """A change whose defect only a reader of `needed` can see."""

    id: str
    kind: Kind
    language: str
    title: str = Field(min_length=1)
    body: str = Field(min_length=1)
    why: str = Field(min_length=1)
    needed: tuple[Needed, ...] = Field(min_length=1)
    edits: tuple[Edit, ...] = Field(min_length=1)


class Repository(Value):
    """The cases of one language with the tree that they share."""

    language: str
    base: Tree
    earlier: tuple[Earlier, ...]
    cases: tuple[ElsewhereCase, ...]

    @cached_property
    def first(self) -> Tree:
        """The tree before all earlier commits."""
        tree = self.base
        for commit in reversed(self.earlier):
            tree = _replaced(tree, commit.path, commit.now, commit.was)
        return tree

    def head(self, case: ElsewhereCase) -> Tree:
        """The tree of the change. Raises `ValueError` if an edit does not apply."""
        tree = dict(self.base)
        for edit in case.edits:
            tree = _edited(tree, edit)
        return tree

    def problems(self, case: ElsewhereCase) -> Iterator[str]:
        """Why the case is invalid: an edit does not apply; a needed text is absent, repeated or shown."""
        try:
            head = self.head(case)
        except ValueError as error:
            yield f"{case.id}: {error}"
            return
        shown = plain(f"{_unmarked(self._diff(head))}\n{case.title}\n{case.body}")
        for needed in case.needed:
            for text in map(plain, needed.texts):
                if text in shown:
                    yield f"{case.id}: the change shows {text!r}"
                if (times := self._times(needed.path, text, head)) != 1:
                    yield f"{case.id}: {text!r} is there {times} times"

    def _diff(self, head: Tree) -> str:
        paths = [path for path in self.base.keys() | head.keys() if self.base.get(path) != head.get(path)]
        before, after = ({path: tree[path] for path in paths if path in tree} for tree in (self.base, head))
        return diff(before, after)

    def _times(self, path: str, text: str, head: Tree) -> int:
        """How often the needed text is in `path` (empty: in earlier messages), or in any other file."""
        if not path:
            return sum(text in plain(commit.message) for commit in self.earlier)
        if text not in plain(head.get(path, "")):
            return 0
        return sum(plain(other).count(text) for other in head.values())


def read_repositories(folder: Path = FOLDER) -> Iterator[Repository]:
    """One for each language."""
    for file in sorted(folder.glob("*/cases.toml")):
        yield _repository(file.parent)


def plain(text: str) -> str:
    """The text with equal spaces in each line, without line numbers and empty lines."""
    lines = (" ".join(_NUMBER.sub("", line).split()) for line in text.splitlines())
    return "\n".join(line for line in lines if line)


def _unmarked(patch: str) -> str:
    return "\n".join(line[1:] if line[:1] in ("+", "-") else line for line in patch.splitlines())


def _edited(tree: Tree, edit: Edit) -> Tree:
    if edit.removed or not edit.old:
        if edit.removed != (edit.path in tree):
            raise ValueError(f"{edit.path} is {'missing' if edit.removed else 'there already'}")
        rest = {path: text for path, text in tree.items() if path != edit.path}
        return rest if edit.removed else rest | {edit.path: edit.new}
    return _replaced(tree, edit.path, edit.old, edit.new)


def _replaced(tree: Tree, path: str, old: str, new: str) -> Tree:
    times = tree.get(path, "").count(old)
    if times != 1:
        raise ValueError(f"{path} contains {old!r} {times} times")
    return {**tree, path: tree[path].replace(old, new)}


def _repository(folder: Path) -> Repository:
    told = tomllib.loads((folder / "cases.toml").read_text(encoding="utf-8"))
    root, language = folder / "repository", folder.name
    files = sorted(path for path in root.rglob("*") if path.is_file())
    return Repository(
        language=language,
        base={file.relative_to(root).as_posix(): file.read_text(encoding="utf-8") for file in files},
        earlier=told.get("earlier", ()),
        cases=tuple(_case(language, case) for case in told["case"]),
    )


def _case(language: str, told: dict[str, object]) -> ElsewhereCase:
    name = str(told.pop("name"))
    kind = name.partition("-")[0]
    return ElsewhereCase.model_validate(
        {**told, "id": f"{language}/{name}", "kind": kind, "language": language}
    )
