"""The files of a commit, by path."""

from dataclasses import dataclass, field

from github_simulator.content.lines import Content, Tail, Text, read_text

REGULAR = "100644"


class Lineage:
    """The identity of a file through commits and renames. `source` is the file that it was copied from."""

    __slots__ = ("source",)

    def __init__(self, source: "Lineage | None" = None) -> None:
        self.source = source


@dataclass(frozen=True, eq=False, slots=True)
class Entry:
    """A file at one commit. `mode` is in git's notation."""

    content: Content
    mode: str = REGULAR
    lineage: Lineage = field(default_factory=Lineage)


@dataclass(slots=True)
class Tree:
    """`changed` contains the files that commits changed (None: deleted), `ground` the files before them.

    All trees of a pull share one ground, to which a file is added when a diff first shows it.
    """

    ground: dict[str, Entry] = field(default_factory=dict)
    changed: dict[str, Entry | None] = field(default_factory=dict)

    def get(self, path: str) -> Entry | None:
        return self.changed[path] if path in self.changed else self.ground.get(path)

    def paths(self) -> list[str]:
        return sorted(path for path in {*self.ground, *self.changed} if self.get(path) is not None)

    def next(self) -> "Tree":
        return Tree(self.ground, dict(self.changed))


def whole_file(text: str) -> Entry:
    """A file with known text."""
    return Entry(read_text(text))


def unseen_file(mode: str | None) -> Entry:
    """A file that exists, with unknown content."""
    return Entry(Text(tail=Tail()), mode or REGULAR)
