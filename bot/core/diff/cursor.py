"""A cursor over the lines of a diff."""

from collections.abc import Sequence


class Cursor:
    """Walks over `lines`. `at` is the index of the next line, which `line` shows without moving."""

    __slots__ = ("at", "lines")

    def __init__(self, lines: Sequence[str], at: int = 0) -> None:
        self.lines = lines
        self.at = at

    @property
    def number(self) -> int:
        """The next line's number, from 1."""
        return self.at + 1

    @property
    def is_done(self) -> bool:
        return self.at >= len(self.lines)

    @property
    def line(self) -> str:
        """The next line without a trailing carriage return; empty after the last one."""
        return self.ahead(0)

    def ahead(self, count: int) -> str:
        """The line `count` lines after the next one."""
        at = self.at + count
        return self.lines[at].removesuffix("\r") if at < len(self.lines) else ""

    def take(self) -> str:
        """Consumes and returns the next line."""
        line = self.line
        self.at += 1
        return line

    def starts(self, *words: str) -> bool:
        """Whether the next lines start with these words, one per line."""
        return self.at + len(words) <= len(self.lines) and all(
            self.lines[self.at + count].startswith(word) for count, word in enumerate(words)
        )
